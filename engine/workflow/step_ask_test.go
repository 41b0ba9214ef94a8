package workflow_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/engine/workflow"
)

func TestQuestions(t *testing.T) {
	question := func(attempt int, text string, choices ...string) workflow.Ask {
		return workflow.Ask{Text: text, Choices: choices, Repeat: attempt, Deadline: noon.Add(24 * time.Hour)}
	}
	exits := `, "exits": {"timeout": "t", "invalid": "i", "failure": "f"}}, {"key": "n", "note": {"text": "{{ vars.v }}"}, "next": "end"},
		{"key": "t", "end": {}}, {"key": "i", "end": {}}, {"key": "f", "end": {}}`
	topic := `{"key": "a", "ask": {"text": "Topic, {{ contact.first_name }}?", "answer": "choice", "choices": ["Sales", "Support"], "saveTo": {"variable": "v"}, "retries": 1, "retryText": "Again?"}` + exits
	ann := fact("contact.first_name", "Ann")
	first, again := question(0, "Topic, Ann?", "Sales", "Support"), question(1, "Again?", "Sales", "Support")
	runStepTests(t, []stepTest{
		{name: "answered", steps: topic, facts: ann, outcomes: []workflow.Outcome{answered(" support ")},
			want: []any{first, "a ask next", workflow.Note{Text: "Support"}, "n note next", "COMPLETED"}},
		{name: "answered in the second attempt", steps: topic, facts: ann, outcomes: []workflow.Outcome{answered("what?"), answered("1")},
			want: []any{first, again, "a ask next", workflow.Note{Text: "Sales"}, "n note next", "COMPLETED"}},
		{name: "never answered well", steps: topic, facts: ann, outcomes: []workflow.Outcome{answered("what?"), answered("3")},
			want: []any{first, again, "a ask invalid: The answer is not one of the choices.", "i end", "COMPLETED"}},
		{name: "answered by nothing", steps: topic, facts: ann, outcomes: []workflow.Outcome{{}, timeout},
			want: []any{first, again, "a ask timeout", "t end", "COMPLETED"}},
		{name: "cannot be asked", steps: topic, facts: ann, outcomes: []workflow.Outcome{failure},
			want: []any{first, "a ask failure: It went wrong.", "f end", "COMPLETED"}},
		{name: "has to wait for another question", steps: topic, facts: ann, outcomes: []workflow.Outcome{{Exit: workflow.ExitAgain}, answered("2")},
			want: []any{first, first, "a ask next", workflow.Note{Text: "Support"}, "n note next", "COMPLETED"}},
		{name: "says nothing once rendered", steps: `{"key": "a", "ask": {"text": "{{ contact.last_name }}", "saveTo": {"variable": "v"}}` + exits,
			want: []any{"a ask failure: The text is empty after its variables are filled in.", "f end", "COMPLETED"}},
		{name: "is too long with its choices", steps: `{"key": "a", "ask": {"text": "{{ message.text }}", "answer": "choice", "choices": [{"value": "x", "text": "{{ contact.first_name }} is a name"}]}}`, facts: fact("message.text", strings.Repeat("x", 9990)),
			want: []any{"a ask failure: The question with its choices is longer than 10000 characters.", "COMPLETED"}},
		{name: "saved to a list", steps: `{"key": "a", "ask": {"text": "Colour?", "saveTo": {"field": "my_list"}}}`, outcomes: []workflow.Outcome{answered("red")},
			want: []any{question(0, "Colour?"), workflow.SetField{Field: "fld_2", Value: []any{"red"}}, "a ask next", "COMPLETED"}},
		{name: "saved to a field", steps: `{"key": "a", "ask": {"text": "Mail?", "answer": "email", "saveTo": {"field": "email"}}}`, outcomes: []workflow.Outcome{answered("Ann@Example.com")},
			want: []any{question(0, "Mail?"), workflow.SetField{Field: "email", Value: "ann@example.com"}, "a ask next", "COMPLETED"}},
		{name: "saved to a custom field", steps: `{"key": "a", "ask": {"text": "Size?", "answer": "number", "saveTo": {"field": "shoe_size"}}}`, outcomes: []workflow.Outcome{answered("42")},
			want: []any{question(0, "Size?"), workflow.SetField{Field: "fld_9", Value: 42.0}, "a ask next", "COMPLETED"}},
		{name: "cannot be saved", steps: `{"key": "a", "ask": {"text": "Mail?", "answer": "email", "saveTo": {"field": "email"}}, "exits": {"failure": "b"}}, {"key": "c", "end": {}}, {"key": "b", "end": {}}`,
			outcomes: []workflow.Outcome{answered("ann@example.com"), failure},
			want:     []any{question(0, "Mail?"), workflow.SetField{Field: "email", Value: "ann@example.com"}, "a ask failure: It went wrong.", "b end", "COMPLETED"}},
		{name: "saved to a tag", steps: `{"key": "a", "ask": {"text": "Colour?", "saveTo": {"tag": true}}}`, outcomes: []workflow.Outcome{answered("red ")},
			want: []any{question(0, "Colour?"), workflow.Tag{Add: []string{"red"}}, "a ask next", "COMPLETED"}},
		{name: "saved nowhere", steps: `{"key": "a", "ask": {"text": "Well?", "timeout": "PT5M"}}`, outcomes: []workflow.Outcome{answered("yes")},
			want: []any{workflow.Ask{Text: "Well?", Deadline: noon.Add(5 * time.Minute)}, "a ask next", "COMPLETED"}},
	})
}

