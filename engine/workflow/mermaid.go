package workflow

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Mermaid draws a document as a flowchart in the language of Mermaid. Of one that does not fit the schema it draws what
// can be read; ids and names show as they are written.
func Mermaid(document []byte) string {
	var c chart
	c.text.WriteString("flowchart TD\n")
	var doc chartDocument
	if json.Unmarshal(document, &doc) != nil || len(doc.Steps) == 0 {
		return c.text.String()
	}
	c.places = map[string]int{}
	for i, s := range doc.Steps {
		if _, twice := c.places[s.key]; !twice && s.key != "" {
			c.places[s.key] = i
		}
	}
	c.node("start", "([", cmpOr(doc.Trigger.On, "start"), "])")
	for i, s := range doc.Steps {
		c.step(i, s)
	}
	c.edge("start", "-->", "", nodeOf(0))
	for i, s := range doc.Steps {
		c.ways(i, s, len(doc.Steps))
	}
	if c.ends {
		c.node("done", "([", reservedEnd, "])")
	}
	return c.text.String()
}

func cmpOr(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
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
	for _, k := range kinds() {
		if body, is := parts[k.name]; is {
			s.kind, s.body = k, body
			break
		}
	}
	if s.kind.name == branchKind.name {
		read(branchKind.name, &s.branch)
	}
	return nil
}

// chart is a diagram under way.
type chart struct {
	text   strings.Builder
	places map[string]int
	ends   bool // something leads to the end
}

func nodeOf(place int) string { return fmt.Sprintf("s%d", place) }

func (c *chart) node(id, open, label, shut string) {
	fmt.Fprintf(&c.text, "  %s%s\"%s\"%s\n", id, open, chartText(label), shut)
}

func (c *chart) edge(from, arrow, label, to string) {
	if label != "" {
		arrow += `|"` + chartText(label) + `"|`
	}
	fmt.Fprintf(&c.text, "  %s %s %s\n", from, arrow, to)
}

// step draws a step, shaped by what it does: a question, a decision, or anything else.
func (c *chart) step(place int, s chartStep) {
	label := s.key + ": " + cmpOr(s.kind.name, "?")
	if about := s.about(); about != "" {
		label += " – " + about
	}
	switch s.kind.name {
	case branchKind.name, hoursKind.name:
		c.node(nodeOf(place), "{", label, "}")
	case askKind.name, waitKind.name, assignKind.name:
		c.node(nodeOf(place), "[/", label, "/]")
	default:
		c.node(nodeOf(place), "[", label, "]")
	}
}

// ways draws where a step leads.
func (c *chart) ways(place int, s chartStep, count int) {
	from := nodeOf(place)
	if s.kind.final {
		return
	}
	next := func() string {
		switch {
		case s.next != "":
			return c.target(s.next)
		case place+1 < count:
			return nodeOf(place + 1)
		default:
			return c.target(reservedEnd)
		}
	}
	for _, way := range s.branch {
		c.edge(from, "-->", conditionWords(way.When), c.target(way.Go))
	}
	var jump struct {
		To  string `json:"to"`
		Max int    `json:"max"`
	}
	if s.kind.name == jumpKind.name && json.Unmarshal(s.body, &jump) == nil {
		c.edge(from, "-.->", fmt.Sprintf("at most %d times", jump.Max), c.target(jump.To))
	}
	switch {
	case len(s.branch) > 0:
		otherwise := next
		if s.other != "" {
			otherwise = func() string { return c.target(s.other) }
		}
		c.edge(from, "-->", "else", otherwise())
	case !s.kind.exhaustive:
		c.edge(from, "-->", "", next())
	}
	for _, e := range s.kind.exits {
		if _, given := s.exits[e.name]; given {
			continue
		}
		switch {
		case e.ends:
			c.edge(from, "-->", e.name, c.target(reservedEnd))
		case s.kind.exhaustive:
			c.edge(from, "-->", e.name, next())
		}
	}
	for _, name := range sortedKeys(s.exits) {
		c.edge(from, "-->", name, c.target(s.exits[name]))
	}
}

// target gives the node of a key; one that is unknown shows as such.
func (c *chart) target(key string) string {
	if place, ok := c.places[key]; ok {
		return nodeOf(place)
	}
	if key != reservedEnd {
		return "unknown[\"?\"]"
	}
	c.ends = true
	return "done"
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
			for _, language := range sortedKeys(value) {
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

// conditionWords says what a condition tests: its first test.
func conditionWords(raw json.RawMessage) string {
	var doc conditionDocument
	if json.Unmarshal(raw, &doc) != nil {
		return "?"
	}
	if doc.Field == "" {
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
	return shorten(words)
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
