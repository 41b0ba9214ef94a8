package workflow_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"foyer/engine/workflow"
)

// render returns what a note with this text says, or why it says nothing.
func render(t *testing.T, text string, facts workflow.Facts) string {
	t.Helper()
	definition := mustCompile(t, noteOf(text))
	_, result := workflow.Advance(definition, workflow.State{}, workflow.Input{Now: noon, Facts: facts})
	if len(result.Steps) > 0 && result.Steps[0].Error != "" {
		return "error: " + result.Steps[0].Error
	}
	note, ok := result.Effect.(workflow.Note)
	if !ok {
		return ""
	}
	return note.Text
}

func noteOf(text string) string {
	return steps(`{"key": "a", "note": {"text": ` + string(must(json.Marshal(text))) + `}}`)
}

func TestTextsRender(t *testing.T) {
	berlin := time.FixedZone("CET", 3600)
	facts := workflow.Facts{
		Contact: map[string]any{
			"first_name": "ann LEE", "email": "a&b@example.com", "tags": []string{"vip", "new"}, "is_returning": true,
			"last_name": "Łukasz", "country": "",
		},
		Conversation: map[string]any{"number": int64(42), "opened_at": time.Date(2026, 1, 5, 9, 7, 3, 0, berlin)},
		Team:         map[string]any{"queue_length": 3.0, "available_agents": 1234567.5},
		Message:      map[string]any{"text": "one, two, three"},
		Channel:      map[string]any{"name": "Web\r\n chat\n"},
		Workspace:    map[string]any{"name": "Foyer of Ann"},
	}
	tests := []struct{ text, want string }{
		{"no Liquid } at all {", "no Liquid } at all {"},
		{"{{ contact.first_name }}", "ann LEE"},
		{"{{contact.first_name}}!", "ann LEE!"},
		{"x {{- contact.first_name -}} y", "xann LEEy"},
		{"[{{ contact.phone }}]", "[]"},
		{"[{{ assignee.name }}{{ trigger.source }}]", "[]"},
		{"{{ contact.phone | default: 'there' }}", "there"},
		{"{{ contact.country | default: 'nowhere' }}", "nowhere"},
		{"{{ contact.first_name | default: 'there' }}", "ann LEE"},
		{"{{ contact.first_name | upcase }}/{{ contact.first_name | downcase }}/{{ contact.first_name | capitalize }}", "ANN LEE/ann lee/Ann LEE"},
		{"{{ contact.last_name | downcase | capitalize }}", "Łukasz"},
		{"{{ ' x ' | strip }}|{{ ' x ' | lstrip }}|{{ ' x ' | rstrip }}", "x|x | x"},
		{"{{ contact.email | escape }} {{ contact.email | url_encode }}", "a&amp;b@example.com a%26b%40example.com"},
		{"{{ 'a' | append: 'b' | prepend: 'c' }}", "cab"},
		{"{{ 'banana' | remove: 'an' }}, {{ 'banana' | replace: 'an', 'o' }}", "ba, booa"},
		{"{{ 'Łukasz is here' | truncate: 9 }}", "Łukasz..."},
		{"{{ 'Łukasz' | truncate: 6 }}{{ 'Łukasz' | truncate: 2, '…' }}{{ 'abc' | truncate: 1 }}", "ŁukaszŁ…..."},
		{"{{ 'one two three' | truncatewords: 2 }}", "one two..."},
		{"{{ message.text | split: ', ' | join: '+' }}", "one+two+three"},
		{"{{ message.text | split: ', ' | first }} {{ message.text | split: ', ' | last }} {{ message.text | split: ', ' | size }}", "one three 3"},
		{"{{ contact.tags | join: ', ' }} {{ contact.tags.size }} {{ contact.tags.first }} {{ contact.tags.last }}", "vip, new 2 vip new"},
		{"{{ contact.last_name | size }}", "6"},
		{"{{ conversation.number | plus: 1 }} {{ conversation.number | minus: 0.5 }} {{ conversation.number | times: 2 }}", "43 41.5 84"},
		{"{{ conversation.number | divided_by: 4 }} {{ conversation.number | divided_by: 4.0 }} {{ 7 | modulo: 4 }} {{ 10 | divided_by: 2.5 }}", "10 10.5 3 4"},
		{"{{ 2.6 | round }} {{ 2.645 | round: 1 }} {{ 2.6 | floor }} {{ 2.2 | ceil }} {{ -3 | abs }}", "3 2.6 2 3 3"},
		{"{{ team.queue_length }} {{ team.available_agents }} {{ '12' | plus: 1 }}", "3 1234567.5 13"},
		{"{{ contact.phone | plus: 1 }}", "1"},
		{"{{ now }}", "2026-03-01T12:00:00Z"},
		{"{{ conversation.opened_at }}", "2026-01-05T08:07:03Z"},
		{"{{ conversation.opened_at | date: '%A %-d %B %Y, %H:%M (%Z) 100%%' }}", "Monday 5 January 2026, 08:07 (UTC) 100%"},
		{"{{ conversation.opened_at | date: '%a %e %b %y %j %u %I:%M:%S %p %F %T %R %D %s %-H' }}", "Mon  5 Jan 26 005 1 08:07:03 AM 2026-01-05 08:07:03 08:07 01/05/26 1767600423 8"},
		{"[{{ conversation.waiting_since | date: '%Y' }}]", "[]"},
		{"{% if contact.is_returning %}again{% else %}new{% endif %}", "again"},
		{"{% if contact.phone %}a{% elsif contact.email == 'x' %}b{% elsif contact.tags contains 'vip' and conversation.number > 40 %}c{% else %}d{% endif %}", "c"},
		{"{% unless contact.phone %}no phone{% else %}phone{% endunless %}", "no phone"},
		{"{% case contact.tags.first %}{% when 'new', 'vip' %}known{% else %}unknown{% endcase %}", "known"},
		{"{% case contact.phone %}{% when 'x' %}x{% else %}else{% endcase %}", "else"},
		{"{% assign name = contact.first_name | upcase %}Dear {{ name }}{{ name.size }}", "Dear ANN LEE7"},
		{"{{ channel.name | strip_newlines }}|{{ workspace.name | truncatewords: 1, '' }}|{{ '' | capitalize }}", "Web chat|Foyer|"},
		{"[{{ 'a' | first }}{{ 'a' | last }}{{ '' | split: ',' | first }}]{{ contact.tags }}", "[]vipnew"},
		{"{{ contact.tags | append: '!' }} {{ true | append: 1 | append: 2.5 | append: now }}", "vipnew! true12.52026-03-01T12:00:00Z"},
		{"\xff{{ 'a' }}", "\uFFFDa"},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			if got := render(t, test.text, facts); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestTextsThatGrowAreCutShort(t *testing.T) {
	const long = "The variables in the text cannot be filled in: filter %q: more than 10000 characters or 1000 items."
	big := workflow.Facts{
		Message:      map[string]any{"text": strings.Repeat("é", 9_000)},
		Conversation: map[string]any{"number": 9999999999.0},
	}
	tests := []struct{ name, text, want string }{
		{"doubling", `{% assign a = "0123456789" %}` + strings.Repeat(`{% assign a = a | append: a %}`, 90) + `{{ a }}`, fmt.Sprintf(long, "append")},
		{"replacing", `{{ message.text | replace: "é", message.text }}`, fmt.Sprintf(long, "replace")},
		{"replacing nothing", `{{ message.text | replace: "", message.text }}`, fmt.Sprintf(long, "replace")},
		{"splitting", `{{ message.text | split: "" | join: message.text }}`, fmt.Sprintf(long, "split")},
		{"joining", `{{ "0123456789" | split: "" | join: message.text }}`, fmt.Sprintf(long, "join")},
		{"escaping", `{{ message.text | append: "&&&&&&&&&&" | replace: "é", "&" | escape }}`, fmt.Sprintf(long, "escape")},
		{"multiplying", `{{ conversation.number ` + strings.Repeat(`| times: 9999999999 `, 50) + `}}`, `The variables in the text cannot be filled in: filter "times": the result is out of range.`},
		{"truncating", `{{ message.text | truncate: 1, message.text }}`, ""},
		{"repeating", strings.Repeat(`{{ message.text }}`, 200), "The variables in the text cannot be filled in: the result is longer than 10000 characters."},
		{"a little too much", `{{ message.text }}` + strings.Repeat("x", 1001), "The variables in the text cannot be filled in: the result is longer than 10000 characters."},
		{"just enough", `{{ message.text }}` + strings.Repeat("x", 1000), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			began := time.Now()
			got := render(t, test.text, big)
			if took := time.Since(began); took > costly {
				t.Errorf("took %s", took)
			}
			if test.want == "" {
				if n := utf8.RuneCountInString(got); n < 9_000 || n > 10_000 {
					t.Errorf("got %d characters", n)
				}
				return
			}
			if got != "error: "+test.want {
				t.Errorf("got %.200q", got)
			}
		})
	}
}

func TestATextReadsNothingButTheFieldsItNames(t *testing.T) {
	definition := mustCompile(t, noteOf(`{% if contact.is_returning %}{{ workspace.name }}{% endif %}{{ now }}{{ contact.tags.size }}`))
	if got := fmt.Sprint(definition.Needs().Fields()); got != "[contact.is_returning contact.tags workspace.name]" {
		t.Error(got)
	}
}
