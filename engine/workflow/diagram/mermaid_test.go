package diagram_test

import (
	"regexp"
	"strings"
	"testing"

	"foyer/engine/workflow/diagram"

	"github.com/google/go-cmp/cmp"
)

func TestADocumentIsDrawn(t *testing.T) {
	want := `flowchart TD
  start(["conversation.opened"])
  s0[/"ask_topic: ask – Hi #123;#123; contact.first_name #124; default: 'the…"/]
  s1{"by_topic: branch"}
  s2["to_sales: route – Sales"]
  s3["to_vip: route – VIP"]
  s4["to_support: route – Support"]
  s5[/"hand_over: assign – team"/]
  s6["apologise: send – Everyone is busy. We will answer here as…"]
  start --> s0
  s0 --> s1
  s0 -->|"invalid"| s4
  s0 -->|"timeout"| s4
  s1 -->|"vars.topic equals Sales"| s2
  s1 -->|"contact.tags hasAny vip and …"| s3
  s1 -->|"else"| s4
  s2 --> s5
  s3 --> s5
  s4 --> s5
  s5 --> done
  s5 -->|"timeout"| s6
  s6 --> done
  done(["end"])
`
	if diff := cmp.Diff(want, diagram.Mermaid(example(t, "topics"))); diff != "" {
		t.Error(diff)
	}
	want = `flowchart TD
  start(["conversation.opened"])
  s0{"a: hours"}
  s1["b: jump"]
  s2["c: end"]
  start --> s0
  s0 -->|"open"| s1
  s0 -->|"closed"| s2
  s1 -.->|"at most 3 times"| s0
  s1 -->|"exhausted"| s2
`
	got := diagram.Mermaid([]byte(steps(`{"key": "a", "hours": {}, "exits": {"closed": "c"}}, {"key": "b", "jump": {"to": "a", "max": 3}}, {"key": "c", "end": {}}`)))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestADiagramSaysInAFewWordsWhatAStepDoes(t *testing.T) {
	got := diagram.Mermaid([]byte(steps(`{"key": "a", "tag": {"add": ["x", "y"]}}, {"key": "b", "send": {"text": {"en": "Hi", "de": "Hallo"}}}, {"key": "c", "wait": {"for": "PT1H"}},
		{"key": "d", "close": {}}, {"key": "e", "http": {"url": "https://x.y"}}, {"key": "f", "start": {"workflow": "Survey"}}`)))
	for _, want := range []string{`s0["a: tag – x, y"]`, `s1["b: send – Hi"]`, `s2[/"c: wait – PT1H"/]`, `s3["d: close"]`, `s4["e: http – https://x.y"]`, `s5["f: start – Survey"]`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in %s", want, got)
		}
	}
}

func TestADiagramSaysWhatAConditionTestsFirst(t *testing.T) {
	for condition, want := range map[string]string{
		`{"field": "message.text", "op": "exists"}`:                                              `message.text exists`,
		`{"any": [{"all": [{"field": "now", "op": "exists"}]}, {}]}`:                             `now exists or …`,
		`{"not": {"all": [{"field": "contact.tags", "op": "hasAny", "value": ["a", "b"]}, {}]}}`: `not contact.tags hasAny a, b and …`,
		`{}`: `…`, `7`: `?`, `{"any": [3]}`: `?`,
		strings.Repeat(`{"not": `, 50) + `{}` + strings.Repeat(`}`, 50): `not not not not not not not not ?`,
	} {
		got := diagram.Mermaid([]byte(steps(`{"key": "a", "branch": [{"when": ` + condition + `, "go": "end"}]}`)))
		if !strings.Contains(got, `|"`+want+`"|`) {
			t.Errorf("%s: %s", condition, got)
		}
	}
}

func TestADiagramHoldsNothingThatMermaidOrHTMLTakesForMore(t *testing.T) {
	hostile := `{"trigger": {"on": "x\"]); click a \"javascript:alert(1)\""}, "steps": [{"key": "a\"]\n%%{init}%%", "send": {"text": "<img src=x onerror=alert(1)> #quot; ` + "`" + `"},
		"exits": {"x\"| b": "nowhere"}, "next": "done[x]"}, 7, null, {"key": "b", "branch": [{"when": {"field": "\u2028<b>", "op": "]", "value": ["\"", 1]}, "go": 5}, {"go": "end"}, {}]}]}`
	got := diagram.Mermaid([]byte(hostile))
	line := regexp.MustCompile(`^  (?:\w+(?:\(\[|\[/|\[|\{)"[^"<>\x60\[\]{}|;\n]*(?:#\d+;[^"<>\x60\[\]{}|;\n]*)*"(?:\]\)|/\]|\]|\})|\w+ (?:-->|-\.->)(?:\|"[^"<>|\n]*"\|)? \w+(?:\["\?"\])?)$`)
	for _, written := range strings.Split(strings.TrimSuffix(got, "\n"), "\n")[1:] {
		if !line.MatchString(written) {
			t.Errorf("%s", written)
		}
	}
	for _, document := range []string{"", "[]", "{", `{"steps": {}}`, `{"steps": []}`} {
		if got := diagram.Mermaid([]byte(document)); got != "flowchart TD\n" {
			t.Errorf("%s: %s", document, got)
		}
	}
}

func steps(list string) string {
	return `{"format": 1, "trigger": {"on": "conversation.opened"}, "steps": [` + list + `]}`
}
