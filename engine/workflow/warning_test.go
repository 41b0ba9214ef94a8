package workflow_test

import (
	"slices"
	"strings"
	"testing"

	"foyer/engine/workflow/exchange"
)

// TestPathsAfterWhichNobodyIsAssignedAreWarnedOf checks at which steps and exits of documents there is a warning.
func TestPathsAfterWhichNobodyIsAssignedAreWarnedOf(t *testing.T) {
	const (
		opened  = "{ on: conversation.opened }"
		contact = "{ on: conversation.opened, when: { field: conversation.source, op: equals, value: CONTACT } }"
	)
	tests := []struct {
		name, trigger, steps string
		want                 []string
	}{
		{"nothing assigns", opened, `[{ key: a, send: { text: Hi } }]`, []string{"a"}},
		{"only routed", opened, `[{ key: a, route: { team: Sales } }]`, []string{"a"}},
		{"assigned by its team", opened, `[{ key: a, route: { team: Sales } }, { key: b, assign: { by: team } }]`, nil},
		{"assigned, then more", opened, `[{ key: a, assign: { by: workspace } }, { key: b, send: { text: Hi } }]`, nil},
		{"nobody in time: it stays in the queue", opened, `[{ key: a, assign: { by: workspace }, exits: { timeout: b } }, { key: b, send: { text: Sorry } }]`, nil},
		{"parked out of the queue", opened, `[{ key: a, assign: { by: workspace }, exits: { timeout: b }, next: end }, { key: b, route: { team: null } }]`, []string{"b"}},
		{"nobody in the team: it goes to the queue", opened, `[{ key: a, assign: { by: team }, exits: { failure: b }, next: end }, { key: b, send: { text: Sorry } }]`, nil},
		{"nobody in the team, and parked", opened, `[{ key: a, assign: { by: team }, exits: { failure: b }, next: end }, { key: b, route: { team: null } }]`, []string{"b"}},
		{"the owner may be away", opened, `[{ key: a, assign: { by: owner } }]`, []string{"a failure"}},
		{"the one agent may be away", opened, `[{ key: a, assign: { agent: Ann } }, { key: b, send: { text: Hi } }]`, []string{"b"}},
		{"the owner, else the team", opened, `[{ key: a, assign: { by: owner }, exits: { failure: b }, next: end }, { key: b, assign: { by: team } }]`, nil},
		{"the owner away once it waits in a queue", opened, `[{ key: a, assign: { by: workspace }, exits: { timeout: b }, next: end }, { key: b, assign: { by: owner } }]`, nil},
		{"taken from the assignee", opened, `[{ key: a, assign: { by: workspace } }, { key: b, unassign: {} }]`, []string{"b"}},
		{"not taken from a queue", opened, `[{ key: a, assign: { by: workspace }, exits: { timeout: b }, next: end }, { key: b, unassign: {} }]`, nil},
		{"closed", opened, `[{ key: a, close: {} }]`, nil},
		{"closed and opened anew", opened, `[{ key: a, close: {} }, { key: b, open: {} }]`, []string{"b"}},
		{"another workflow started", opened, `[{ key: a, start: { workflow: Survey } }]`, nil},
		{"another workflow that does not start", opened, `[{ key: a, start: { workflow: Survey }, exits: { failure: b }, next: end }, { key: b, note: { text: Hm } }]`, []string{"b"}},
		{"ended on the way", opened, `[{ key: a, branch: [{ when: { field: message.text, op: contains, value: spam }, go: bye }], else: b }, { key: b, assign: { by: team }, next: end }, { key: bye, end: {} }]`, []string{"bye"}},
		{"a branch to the end", opened, `[{ key: a, branch: [{ when: { field: message.text, op: contains, value: spam }, go: end }] }, { key: b, assign: { by: team } }]`, []string{"a"}},
		{"a branch for what somebody has", opened, `[{ key: a, branch: [{ when: { field: conversation.assignee, op: exists }, go: end }] }, { key: b, assign: { by: team } }]`, nil},
		{"a branch for what nobody has", opened, `[{ key: a, branch: [{ when: { field: conversation.assignee, op: notExists }, go: end }] }, { key: b, assign: { by: team } }]`, []string{"a"}},
		{"a branch past what nobody has", opened, `[{ key: a, branch: [{ when: { any: [{ field: conversation.assignee, op: notExists }, { field: assignee.presence, op: notEquals, value: ONLINE }] }, go: b }], else: end }, { key: b, assign: { by: team } }]`, nil},
		{"a branch past one of two", opened, `[{ key: a, branch: [{ when: { all: [{ field: conversation.assignee, op: notExists }, { field: message.text, op: exists }] }, go: b }], else: end }, { key: b, assign: { by: team } }]`, []string{"a"}},
		{"a branch for whom somebody has who is there", opened, `[{ key: a, branch: [{ when: { all: [{ field: message.text, op: exists }, { field: assignee.presence, op: equals, value: ONLINE }] }, go: end }] }, { key: b, assign: { by: team } }]`, nil},
		{"a branch for other sources", opened, `[{ key: a, branch: [{ when: { any: [{ field: conversation.source, op: equals, value: AGENT }, { field: trigger.source, op: equals, value: API }] }, go: end }] }, { key: b, assign: { by: team } }]`, nil},
		{"a branch for contacts, and the end for the rest", opened, `[{ key: a, branch: [{ when: { field: conversation.source, op: in, value: [CONTACT] }, go: b }], else: end }, { key: b, assign: { by: team } }]`, nil},
		{"a branch for not contacts", opened, `[{ key: a, branch: [{ when: { not: { field: conversation.source, op: equals, value: CONTACT } }, go: end }] }, { key: b, assign: { by: team } }]`, nil},
		{"a question without an answer in time", opened, `[{ key: a, ask: { text: Why? }, exits: { timeout: end }, next: b }, { key: b, assign: { by: team } }]`, []string{"a timeout"}},
		{"closed hours", opened, `[{ key: a, hours: { team: Sales }, exits: { closed: end }, next: b }, { key: b, assign: { by: team } }]`, []string{"a closed"}},
		{"a status of a request", opened, `[{ key: a, http: { method: GET, url: "https://crm.example.com" }, exits: { "404": end }, next: b }, { key: b, assign: { by: team } }]`, []string{"a 404"}},
		{"round and round", opened, `[{ key: a, send: { text: Hi } }, { key: b, ask: { text: More? }, exits: { timeout: d } }, { key: c, jump: { to: a, max: 2 }, exits: { exhausted: d } }, { key: d, assign: { by: team } }]`, nil},
		{"round and round to the end", opened, `[{ key: a, send: { text: Hi } }, { key: c, jump: { to: a, max: 2 } }]`, []string{"c exhausted"}},
		{"for contacts", contact, `[{ key: a, send: { text: Hi } }]`, []string{"a"}},
		{"for other sources", "{ on: conversation.opened, when: { field: conversation.source, op: notEquals, value: CONTACT } }", `[{ key: a, send: { text: Hi } }]`, nil},
		{"for contacts and more", "{ on: conversation.opened, when: { all: [{ field: trigger.source, op: equals, value: CONTACT }, { field: contact.tags, op: hasAny, value: [vip] }] } }", `[{ key: a, send: { text: Hi } }]`, []string{"a"}},
		{"on another event", "{ on: message.received }", `[{ key: a, send: { text: Hi } }]`, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			document, err := exchange.FromYAML([]byte("format: 1\ntrigger: " + test.trigger + "\nsteps: " + test.steps + "\n"))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, w := range mustCompile(t, string(document)).Warnings() {
				where := *w.Step
				if _, exit, at := strings.Cut(w.Message, "the exit "); at {
					exit, _, _ = strings.Cut(exit, " ")
					where += " " + exit
				}
				got = append(got, where)
				if len(w.Path) != 2 || w.Path[0] != "steps" || !strings.HasSuffix(w.Message, "without assigning anybody: the conversation goes to the queue of its team or, if it has none, of the default team.") {
					t.Errorf("%s", w)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
