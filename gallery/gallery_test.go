package gallery_test

import (
	"bytes"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/engine/rehearsal"
	"foyer/engine/workflow"
	"foyer/engine/workflow/diagram"
	"foyer/engine/workflow/exchange"
	"foyer/gallery"
)

// schemaFile is the file that documents of the gallery name as their schema, for editors.
const schemaFile = "../engine/workflow/workflow.schema.json"

func TestTheSchemaThatDocumentsNameIsTheOneThatChecksThem(t *testing.T) {
	named, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(named, workflow.Schema()) {
		t.Errorf("%s is not the schema of package workflow", schemaFile)
	}
}

// compiled returns a workflow of the gallery, ready to run.
func compiled(t *testing.T, name string, names workflow.Directory) *workflow.Definition {
	t.Helper()
	text, err := gallery.YAML(name)
	if err != nil {
		t.Fatal(err)
	}
	document, err := exchange.FromYAML(text)
	if err != nil {
		t.Fatal(err)
	}
	definition, problems := workflow.Compile(document, names)
	if len(problems) > 0 {
		t.Fatalf("%s: %v", name, problems)
	}
	return definition
}

func TestEveryWorkflowOfTheGalleryCanBePublishedWhereItsNamesExist(t *testing.T) {
	entries, err := gallery.List()
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) < 9 {
		t.Errorf("there are %d", len(entries))
	}
	for _, e := range entries {
		if wants := e.Name == "lead-enrichment"; wants != slices.Equal(e.Secrets, []string{"CRM_KEY"}) || !wants && len(e.Secrets) > 0 {
			t.Errorf("%s needs the secrets %q", e.Name, e.Secrets)
		}
		if e.Title == "" || e.Description == "" || len(e.Teams) == 0 {
			t.Errorf("%+v", e)
		}
		definition := compiled(t, e.Name, rehearsal.NewDirectory(nil))
		if warnings := definition.Warnings(); len(warnings) > 0 {
			t.Errorf("%s: %v", e.Name, warnings)
		}
		text, _ := gallery.YAML(e.Name)
		if !bytes.HasPrefix(text, []byte("# yaml-language-server: $schema="+schemaFile+"\n")) {
			t.Errorf("%s does not tell editors its schema", e.Name)
		}
		document, _ := exchange.FromYAML(text)
		if !strings.Contains(diagram.SVG(document), "</svg>") {
			t.Errorf("%s is not drawn", e.Name)
		}
	}
	for _, name := range []string{"", "nothing", "banking.labels", "../gallery"} {
		if _, err := gallery.YAML(name); err == nil {
			t.Errorf("there is a workflow %q", name)
		}
	}
}

