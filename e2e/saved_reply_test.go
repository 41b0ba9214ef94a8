package e2e_test

import (
	"slices"
	"strings"
	"testing"
)

func TestAnAgentWritesASavedReplyAndAnswersWithIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sales := o.Teams["Sales"]
	o.owner.do("contactUpdate", object{"id": o.sales.Contact.ID, "firstName": "Ada", "language": "de-AT"}, "")
	texts := []object{{"language": "en", "text": "Hello {{ contact.first_name }}"},
		{"language": "de", "text": "Hallo {{ contact.first_name }} {{ contact.last_name }}, hier ist {{ agent.name }}"}}
	reply := o.ana.do("savedReplyCreate", object{"teamId": sales, "shortcut": "/hi", "title": "Greeting", "texts": texts}, "savedReply { id }").SavedReply.ID
	o.refuse(t, []refusal{
		{"for everybody by an agent", o.ana, "savedReplyCreate", object{"shortcut": "b", "title": "B", "texts": texts}, "FORBIDDEN"},
		{"of another team", o.ana, "savedReplyCreate", object{"teamId": o.Teams["Support"], "shortcut": "b", "title": "B", "texts": texts}, "FORBIDDEN"},
		{"a shortcut that is taken", o.owner, "savedReplyCreate", object{"teamId": sales, "shortcut": "HI", "title": "B", "texts": texts}, "TAKEN shortcut"},
		{"a variable that there is not", o.ana, "savedReplyUpdate", object{"id": reply, "texts": []object{{"language": "en", "text": "{{ secrets.X }}"}}}, "INVALID texts.0.text"},
		{"no texts", o.ana, "savedReplyUpdate", object{"id": reply, "texts": []object{}}, "REQUIRED texts"},
		{"of a team that they are not in", o.agent("bea"), "savedReplyDelete", object{"id": reply}, "NOT_FOUND id"},
	})
	var answer struct {
		SavedReplies struct {
			Nodes []struct{ Shortcut string }
		}
		Rendered *struct {
			Text, Language string
			Missing        []string
		}
		Hidden *struct{ Text string }
	}
	query := `query($reply: ID!, $mine: ID!, $other: ID!) { savedReplies(search: "greet") { nodes { shortcut } }
		rendered: savedReplyRender(id: $reply, conversationId: $mine) { text language missing }
		hidden: savedReplyRender(id: $reply, conversationId: $other) { text } }`
	ids := object{"reply": reply, "mine": o.sales.Conversation.ID, "other": o.support.Conversation.ID}
	o.ana.read(query, ids, &answer)
	if r := answer.Rendered; r.Text != "Hallo Ada , hier ist ana" || r.Language != "de" || !slices.Equal(r.Missing, []string{"contact.last_name"}) || answer.Hidden != nil ||
		len(answer.SavedReplies.Nodes) != 1 || answer.SavedReplies.Nodes[0].Shortcut != "hi" {
		t.Errorf("Ana reads %s", text(answer))
	}
	o.ana.do("messageSend", object{"conversationId": o.sales.Conversation.ID, "text": answer.Rendered.Text, "savedReplyId": reply}, "")
	var used struct {
		Node struct {
			Uses   int
			UsedAt string
		}
	}
	o.ana.read(`query($id: ID!) { node(id: $id) { ... on SavedReply { uses usedAt } } }`, object{"id": reply}, &used)
	if used.Node.Uses != 1 || used.Node.UsedAt == "" {
		t.Errorf("it was used %s", text(used))
	}
	o.agent("bea").read(query, ids, &answer)
	if answer.Rendered != nil || len(answer.SavedReplies.Nodes) > 0 {
		t.Errorf("an agent of another team reads %s", text(answer))
	}
	o.ana.do("savedReplyDelete", object{"id": reply}, "")
	if _, err := o.ana.try("savedReplyDelete", object{"id": reply}, ""); strings.Join(refusals(err), "") != "NOT_FOUND id" {
		t.Errorf("deleted twice: %v", err)
	}
}
