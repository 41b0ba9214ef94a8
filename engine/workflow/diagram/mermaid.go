package diagram

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"foyer/engine/workflow"
)

// Mermaid draws a document as a flowchart in the language of Mermaid, with ids and names as they are written. If the
// document does not fit the schema, it draws what can be read.
func Mermaid(document []byte) string {
	c := chart{outline: workflow.OutlineOf(document)}
	c.text.WriteString("flowchart TD\n")
	for i, n := range c.outline.Nodes {
		if n.Shape < workflow.ShapeEnd {
			c.node(i, n)
		}
	}
	for _, e := range c.outline.Edges {
		c.edge(e)
	}
	for i, n := range c.outline.Nodes {
		if n.Shape == workflow.ShapeEnd {
			c.node(i, n)
		}
	}
	return c.text.String()
}

// chart is a flowchart in progress.
type chart struct {
	text    strings.Builder
	outline workflow.Outline
}

// id returns the id of a node in the flowchart.
func (c *chart) id(place int) string {
	switch c.outline.Nodes[place].Shape {
	case workflow.ShapeStart:
		return "start"
	case workflow.ShapeEnd:
		return "done"
	case workflow.ShapeUnknown:
		return "unknown"
	default:
		return fmt.Sprintf("s%d", place-1)
	}
}

// node draws a node in the shape of what it does.
func (c *chart) node(place int, n workflow.OutlineNode) {
	label := n.Key
	if n.Shape != workflow.ShapeStart && n.Shape != workflow.ShapeEnd {
		label += ": " + cmp.Or(n.Kind, "?")
	}
	if n.About != "" {
		label += " – " + n.About
	}
	open, shut := "[", "]"
	switch n.Shape {
	case workflow.ShapeStart, workflow.ShapeEnd:
		open, shut = "([", "])"
	case workflow.ShapeDecision:
		open, shut = "{", "}"
	case workflow.ShapeWait:
		open, shut = "[/", "/]"
	default:
	}
	fmt.Fprintf(&c.text, "  %s%s\"%s\"%s\n", c.id(place), open, chartText(label), shut)
}

func (c *chart) edge(e workflow.OutlineEdge) {
	arrow := "-->"
	if e.Back {
		arrow = "-.->"
	}
	if e.Label != "" {
		arrow += `|"` + chartText(e.Label) + `"|`
	}
	to := c.id(e.To)
	if c.outline.Nodes[e.To].Shape == workflow.ShapeUnknown {
		to += `["?"]`
	}
	fmt.Fprintf(&c.text, "  %s %s %s\n", c.id(e.From), arrow, to)
}

// plainChart is ASCII punctuation without a meaning to Mermaid between quotes; never written to.
var plainChart = []rune(" .,:!?'()/+=_-")

// chartText returns a text with everything as a character code that could have a meaning to Mermaid or in HTML.
func chartText(text string) string {
	var b strings.Builder
	for _, c := range strings.ToValidUTF8(text, "?") {
		switch {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0xa1 || slices.Contains(plainChart, c):
			b.WriteRune(c)
		case c < ' ' || c >= 0x7f:
			b.WriteByte(' ')
		default:
			fmt.Fprintf(&b, "#%d;", c)
		}
	}
	return b.String()
}