func TestAnswersAreReadByTheirKind(t *testing.T) {
	tests := []struct {
		ask, answer string
		want        any // nil if it is not an answer
	}{
		{`"answer": "text"`, "  hello\n", "hello"},
		{`"answer": "text"`, "  ", nil},
		{`"answer": "text", "min": 3, "max": 4`, "héé", "héé"},
		{`"answer": "text", "min": 3, "max": 4`, "hé", nil},
		{`"answer": "text", "min": 3, "max": 4`, "hello", nil},
		{`"answer": "text"`, strings.Repeat("x", 10_001), nil},
		{`"answer": "choice", "choices": ["Straße", "7", "b"]`, "STRASSE", "Straße"},
		{`"answer": "choice", "choices": ["Straße", "7", "b"]`, "7", "7"},
		{`"answer": "choice", "choices": ["Straße", "7", "b"]`, "3.", "b"},
		{`"answer": "choice", "choices": ["Straße", "7", "b"]`, " 3️⃣", "b"},
		{`"answer": "choice", "choices": ["Straße", "7", "b"]`, "7️⃣", "7"},
		{`"answer": "choice", "choices": ["1️⃣ or so", "2️⃣", "1"]`, "2️⃣", "2️⃣"},
		{`"answer": "choice", "choices": ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]`, "🔟", "j"},
		{`"answer": "choice", "choices": ["Straße", "7", "b"]`, "4️⃣", nil},
		{`"answer": "rating"`, "4️⃣", 4.0},
		{`"answer": "choice", "choices": ["Straße", "7", "b"]`, "0", nil},
		{`"answer": "choice", "choices": ["Straße", "7", "b"]`, "4", nil},
		{`"answer": "choice", "choices": [{"value": "yes", "text": {"en": "Yes!", "de": "Ja!"}}, "no"]`, "ja!", "yes"},
		{`"answer": "choice", "choices": [{"value": "yes", "text": {"en": "Yes!", "de": "Ja!"}}, "no"]`, "Yes", "yes"},
		{`"answer": "choice", "choices": [{"value": "yes", "text": {"en": "Yes!", "de": "Ja!"}}, "no"]`, "Yes!", "yes"},
		{`"answer": "number"`, " -2,5 ", -2.5},
		{`"answer": "number"`, "1000.25", 1000.25},
		{`"answer": "number"`, "1,000", 1.0},
		{`"answer": "number"`, "1.500", 1500.0},
		{`"answer": "number"`, "-120.000", -120000.0},
		{`"answer": "number"`, "0.125", 0.125},
		{`"answer": "number"`, "0,125", 0.125},
		{`"answer": "number"`, "1500,125", 1500.125},
		{`"answer": "number"`, "NaN", nil},
		{`"answer": "number"`, "1e3", nil},
		{`"answer": "number", "min": 0, "max": 10`, "10", 10.0},
		{`"answer": "number", "min": 0, "max": 10`, "10.1", nil},
		{`"answer": "rating"`, "5", 5.0},
		{`"answer": "rating"`, "⭐⭐⭐", 3.0},
		{`"answer": "rating"`, "⭐️⭐️", 2.0},
		{`"answer": "rating"`, "6", nil},
		{`"answer": "rating"`, "2.5", nil},
		{`"answer": "rating", "max": 10`, "10", 10.0},
		{`"answer": "date"`, "2026-02-28", "2026-02-28"},
		{`"answer": "date"`, "2026-02-29", nil},
		{`"answer": "date"`, "2026/2/8", "2026-02-08"},
		{`"answer": "date"`, "8.2.2026", "2026-02-08"},
		{`"answer": "date"`, "8. 2. 2026", "2026-02-08"},
		{`"answer": "date"`, "31/1/2026", "2026-01-31"},
		{`"answer": "date"`, "1/31/2026", "2026-01-31"},
		{`"answer": "date"`, "3/3/2026", "2026-03-03"},
		{`"answer": "date"`, "1/2/2026", "2026-02-01"},
		{`"answer": "date"`, "1-2.2026", nil},
		{`"answer": "date"`, "8.2.26", nil},
		{`"answer": "date"`, "tomorrow", nil},
		{`"answer": "date", "min": "2026-02-01", "max": "2026-02-28"`, "2026-02-28", "2026-02-28"},
		{`"answer": "date", "min": "2026-02-01", "max": "2026-02-28"`, "2026-03-01", nil},
		{`"answer": "email"`, " Ann@Example.com ", "ann@example.com"},
		{`"answer": "email"`, "Ann <ann@example.com>", nil},
		{`"answer": "email"`, "", nil},
		{`"answer": "phone"`, "+43 660 1234567", "+436601234567"},
		{`"answer": "phone"`, "0660 1234567", "+436601234567"},
		{`"answer": "phone"`, "+5215512345678", "+525512345678"},
		{`"answer": "phone"`, "\u202a+43\u200b660\u00a01234567\u202c", "+436601234567"},
		{`"answer": "phone"`, "12", nil},
		{`"answer": "url"`, "example.com/a", "https://example.com/a"},
		{`"answer": "url"`, "http://example.com", "http://example.com"},
		{`"answer": "url"`, "Bücher.example/🏴", "https://xn--bcher-kva.example/%F0%9F%8F%B4"},
		{`"answer": "url"`, "javascript:alert.x", nil},
		{`"answer": "url"`, "nothing", nil},
		{`"answer": "location"`, "48.2, 16.37", "48.2,16.37"},
		{`"answer": "location"`, "91, 16", nil},
		{`"answer": "location"`, "NaN, 16", nil},
		{`"answer": "location"`, "Vienna", nil},
	}
	facts := workflow.Facts{Contact: map[string]any{"country": "AT", "language": "de-AT"}}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s of %.20q", test.ask, test.answer), func(t *testing.T) {
			definition := mustCompile(t, steps(`{"key": "a", "ask": {"text": "?", `+test.ask+`, "retries": 0, "saveTo": {"variable": "v"}}}`))
			input := workflow.Input{Now: noon, Facts: facts}
			state, _ := workflow.Advance(definition, workflow.State{}, input)
			input.Outcome = answered(test.answer)
			state, result := workflow.Advance(definition, state, input)
			if got := state.Variables["v"]; got != test.want || (result.Steps[0].Exit == "next") != (test.want != nil) {
				t.Errorf("got %v by %s: %s", got, result.Steps[0].Exit, result.Steps[0].Error)
			}
		})
	}
}

