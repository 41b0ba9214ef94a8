package resolvers_test

import (
	"testing"
)

func TestAMessageSendSaysWhatIsNewest(t *testing.T) {
	d := newDesk(t)
	question := d.receive("Carla", "Hello")
	const sends = `($id: ID!, $latest: ID) { messageSend(input: {conversationId: $id, text: "Hi", ifLatestMessageId: $latest}) {
		message { text conversation { lastMessage { text } } } cursor userErrors { code field } } }`
	vars := variables{"id": question.Conversation.ID.String(), "latest": question.Message.ID.String()}
	if got := d.ask(d.owner, "mutation"+sends, vars).ok().at("messageSend.userErrors").([]any); len(got) != 0 {
		t.Fatalf("refused: %v", got)
	}
	for name, latest := range map[string]any{"an older one": vars["latest"], "none": nil, "nonsense": "msg_x", "another kind": question.Conversation.ID.String()} {
		t.Run(name, func(t *testing.T) {
			vars["latest"] = latest
			answer := d.ask(d.owner, "mutation"+sends, vars).ok()
			answer.wantUserError("messageSend", "CONFLICT", "ifLatestMessageId")
			if got := answer.text("messageSend.message.conversation.lastMessage.text"); got != "Hi" || answer.at("messageSend.cursor") != nil {
				t.Errorf("the newest is %q", got)
			}
		})
	}
	delete(vars, "latest")
	if got := d.ask(d.owner, "mutation"+sends, vars).ok().at("messageSend.userErrors").([]any); len(got) != 0 {
		t.Errorf("left out, it refuses: %v", got)
	}
}
