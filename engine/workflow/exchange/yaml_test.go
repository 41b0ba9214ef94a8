package exchange_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/engine/workflow"
	"foyer/engine/workflow/exchange"
)

func TestYAMLBecomesJSONInItsOrder(t *testing.T) {
	tests := map[string]string{
		"z: 1\na: [x, 2.5, true, ~, 'q', \"{{ x }}\"]\n":       `{"z":1,"a":["x",2.5,true,null,"q","{{ x }}"]}`,
		"on: yes\n404: to_x\ntrue: 1\n":                        `{"on":"yes","404":"to_x","true":1}`,
		"text: |\n  one\n  <two>\nd: 2026-01-01\np: PT30M\n":   `{"text":"one\n<two>\n","d":"2026-01-01","p":"PT30M"}`,
		"steps:\n  - key: a\n    end: {}\n  - {key: b, end: }": `{"steps":[{"key":"a","end":{}},{"key":"b","end":null}]}`,
		`{"key": "JSON is YAML", "list": []}`:                  `{"key":"JSON is YAML","list":[]}`,
		"# why\na: b # because\n":                              `{"a":"b"}`,
	}
	for yaml, want := range tests {
		got, err := exchange.FromYAML([]byte(yaml))
		if err != nil || string(got) != want {
			t.Errorf("%q: got %s, %v; want %s", yaml, got, err, want)
		}
	}
}

func TestYAMLThatIsNoDocumentIsRefused(t *testing.T) {
	tests := map[string]string{
		"a: &x 1\nb: *x\n":   "line 1: anchors and aliases (& and *) are not supported; put a text that begins with & or * into quotes",
		"<<: {a: 1}\nb: 2\n": "line 1: a key must be a text",
		"a:\n- .inf\n":       "line 2: infinity cannot be used here",
		"a: !!binary eA==\n": "line 1: tag cannot be used here",
		"a: 1\n---\nb: 2\n":  "the file must contain exactly one document, and it must not be empty",
		"":                   "the file must contain exactly one document, and it must not be empty",
		"a: 1\na: 2\n":       `the document is not YAML: mapping key "a" already defined at [1:1] (line 2)`,
		"a: {{ x }}\n":       "the document is not YAML: could not find flow map content (line 1)",
		strings.Repeat("a", workflow.MaxDocument+1): "the document has 262145 bytes, and may have at most 262144",
	}
	for yaml, want := range tests {
		if got, err := exchange.FromYAML([]byte(yaml)); err == nil || err.Error() != want {
			t.Errorf("%.40q: got %s, %v; want %s", yaml, got, err, want)
		}
	}
}

func TestHostileYAMLIsRefusedSoon(t *testing.T) {
	fill := func(part string) string { return strings.Repeat(part, workflow.MaxDocument/len(part)) }
	var indented strings.Builder
	for i := range 700 {
		indented.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	var bomb strings.Builder
	bomb.WriteString("a: &a [x, x, x, x, x, x, x, x, x]\n")
	for c := 'b'; c < 'z'; c++ {
		fmt.Fprintf(&bomb, "%c: &%c [%s x]\n", c, c, strings.Repeat("*"+string(c-1)+", ", 9))
	}
	for _, yaml := range []string{
		fill("["), fill("{a: "), fill("- "), fill("? "), fill("a: "), fill("&a "), fill("! "), fill("- [{"),
		"[" + fill(",")[1:], fill("?\n"), indented.String(), bomb.String(),
	} {
		began := time.Now()
		if converted, err := exchange.FromYAML([]byte(yaml)); err == nil && len(converted) > 2*workflow.MaxDocument {
			t.Errorf("%.20q…: %d bytes", yaml, len(converted))
		}
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("%.20q…: took %s", yaml, took)
		}
	}
}
