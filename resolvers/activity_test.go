package resolvers_test

import (
	"fmt"
	"testing"

	"foyer/engine"
	"foyer/inbox"
)

const activitySet = `mutation($id: ID!, $activity: ActivityKind!) { activitySet(input: {conversationId: $id, activity: $activity}) {
	conversation { viewers { who { ... on Agent { name } } activity since } } userErrors { code } } }`

// acts sets an activity, and returns who else views the conversation.
func (d *desk) acts(who person, id inbox.ConversationID, kind inbox.ActivityKind) string {
	d.Helper()
	answer := d.ask(who, activitySet, variables{"id": id.String(), "activity": kind}).ok()
	others := ""
	for _, viewer := range answer.at("activitySet.conversation.viewers").([]any) {
		v := viewer.(map[string]any)
		others += fmt.Sprint(v["who"].(map[string]any)["name"], " ", v["activity"], " ")
	}
	return others
}

func TestActivityComesWithTheStreamsOfThoseWhoViewTheConversation(t *testing.T) {
	b := newBroadcast(t)
	ann, bob, eve := b.hire("Ann", inbox.RoleAgent, inbox.VisibilityAll), b.hire("Bob", inbox.RoleAgent, inbox.VisibilityAll), b.hire("Eve", inbox.RoleAgent, inbox.VisibilityAll)
	made, err := b.engine.APIKeyCreate(t.Context(), b.owner.Caller, engine.NewAPIKey{Name: "Key", Role: inbox.RoleManager})
	b.must(err)
	key := person{token: made.Secret}
	received := b.receive("Carla", "Hello")
	id := received.Conversation.ID
	var streams []*socket
	for _, who := range []person{ann, bob, eve, key} {
		s := b.follow(who, everything, nil)
		s.want("StreamReady")
		streams = append(streams, s)
	}
	if got := b.acts(ann, id, inbox.ActivityViewing); got != "" {
		t.Errorf("Ann sees %q", got)
	}
	if got := b.acts(bob, id, inbox.ActivityTyping); got != "Ann VIEWING " {
		t.Errorf("Bob sees %q", got)
	}
	item := streams[0].want("ConversationActivity")
	if conversation := item["conversation"].(map[string]any); item["activity"] != "TYPING" || item["who"].(map[string]any)["name"] != "Bob" ||
		conversation["id"] != id.String() || conversation["number"] == nil {
		t.Errorf("got %v", item)
	}
	b.receive("Carla", "Still there?")
	for i, s := range streams { // nobody else got it, nor did Bob himself
		if got := s.want("MessageReceived"); got["cursor"] == nil {
			t.Errorf("stream %d: %v", i, got)
		}
	}
	if got := b.ask(key, `query($id: ID!) { conversation(id: $id) { viewers { activity } } }`, variables{"id": id.String()}).ok().at("conversation.viewers").([]any); len(got) != 0 {
		t.Errorf("a key sees %v", got)
	}
}

func TestActivityDoesNotMoveTheCursorOfAStream(t *testing.T) {
	b := newBroadcast(t)
	ann, bob := b.hire("Ann", inbox.RoleAgent, inbox.VisibilityAll), b.hire("Bob", inbox.RoleAgent, inbox.VisibilityAll)
	id := b.receive("Carla", "Hello").Conversation.ID
	after := b.head()
	first := b.follow(ann, everything, nil)
	first.want("StreamReady")
	b.acts(ann, id, inbox.ActivityViewing)
	b.acts(bob, id, inbox.ActivityViewing)
	first.want("ConversationActivity")
	b.receive("Carla", "Still there?")
	first.want("MessageReceived")
	again := b.follow(ann, everything, variables{"after": after}) // it is not replayed
	again.want("MessageReceived")
	again.want("StreamReady")
}

func TestViewersAreNotPartOfASubscription(t *testing.T) {
	b := newBroadcast(t)
	s := b.follow(b.owner, `subscription { events { ... on ConversationEvent { conversation { viewers { activity } } } } }`, nil)
	if got := s.end(); got["code"] != "VALIDATION_FAILED" {
		t.Errorf("got %v", got)
	}
}
