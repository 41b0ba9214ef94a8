package workflow_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"foyer/engine/workflow"
	"foyer/engine/workflow/exchange"
)

func TestADocumentIsExportedAsPeopleWriteIt(t *testing.T) {
	document := `{"format":1,"name":"Inbound: all","trigger":{"on":"webhook","contact":{"identity":"who.id","channel":"chn_n"},
		"when":{"any":[{"field":"conversation.team","op":"in","value":["tea_1","tea_9"]},{"field":"contact.fld_9","op":"greater","value":40},{"not":{"field":"message.text","op":"equals","value":"tea_1"}}]}},
		"steps":[{"key":"a","send":{"text":"Size {{ contact.fld_9 | plus: 1 }}\nfld_9, no?\n","channel":"chn_n"},"exits":{"failure":"b"}},
		{"key":"b","note":{"text":"yes","mention":["agt_b","Bob"]}},{"key":"c","route":{"team":"tea_1"},"next":"d"},{"key":"d","assign":{"agent":"agt_b"}},
		{"key":"e","ask":{"text":{"en":"{% if contact.fld_9 %}A{% endif %}","de":"contact.fld_9"},"answer":"number","saveTo":{"field":"fld_9"}}},{"key":"f","set":{"field":"fld_9","value":null}},
		{"key":"g","start":{"workflow":"wfl_z","variables":{}}},{"key":"h","hours":{"team":"tea_1"}},{"key":"i","http":{"url":"https://x.y","headers":{"A":"b"}},"exits":{"404":"j"}},{"key":"j","end":{}}]}`
	team, agent, channel := workflow.ReferenceTeam, workflow.ReferenceAgent, workflow.ReferenceChannel
	names := map[workflow.Reference]string{{team, "tea_1"}: "Sales", {channel, "chn_n"}: "Web", {agent, "agt_b"}: "Ann",
		{workflow.ReferenceField, "fld_9"}: "shoe_size", {workflow.ReferenceWorkflow, "wfl_z"}: "Survey", {channel, "tea_1"}: "another"}
	want := `format: 1
name: "Inbound: all"
trigger:
  on: webhook
  contact: { identity: who.id, channel: Web }
  when:
    any:
      - { field: conversation.team, op: in, value: [Sales, tea_9] }
      - { field: contact.shoe_size, op: greater, value: 40 }
      - { not: { field: message.text, op: equals, value: tea_1 } }
steps:
  - key: a
    send:
      text: |
        Size {{ contact.shoe_size | plus: 1 }}
        fld_9, no?
      channel: Web
    exits: { failure: b }
  - key: b
    note: { text: "yes", mention: [Ann, Bob] }
  - key: c
    route: { team: Sales }
    next: d
  - key: d
    assign: { agent: Ann }
  - key: e
    ask:
      text: { en: "{% if contact.shoe_size %}A{% endif %}", de: contact.fld_9 }
      answer: number
      saveTo: { field: shoe_size }
  - key: f
    set: { field: shoe_size, value: null }
  - key: g
    start: { workflow: Survey, variables: {} }
  - key: h
    hours: { team: Sales }
  - key: i
    http: { url: "https://x.y", headers: { A: b } }
    exits: { "404": j }
  - key: j
    end: {}
`
	got, err := exchange.ToYAML([]byte(document), "Inbound: all", names)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
	references := []workflow.Reference{{channel, "chn_n"}, {team, "tea_1"}, {team, "tea_9"}, {workflow.ReferenceField, "fld_9"}, {agent, "agt_b"},
		{agent, "Bob"}, {workflow.ReferenceWorkflow, "wfl_z"}}
	if diff := cmp.Diff(references, exchange.References([]byte(document))); diff != "" {
		t.Error(diff)
	}
	mustCompile(t, strings.Replace(string(must(exchange.FromYAML(got))), `"tea_9"`, `"VIP"`, 1))
}

func TestTheDocumentedExamplesComeBackFromYAML(t *testing.T) {
	for name, title := range map[string]string{
		"inbound.yaml": "Inbound conversations", "topics.yaml": "Inbound conversations", "every_kind.yaml": "Order problems",
	} {
		document := must(exchange.FromYAML(must(os.ReadFile(filepath.Join("testdata", name)))))
		mustCompile(t, string(document))
		again := must(exchange.FromYAML(must(exchange.ToYAML(document, title, nil))))
		if string(again) != string(document) {
			t.Errorf("%s: %s", name, cmp.Diff(string(document), string(again)))
		}
	}
}

func TestWhateverIsExportedComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		document := drawDocument(t)
		if rapid.Bool().Draw(t, "odd") {
			document = must(json.Marshal(drawJSON(t, 4)))
		}
		checkYAML(t, document)
	})
}

// drawJSON draws any JSON, with texts that are hard to write in YAML.
func drawJSON(t *rapid.T, depth int) any {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ \n\-#:?&*!|>'"%@{}\[\],x]{0,12}`),
		rapid.SampledFrom([]string{"", "yes", "null", "~", "1", "1e3", "0x1", "2026-01-01", "a: b", "a #b", "x\n", "\nx", "x\n\ny", " x\ny", "a\nb\n\n", "[[[[", "12:30", "é\u0085\u2028", "<<", "- a", "=", "a\tb\nc"}))
	kind := rapid.IntRange(0, 6).Draw(t, "kind")
	if depth == 0 {
		kind %= 5
	}
	switch kind {
	case 0, 1:
		return text.Draw(t, "text")
	case 2:
		return rapid.Float64().Draw(t, "number")
	case 3:
		return rapid.Int32().Draw(t, "integer")
	case 4:
		return rapid.SampledFrom([]any{nil, true, false}).Draw(t, "constant")
	case 5:
		list := []any{}
		for range rapid.IntRange(0, 3).Draw(t, "items") {
			list = append(list, drawJSON(t, depth-1))
		}
		return list
	default:
		object := map[string]any{}
		for range rapid.IntRange(0, 3).Draw(t, "members") {
			object[text.Draw(t, "name")] = drawJSON(t, depth-1)
		}
		return object
	}
}

// checkYAML checks that a document comes back from YAML with the same values.
func checkYAML(t interface {
	Fatalf(string, ...any)
}, document []byte) {
	yaml, err := exchange.ToYAML(document, "Exported", nil)
	if err != nil {
		t.Fatalf("%s: %s", document, err)
	}
	again, err := exchange.FromYAML(yaml)
	if err != nil {
		t.Fatalf("%s\n%s: %s", document, yaml, err)
	}
	var want, got any
	if json.Unmarshal(document, &want) != nil || json.Unmarshal(again, &got) != nil {
		t.Fatalf("%s: not JSON", again)
	}
	if root, ok := want.(map[string]any); ok {
		root["name"] = "Exported"
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%s\n%s", yaml, diff)
	}
}