func TestTheGalleryDoesWhatItSays(t *testing.T) {
	monday := time.Date(2026, time.March, 2, 10, 0, 0, 0, time.UTC)
	saturday := monday.AddDate(0, 0, 5)
	known := func(with map[string]any) map[string]any {
		facts := map[string]any{"display_name": "Ann", "first_name": "Ann", "email": "ann@example.com"}
		maps.Copy(facts, with)
		return facts
	}
	found := func(body string) func(workflow.HTTP) workflow.Outcome {
		return func(e workflow.HTTP) workflow.Outcome {
			if e.URL.String() != "https://crm.example.com/people?email=ann%40example.com" {
				t.Errorf("asked %s", e.URL)
			}
			if body == "" {
				return workflow.Outcome{Response: &workflow.Response{Status: 404}}
			}
			return workflow.Outcome{Response: &workflow.Response{Status: 200, Body: body}}
		}
	}
	tests := []struct {
		workflow, when string
		setting        rehearsal.Setting
		scene          rehearsal.Scene
		skipped        bool // the trigger's condition does not hold
		path           string
		sent           []string
		team, assignee string
	}{
		{"inbound-menu", "by number", rehearsal.Setting{Agent: "Bo"}, rehearsal.Scene{Answers: []*string{new("1")}}, false,
			"ask_topic by_topic to_sales hand_over introduce",
			[]string{"Hi there, what is this about?\n1. Buying something\n2. An invoice\n3. Something else", "Bo will help you."}, "Sales", "Bo"},
		{"inbound-menu", "in words, in German", rehearsal.Setting{Contact: map[string]any{"first_name": "Ann", "language": "de-AT"}, Agent: "Bo"}, rehearsal.Scene{Answers: []*string{new("eine rechnung")}}, false,
			"ask_topic by_topic to_billing hand_over introduce",
			[]string{"Hallo Ann, worum geht es?\n1. Etwas kaufen\n2. Eine Rechnung\n3. Etwas anderes", "Bo will help you."}, "Billing", "Bo"},
		{"inbound-menu", "no answer, nobody there", rehearsal.Setting{}, rehearsal.Scene{Answers: []*string{nil}}, false,
			"ask_topic to_support hand_over apologise",
			[]string{"Hi there, what is this about?\n1. Buying something\n2. An invoice\n3. Something else", "Everyone is busy. We will answer here as soon as we can."}, "Support", ""},
		{"business-hours", "open", rehearsal.Setting{Agent: "Bo"}, rehearsal.Scene{Now: monday}, false, "to_support open_now hand_over", nil, "Support", "Bo"},
		{"business-hours", "closed, address known", rehearsal.Setting{Contact: known(nil), Agent: "Bo"}, rehearsal.Scene{Now: saturday}, false,
			"to_support open_now after_hours good_night sleep hand_over",
			[]string{"Thank you. We are here from Monday to Friday at 9, and answer you first thing."}, "Support", "Bo"},
		{"business-hours", "closed, address asked", rehearsal.Setting{Agent: "Bo"}, rehearsal.Scene{Now: saturday, Answers: []*string{new("no"), new("eve@example.com")}}, false,
			"to_support open_now after_hours ask_email good_night sleep hand_over",
			[]string{"We are closed. Which address may we write to?", "Please answer with an email address, such as name@example.com.\nWe are closed. Which address may we write to?", "Thank you. We are here from Monday to Friday at 9, and answer you first thing."}, "Support", "Bo"},
		{"business-hours", "holiday", rehearsal.Setting{Contact: known(nil)}, rehearsal.Scene{Now: time.Date(2026, 12, 25, 10, 0, 0, 0, time.UTC)}, false,
			"to_support open_now after_hours good_night sleep hand_over", []string{"Thank you. We are here from Monday to Friday at 9, and answer you first thing."}, "Support", ""},
		{"vip", "a VIP", rehearsal.Setting{Contact: known(map[string]any{"tags": []string{"vip"}}), Agent: "Bo"}, rehearsal.Scene{}, false,
			"to_vip hand_over introduce", []string{"Good to hear from you, Ann. Bo is with you."}, "VIP", "Bo"},
		{"vip", "nobody there", rehearsal.Setting{Contact: known(map[string]any{"tags": []string{"vip"}})}, rehearsal.Scene{}, false,
			"to_vip hand_over to_anybody anybody", nil, "VIP", ""},
		{"vip", "somebody else", rehearsal.Setting{Contact: known(nil), Agent: "Bo"}, rehearsal.Scene{}, true, "to_vip hand_over introduce",
			[]string{"Good to hear from you, Ann. Bo is with you."}, "VIP", "Bo"},
		{"language", "known", rehearsal.Setting{Contact: map[string]any{"language": "fr-CA"}, Agent: "Bo"}, rehearsal.Scene{}, false, "known by_language to_french hand_over", nil, "French", "Bo"},
		{"language", "another", rehearsal.Setting{Contact: map[string]any{"language": "den"}, Agent: "Bo"}, rehearsal.Scene{}, false, "known by_language to_english hand_over", nil, "Support", "Bo"},
		{"language", "asked", rehearsal.Setting{Agent: "Bo"}, rehearsal.Scene{Answers: []*string{new("Deutsch")}}, false, "known ask_language by_language to_german hand_over",
			[]string{"Which language do you prefer? Welche Sprache? Quelle langue ?\n1. English\n2. Deutsch\n3. Français"}, "German", "Bo"},
		{"returning-contact", "the owner is there", rehearsal.Setting{Contact: map[string]any{"is_returning": true}, Agent: "Bo", Owner: "Cy"}, rehearsal.Scene{}, false,
			"to_support met_before to_owner welcome_back", []string{"Welcome back! Cy will be with you again."}, "Support", "Cy"},
		{"returning-contact", "the owner is not", rehearsal.Setting{Contact: map[string]any{"is_returning": true}, Agent: "Bo"}, rehearsal.Scene{}, false,
			"to_support met_before to_owner to_team", nil, "Support", "Bo"},
		{"returning-contact", "new", rehearsal.Setting{Agent: "Bo", Owner: "Cy"}, rehearsal.Scene{}, false, "to_support met_before to_team", nil, "Support", "Bo"},
		{"escalation", "unanswered", rehearsal.Setting{Contact: known(nil), Agent: "Bo"}, rehearsal.Scene{}, false,
			"give_time still_waiting write_down to_leads take_back hand_over", nil, "Leads", "Bo"},
		{"unassign-after-close", "the agent is gone", rehearsal.Setting{Contact: map[string]any{"is_returning": true}, Agent: "Bo"}, rehearsal.Scene{}, false,
			"absent take_back to_support hand_over", nil, "Support", "Bo"},
		{"unassign-after-close", "new", rehearsal.Setting{Agent: "Bo"}, rehearsal.Scene{}, true, "absent take_back to_support hand_over", nil, "Support", "Bo"},
		{"lead-enrichment", "large", rehearsal.Setting{Contact: known(nil), Agent: "Bo"}, rehearsal.Scene{Respond: found(`{"company": {"name": "Acme", "seats": 250}, "plan": "team"}`)}, false,
			"known look_up write_down by_plan mark to_key_accounts hand_over", nil, "Key accounts", "Bo"},
		{"lead-enrichment", "a customer", rehearsal.Setting{Contact: known(nil), Agent: "Bo"}, rehearsal.Scene{Respond: found(`{"plan": "solo"}`)}, false,
			"known look_up write_down by_plan to_support hand_over", nil, "Support", "Bo"},
		{"lead-enrichment", "unknown there", rehearsal.Setting{Contact: known(nil), Agent: "Bo"}, rehearsal.Scene{Respond: found("")}, false,
			"known look_up to_sales hand_over", nil, "Sales", "Bo"},
		{"lead-enrichment", "not to be reached", rehearsal.Setting{Agent: "Bo"}, rehearsal.Scene{Answers: []*string{new("ann@example.com")}}, false,
			"known ask_email look_up to_sales hand_over", []string{"Welcome! Which email address can we reach you at?"}, "Sales", "Bo"},
		{"banking", "plain words", rehearsal.Setting{Agent: "Bo"}, rehearsal.Scene{Message: "I topped up and nothing happened"}, false, "by_words to_top_ups hand_over", nil, "Top-ups", "Bo"},
		{"banking", "nothing known, by the menu", rehearsal.Setting{Agent: "Bo"}, rehearsal.Scene{Message: "Hello", Answers: []*string{new("exchange")}}, false,
			"by_words ask by_answer to_exchange hand_over",
			[]string{"What is your question about?\n1. Cards\n2. Card payments\n3. Top-ups\n4. Transfers\n5. Cash and ATM\n6. Exchange\n7. Accounts\n8. Security\n9. Refunds and fees"}, "Exchange", "Bo"},
		{"banking", "no answer, nobody there", rehearsal.Setting{}, rehearsal.Scene{Message: "Hello", Answers: []*string{nil}}, false, "by_words ask to_accounts hand_over apologise",
			[]string{"What is your question about?\n1. Cards\n2. Card payments\n3. Top-ups\n4. Transfers\n5. Cash and ATM\n6. Exchange\n7. Accounts\n8. Security\n9. Refunds and fees",
				"All of us are busy. We will answer here as soon as we can."}, "Accounts", ""},
	}
	tried := map[string]bool{}
	for _, c := range tests {
		tried[c.workflow] = true
		t.Run(c.workflow+", "+c.when, func(t *testing.T) {
			workspace, err := rehearsal.Open(t.Context(), c.setting)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = workspace.Close() }()
			definition := compiled(t, c.workflow, workspace)
			if c.scene.Now.IsZero() {
				c.scene.Now = monday
			}
			got, err := workspace.Run(t.Context(), definition, c.scene)
			if err != nil {
				t.Fatal(err)
			}
			var path []string
			for _, step := range got.Steps {
				path = append(path, step.Key)
			}
			if diff := cmp.Diff(c.path, strings.Join(path, " ")) + cmp.Diff(c.sent, got.Sent); diff != "" {
				t.Error(diff)
			}
			if got.Team != c.team || got.Assignee != c.assignee || got.Matches == c.skipped {
				t.Errorf("team %q, assignee %q, matches %t", got.Team, got.Assignee, got.Matches)
			}
		})
	}
	entries, err := gallery.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !tried[e.Name] {
			t.Errorf("%s is not tried", e.Name)
		}
	}
}

func TestLabelsLeadToOneTeamEach(t *testing.T) {
	labels, err := gallery.Labels("banking")
	if err != nil || len(labels) != 77 {
		t.Errorf("%d labels, %v", len(labels), err)
	}
	if _, err := gallery.ReadLabels([]byte("A: [x]\nB: [x]\n")); err == nil {
		t.Error("a label leads to two teams")
	}
	if labels, err := gallery.ReadLabels([]byte("\ufeffA: [x]\n")); err != nil || labels["x"] != "A" {
		t.Errorf("with a byte order mark: %v, %v", labels, err)
	}
	if _, err := gallery.ReadLabels([]byte("A: x")); err == nil {
		t.Error("a text that is not a list is read")
	}
	if _, err := gallery.Labels("vip"); err == nil {
		t.Error("there are labels for vip")
	}
}
