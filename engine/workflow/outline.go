package workflow

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
)

// Outline is the content of a diagram: what a document says and where its steps lead. Node 0 is the trigger; the steps
// follow in order.
type Outline struct {
	Nodes []OutlineNode
	Edges []OutlineEdge
}

// OutlineNode is a node of a diagram.
type OutlineNode struct {
	Shape Shape
	// Key is the key of the step, or the event of the trigger.
	Key string
	// Kind is the kind of the step, such as "send", or "" if it has none.
	Kind string
	// About says in a few words what it does; often empty.
	About string
}

// Shape is the shape of a node.
type Shape int

// The shapes.
const (
	ShapeStart    Shape = iota // the trigger
	ShapeStep                  // does something
	ShapeDecision              // goes one way or another: branch, hours
	ShapeWait                  // waits for somebody or something: ask, wait, assign
	ShapeEnd                   // the end of the run; no step
	ShapeUnknown               // a step that the document leads to and does not have
)

// OutlineEdge leads from one node to another.
type OutlineEdge struct {
	From, To int // in Nodes
	Label    string
	// Back is true for a jump.
	Back bool
}

// OutlineOf returns the outline of a document, with ids and names as they are written. If the document does not fit the
// schema, it returns what can be read. The outline of a document without steps is empty.
func OutlineOf(document []byte) Outline {
	var doc struct {
		Trigger any   `json:"trigger"`
		Steps   []any `json:"steps"`
	}
	if json.Unmarshal(document, &doc) != nil || len(doc.Steps) == 0 {
		return Outline{}
	}
	o := outliner{positions: map[string]int{}}
	o.add(OutlineNode{Shape: ShapeStart, Key: cmp.Or(member[string](doc.Trigger, "on"), "start")})
	for i, step := range doc.Steps {
		key := member[string](step, "key")
		if _, twice := o.positions[key]; !twice && key != "" {
			o.positions[key] = i + 1
		}
		kind, body := kindIn(step)
		o.add(OutlineNode{Shape: cmp.Or(kind.shape, ShapeStep), Key: key, Kind: kind.name, About: about(body)})
	}
	o.edge(0, "", 1)
	for i, step := range doc.Steps {
		o.ways(i+1, step, len(doc.Steps))
	}
	return o.outline
}

// member returns a member of an object, or a zero value if there is none of this type.
func member[T any](of any, name string) T {
	object, _ := of.(map[string]any)
	value, _ := object[name].(T)
	return value
}

// kindIn returns the kind of a step in a document that may not fit the schema, and its body.
func kindIn(step any) (kind, any) {
	parts, _ := step.(map[string]any)
	k, body, _ := kindOf(parts)
	return k, body
}

// outliner is an outline in progress.
type outliner struct {
	outline      Outline
	positions    map[string]int // of steps by key
	end, unknown int            // their nodes, 0 until something leads there
}

func (o *outliner) add(node OutlineNode) int {
	o.outline.Nodes = append(o.outline.Nodes, node)
	return len(o.outline.Nodes) - 1
}

func (o *outliner) edge(from int, label string, to int) {
	o.outline.Edges = append(o.outline.Edges, OutlineEdge{From: from, To: to, Label: label})
}

// target returns the node of a key, or the unknown node.
func (o *outliner) target(key string) int {
	if place, ok := o.positions[key]; ok {
		return place
	}
	if key != reservedEnd {
		if o.unknown == 0 {
			o.unknown = o.add(OutlineNode{Shape: ShapeUnknown, Key: "?"})
		}
		return o.unknown
	}
	if o.end == 0 {
		o.end = o.add(OutlineNode{Shape: ShapeEnd, Key: reservedEnd})
	}
	return o.end
}

// ways adds the edges that lead from a step.
func (o *outliner) ways(from int, step any, count int) {
	kind, body := kindIn(step)
	if kind.final {
		return
	}
	next := func() int {
		switch key := member[string](step, "next"); {
		case key != "":
			return o.target(key)
		case from < count:
			return from + 1
		default:
			return o.target(reservedEnd)
		}
	}
	branches, _ := body.([]any)
	for _, way := range branches {
		o.edge(from, wordsOf(member[any](way, "when"), 1), o.target(member[string](way, "go")))
	}
	if kind.name == jumpKind.name {
		o.edge(from, fmt.Sprintf("at most %v times", member[float64](body, "max")), o.target(member[string](body, "to")))
		o.outline.Edges[len(o.outline.Edges)-1].Back = true
	}
	switch other := member[string](step, "else"); {
	case len(branches) > 0 && other != "":
		o.edge(from, "else", o.target(other))
	case len(branches) > 0:
		o.edge(from, "else", next())
	case !kind.exhaustive:
		o.edge(from, "", next())
	}
	exits := member[map[string]any](step, "exits")
	for _, e := range kind.exits {
		if _, given := exits[e.name]; given {
			continue
		}
		switch {
		case e.ends:
			o.edge(from, e.name, o.target(reservedEnd))
		case kind.exhaustive:
			o.edge(from, e.name, next())
		}
	}
	for _, name := range sortedKeys(exits) {
		o.edge(from, name, o.target(member[string](exits, name)))
	}
}

// about says in a few words what the step with this body does.
func about(body any) string {
	if team := member[string](body, "untilOpen"); team != "" {
		return shorten("until " + team + " opens")
	}
	for _, name := range []string{
		"text", "team", "priority", "agent", "by", "field", "variable", "lifecycle", "add", "remove", "category", "for",
		"until", "url", "workflow",
	} {
		switch value := member[any](body, name).(type) {
		case string:
			return shorten(value)
		case map[string]any:
			for _, language := range append([]string{phraseDefault, phraseEnglish}, sortedKeys(value)...) {
				if text, ok := value[language].(string); ok {
					return shorten(text)
				}
			}
		case []any:
			items, _ := readList(value)
			return shorten(strings.Join(items, ", "))
		}
	}
	return ""
}

// maxChartText is how many characters of a text a diagram shows.
const maxChartText = 40

func shorten(text string) string { return cut(strings.Join(strings.Fields(text), " "), maxChartText) }

// wordsOf says what a condition tests: its first test, and that there are more.
func wordsOf(condition any, depth int) string {
	parts, ok := condition.(map[string]any)
	if !ok || depth > maxConditionDepth {
		return "?"
	}
	field, not := member[string](parts, "field"), parts["not"]
	every, some := member[[]any](parts, "all"), member[[]any](parts, "any")
	switch {
	case field != "":
	case len(every) == 1:
		return wordsOf(every[0], depth+1)
	case len(every) > 1:
		return wordsOf(every[0], depth+1) + " and …"
	case len(some) == 1:
		return wordsOf(some[0], depth+1)
	case len(some) > 1:
		return wordsOf(some[0], depth+1) + " or …"
	case not != nil:
		return "not " + wordsOf(not, depth+1)
	default:
		return "…"
	}
	items, _ := readList(parts["value"])
	if text, ok := readText(parts["value"]); ok {
		items = []string{text}
	}
	return shorten(field + " " + member[string](parts, "op") + " " + strings.Join(items, ", "))
}
