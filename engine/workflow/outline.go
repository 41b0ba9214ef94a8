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
	var doc chartDocument
	if json.Unmarshal(document, &doc) != nil || len(doc.Steps) == 0 {
		return Outline{}
	}
	o := outliner{positions: map[string]int{}}
	o.add(OutlineNode{Shape: ShapeStart, Key: cmp.Or(doc.Trigger.On, "start")})
	for i, s := range doc.Steps {
		if _, twice := o.positions[s.key]; !twice && s.key != "" {
			o.positions[s.key] = i + 1
		}
		o.add(OutlineNode{Shape: cmp.Or(s.kind.shape, ShapeStep), Key: s.key, Kind: s.kind.name, About: s.about()})
	}
	o.edge(0, "", 1)
	for i, s := range doc.Steps {
		o.ways(i+1, s, len(doc.Steps))
	}
	return o.outline
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
func (o *outliner) ways(from int, s chartStep, count int) {
	if s.kind.final {
		return
	}
	next := func() int {
		switch {
		case s.next != "":
			return o.target(s.next)
		case from < count:
			return from + 1
		default:
			return o.target(reservedEnd)
		}
	}
	for _, way := range s.branch {
		o.edge(from, wordsOf(way.When, 1), o.target(way.Go))
	}
	var jump struct {
		To  string `json:"to"`
		Max int    `json:"max"`
	}
	if s.kind.name == jumpKind.name && json.Unmarshal(s.body, &jump) == nil {
		o.edge(from, fmt.Sprintf("at most %d times", jump.Max), o.target(jump.To))
		o.outline.Edges[len(o.outline.Edges)-1].Back = true
	}
	switch {
	case len(s.branch) > 0 && s.other != "":
		o.edge(from, "else", o.target(s.other))
	case len(s.branch) > 0:
		o.edge(from, "else", next())
	case !s.kind.exhaustive:
		o.edge(from, "", next())
	}
	for _, e := range s.kind.exits {
		if _, given := s.exits[e.name]; given {
			continue
		}
		switch {
		case e.ends:
			o.edge(from, e.name, o.target(reservedEnd))
		case s.kind.exhaustive:
			o.edge(from, e.name, next())
		}
	}
	for _, name := range sortedKeys(s.exits) {
		o.edge(from, name, o.target(s.exits[name]))
	}
}

// chartDocument is the part of a document that a diagram shows.
type chartDocument struct {
	Trigger struct {
		On string `json:"on"`
	} `json:"trigger"`
	Steps []chartStep `json:"steps"`
}

type chartStep struct {
	key    string
	next   string
	other  string // else
	exits  map[string]string
	kind   kind
	body   json.RawMessage
	branch []chartWay
}

type chartWay struct {
	When json.RawMessage `json:"when"`
	Go   string          `json:"go"`
}

// UnmarshalJSON reads what can be read.
func (s *chartStep) UnmarshalJSON(data []byte) error {
	parts := map[string]json.RawMessage{}
	if json.Unmarshal(data, &parts) != nil {
		return nil //nolint:nilerr // a draft may have anything here
	}
	read := func(name string, to any) { _ = json.Unmarshal(parts[name], to) } // what cannot be read stays empty
	read("key", &s.key)
	read("next", &s.next)
	read("else", &s.other)
	read("exits", &s.exits)
	s.kind, s.body, _ = kindOf(parts)
	if s.kind.name == branchKind.name {
		read(branchKind.name, &s.branch)
	}
	return nil
}

// about says in a few words what the step does.
func (s chartStep) about() string {
	var body map[string]any
	if json.Unmarshal(s.body, &body) != nil {
		return ""
	}
	for _, name := range []string{
		"text", "team", "priority", "agent", "by", "field", "variable", "lifecycle", "add", "remove", "category", "for",
		"until", "url", "workflow",
	} {
		switch value := body[name].(type) {
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
func wordsOf(raw json.RawMessage, depth int) string {
	var doc conditionDocument
	if depth > maxConditionDepth || json.Unmarshal(raw, &doc) != nil {
		return "?"
	}
	switch {
	case doc.Field != "":
	case len(doc.All) == 1:
		return wordsOf(doc.All[0], depth+1)
	case len(doc.All) > 1:
		return wordsOf(doc.All[0], depth+1) + " and …"
	case len(doc.Any) == 1:
		return wordsOf(doc.Any[0], depth+1)
	case len(doc.Any) > 1:
		return wordsOf(doc.Any[0], depth+1) + " or …"
	case doc.Not != nil:
		return "not " + wordsOf(doc.Not, depth+1)
	default:
		return "…"
	}
	words := doc.Field + " " + string(doc.Op)
	var value any
	if json.Unmarshal(doc.Value, &value) == nil {
		items, _ := readList(value)
		if text, ok := readText(value); ok {
			items = []string{text}
		}
		words += " " + strings.Join(items, ", ")
	}
	return shorten(strings.TrimSuffix(words, " "))
}