func TestALocationIsReadFromTheChannel(t *testing.T) {
	definition := mustCompile(t, steps(`{"key": "a", "ask": {"text": "?", "answer": "location", "saveTo": {"variable": "v"}}}`))
	state, _ := workflow.Advance(definition, workflow.State{}, workflow.Input{Now: noon})
	where := &workflow.Answer{Location: &workflow.Location{Latitude: -1.5, Longitude: 2}}
	state, _ = workflow.Advance(definition, state, workflow.Input{Now: noon, Outcome: workflow.Outcome{Answer: where}})
	if got := state.Variables["v"]; got != "-1.5,2" {
		t.Errorf("got %v", got)
	}
}

func TestTheTimeoutCountsFromTheFirstAsking(t *testing.T) {
	definition := mustCompile(t, steps(`{"key": "a", "ask": {"text": "?", "answer": "number", "timeout": "PT1H"}}`))
	state, _ := workflow.Advance(definition, workflow.State{}, workflow.Input{Now: noon})
	state, result := workflow.Advance(definition, state, workflow.Input{Now: noon.Add(50 * time.Minute), Outcome: answered("x")})
	want := workflow.Ask{Text: "Please answer with a number in digits, such as 12.5.\n?", Repeat: 1, Deadline: noon.Add(time.Hour)}
	if diff := cmp.Diff(want, result.Effect); diff != "" {
		t.Error(diff)
	}
	_, result = workflow.Advance(definition, state, workflow.Input{Now: noon.Add(time.Hour), Outcome: answered("x")})
	if !result.Ended || result.Steps[0].Exit != workflow.ExitTimeout {
		t.Errorf("asks again after its time: %+v", result)
	}
}

func TestPhrasesAreInTheContactsLanguage(t *testing.T) {
	definition := mustCompile(t, steps(`{"key": "a", "send": {"text": {"en": "Hi", "de": "Hallo", "de-CH": "Grüezi", "pt-BR": "Oi"}}}`))
	other := mustCompile(t, steps(`{"key": "a", "send": {"text": {"default": "?", "en": "Hi"}}}`))
	for language, want := range map[string]string{"de": "Hallo", "DE-at": "Hallo", "de-CH": "Grüezi", "de_CH": "Grüezi", "en-GB": "Hi", "fr": "Hi", "pt": "Hi", "pt-BR": "Oi", "": "Hi", "-": "Hi"} {
		_, result := workflow.Advance(definition, workflow.State{}, workflow.Input{Facts: fact("contact.language", language)})
		if send := result.Effect.(workflow.Send); send.Text != want {
			t.Errorf("%q: got %q, want %q", language, send.Text, want)
		}
	}
	_, result := workflow.Advance(other, workflow.State{}, workflow.Input{Facts: fact("contact.language", "fr")})
	if send := result.Effect.(workflow.Send); send.Text != "?" {
		t.Errorf("got %q", send.Text)
	}
	if !definition.Needs().Field("contact.language") {
		t.Error("the language is not needed")
	}
}

func TestAQuestionCanBeWrittenOut(t *testing.T) {
	ask := workflow.Ask{Text: "Topic?", Choices: []string{"Sales", "Support"}}
	if got := ask.Message(); got != "Topic?\n1. Sales\n2. Support" {
		t.Error(got)
	}
}
