package workflow

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Mermaid draws a document as a flowchart in the language of Mermaid. Of one that does not fit the schema it draws what
// can be read; ids and names show as they are written.
func Mermaid(document []byte) string {
	c := chart{outline: OutlineOf(document)}
	c.text.WriteString("flowchart TD\n")
	for i, n := range c.outline.Nodes {
		if n.Shape < ShapeEnd {
			c.node(i, n)
		}
	}
	for _, e := range c.outline.Edges {
		c.edge(e)
	}
	for i, n := range c.outline.Nodes {
		if n.Shape == ShapeEnd {
			c.node(i, n)
		}
	}
	return c.text.String()
}

// chartDocument is what a diagram shows of a document.
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

// chart is a diagram under way.
type chart struct {
	text    strings.Builder
	outline Outline
}

// id returns what a node is called in the diagram.
func (c *chart) id(place int) string {
	switch c.outline.Nodes[place].Shape {
	case ShapeStart:
		return "start"
	case ShapeEnd:
		return "done"
	case ShapeUnknown:
		return "unknown"
	default:
		return fmt.Sprintf("s%d", place-1)
	}
}

// node draws a node, shaped by what it does: a question, a decision, or anything else.
func (c *chart) node(place int, n OutlineNode) {
	label := n.Key
	if n.Shape != ShapeStart && n.Shape != ShapeEnd {
		label += ": " + cmp.Or(n.Kind, "?")
	}
	if n.About != "" {
		label += " – " + n.About
	}
	open, shut := "[", "]"
	switch n.Shape {
	case ShapeStart, ShapeEnd:
		open, shut = "([", "])"
	case ShapeDecision:
		open, shut = "{", "}"
	case ShapeWait:
		open, shut = "[/", "/]"
	default:
	}
	fmt.Fprintf(&c.text, "  %s%s\"%s\"%s\n", c.id(place), open, chartText(label), shut)
}

func (c *chart) edge(e OutlineEdge) {
	arrow := "-->"
	if e.Back {
		arrow = "-.->"
	}
	if e.Label != "" {
		arrow += `|"` + chartText(e.Label) + `"|`
	}
	to := c.id(e.To)
	if c.outline.Nodes[e.To].Shape == ShapeUnknown {
		to += `["?"]`
	}
	fmt.Fprintf(&c.text, "  %s %s %s\n", c.id(e.From), arrow, to)
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

func shorten(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxChartText {
		return string(runes[:maxChartText]) + "…"
	}
	return text
}

// conditionWords says what a condition tests: its first test, and that there are more.
func conditionWords(raw json.RawMessage) string { return wordsOf(raw, 1) }

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

// plainChart is the ASCII punctuation that means nothing to Mermaid between quotes; never written to.
var plainChart = []rune(" .,:!?'()/+=_-")

// chartText escapes a text: whatever could mean something to Mermaid, or to the HTML it makes, becomes its code.
func chartText(text string) string {
	var b strings.Builder
	for _, c := range strings.ToValidUTF8(text, "?") {
		switch {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isASCIIDigit(c) || c >= 0xa1 || slices.Contains(plainChart, c):
			b.WriteRune(c)
		case c < ' ' || c >= 0x7f:
			b.WriteByte(' ')
		default:
			fmt.Fprintf(&b, "#%d;", c)
		}
	}
	return b.String()
}

func isASCIIDigit(c rune) bool { return c >= '0' && c <= '9' }
