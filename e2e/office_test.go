package e2e_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// office is a help desk with one of everything that can make a mutation fail.
type office struct {
	*furnished
	owner, manager, agentKey, ana *caller // manager is a key; ana is in Sales, with visibility TEAM
	boss                          *caller // an agent with role MANAGER
	sales, support, closed        payload // conversations, each with its first message; closed belonged to Sales
	blocked                       payload // a contact
	sent, note                    string  // in the conversation of Sales
	key, draft, published, run    string
	other                         *reference // a channel that is disabled
	gone                          string     // an agent who is disabled
	stable                        []string   // the rows of the database, which no refusal may change
}

// newOffice creates one.
func newOffice(t *testing.T) *office {
	t.Helper()
	s := newServer(t)
	d := s.furnishWith(inbound(
		object{"key": "by_words", "branch": []object{{"when": object{"field": "message.text", "op": "contains", "value": "help"}, "go": "to_support"}}, "else": "to_sales"},
		object{"key": "to_sales", "route": object{"team": "Sales"}, "next": "hand_over"},
		object{"key": "to_support", "route": object{"team": "Support"}},
		object{"key": "hand_over", "assign": object{"by": "team"}},
	), crew{name: "Sales", agents: []string{"ana"}, maxOpen: 3}, crew{name: "Support", agents: []string{"bea", "gone"}, maxOpen: 1})
	o := &office{furnished: d, owner: s.owner, manager: s.key, agentKey: s.makeKey("AGENT"), ana: d.agent("ana")}
	o.gone = d.Agents[emailOf("gone")]
	s.owner.do("agentCreate", object{"name": "Boss", "email": emailOf("boss"), "password": agentPassword, "role": "MANAGER"}, "")
	o.boss = s.login(emailOf("boss"), agentPassword)
	s.owner.do("agentUpdate", object{"id": o.gone, "disabled": true}, "")
	s.key.do("workspaceUpdate", object{"lifecycleStages": []string{"lead"}}, "")

	o.sales, o.support = d.write("ada", "A question"), d.write("bob", "I need help")
	o.closed = d.write("cyd", "A question")
	s.key.do("messageReceive", d.incoming("ada", "taken", "With an id"), "")
	s.key.do("conversationClose", object{"conversationId": o.closed.Conversation.ID}, "")
	o.blocked = d.write("dan", "Rubbish")
	s.key.do("contactUpdate", object{"id": o.blocked.Contact.ID, "blocked": true}, "")
	o.sent = o.ana.do("messageSend", object{"conversationId": o.sales.Conversation.ID, "text": "Yes?", "idempotencyKey": "used"}, "message { id }").Message.ID
	s.key.do("messageStatusReport", object{"messageId": o.sent, "status": "DELIVERED"}, "")
	o.note = o.ana.do("noteAdd", object{"conversationId": o.sales.Conversation.ID, "text": "Hm."}, "note { id }").Note.ID
	o.key = o.agentKey.id
	o.draft = s.key.do("workflowCreate", object{"name": "Draft", "definition": inbound()}, "workflow { id }").Workflow.ID
	flows := everything[workflow](s.key, "workflows", "", "id status")
	o.published = flows[slices.IndexFunc(flows, func(w workflow) bool { return w.Status == "PUBLISHED" })].ID
	o.other = s.key.do("channelCreate", object{"name": "Old", "kind": "API"}, "channel { id }").Channel
	s.key.do("channelUpdate", object{"id": o.other.ID, "disabled": true}, "")
	o.run = o.runOf(o.sales.Conversation.ID)
	return o
}

func (o *office) runOf(conversation string) string {
	o.server.Helper()
	var answer struct{ Conversation struct{ Runs []reference } }
	o.manager.read(`query($id: ID!) { conversation(id: $id) { runs { id } } }`, object{"id": conversation}, &answer)
	return answer.Conversation.Runs[0].ID
}

// refusal is a mutation that must change nothing.
type refusal struct {
	what     string
	caller   *caller
	mutation string
	input    object
	want     string // codes and paths of the user errors
}

// refuse runs refusals, each as a test of its own.
func (o *office) refuse(t *testing.T, cases []refusal) {
	t.Helper()
	db := database(t, o.server.database, "mode=ro")
	o.stable = dump(t, db)
	for _, c := range cases {
		t.Run(c.mutation+" "+c.what, func(t *testing.T) {
			_, err := c.caller.try(c.mutation, c.input, "")
			if got := strings.Join(refusals(err), ", "); got != c.want {
				t.Errorf("%s is answered %v, want %s", text(c.input), err, c.want)
			}
			now := dump(t, db)
			unchanged(t, o.stable, now)
			o.stable = now
		})
	}
}

// with returns an object with some parts replaced.
func with(base object, parts object) object {
	all := object{}
	maps.Copy(all, base)
	maps.Copy(all, parts)
	return all
}

// words returns a text of n characters, each of two bytes.
func words(n int) string { return strings.Repeat("ü", n) }

func list[T any](n int, of func(i int) T) []T {
	all := make([]T, n)
	for i := range all {
		all[i] = of(i)
	}
	return all
}

func tags(n int) []string { return list(n, func(i int) string { return fmt.Sprint("tag", i) }) }

func attachments(n int) []object {
	return list(n, func(int) object { return object{"url": "https://example.com/a.png"} })
}
