package e2e_test

import (
	"slices"
	"strings"
	"testing"
)

// notification is what an agent is notified of.
type notification struct {
	ID, Kind     string
	ReadAt       *string
	Conversation *reference
}

// notifications returns the kinds of the caller's own that are unread, newest first.
func (c *caller) notifications() string {
	c.Helper()
	var answer struct {
		InboxCounts   struct{ Notifications int }
		Notifications struct{ Nodes []notification }
	}
	c.read(`{ inboxCounts { notifications } notifications(unread: true) { nodes { id kind conversation { id } } } }`, nil, &answer)
	found := make([]string, len(answer.Notifications.Nodes))
	for i, n := range answer.Notifications.Nodes {
		found[i] = n.Kind
	}
	if answer.InboxCounts.Notifications != len(found) {
		c.Errorf("%d notifications are counted, %d listed", answer.InboxCounts.Notifications, len(found))
	}
	return strings.Join(found, " ")
}

// unread returns what is unread to the caller in a conversation.
func (c *caller) unread(id string) (first string) {
	c.Helper()
	var answer struct {
		Conversation struct {
			Unread        bool
			FirstUnreadID *string
		}
	}
	c.read(`query($id: ID!) { conversation(id: $id) { unread firstUnreadId } }`, object{"id": id}, &answer)
	if answer.Conversation.Unread != (answer.Conversation.FirstUnreadID != nil) {
		c.Errorf("got %+v", answer.Conversation)
	}
	if answer.Conversation.FirstUnreadID == nil {
		return ""
	}
	return *answer.Conversation.FirstUnreadID
}

func TestAnAgentIsNotifiedOnEveryDeviceAndHasSeenOnAllWhatTheySawOnOne(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	d := s.furnish(crew{name: "Support", agents: []string{"ana", "bea"}})
	device, other := d.agent("ana"), d.agent("ana")
	first := d.write("ada", "Hello")
	conversation := first.Conversation.ID
	open, elsewhere := other.follow("", nil), d.agent("bea").follow("", nil)
	s.owner.do("conversationAssign", object{"conversationId": conversation, "agentId": d.Agents[emailOf("ana")], "overCapacity": true}, "")
	note := s.owner.do("noteAdd", object{"conversationId": conversation, "text": "Look", "mentionIds": []string{d.Agents[emailOf("ana")]}}, "note { id }").Note.ID
	open.await("the mention", func(items []item) bool {
		return slices.ContainsFunc(items, func(i item) bool {
			return i.Type == "NotificationAdded" && i.Notification.Kind == "MENTION" && i.Notification.Conversation.ID == conversation
		})
	})
	if got := device.notifications(); !strings.Contains(got, "MENTION") {
		t.Errorf("the agent is notified of %q", got)
	}
	if got := device.unread(conversation); got != first.Message.ID {
		t.Errorf("the first unread is %q, want %q", got, first.Message.ID)
	}
	device.do("conversationSeen", object{"conversationId": conversation, "messageId": first.Message.ID, "noteId": note}, "")
	if got := other.notifications() + other.unread(conversation); got != "" {
		t.Errorf("the other device has %q left", got)
	}
	next := d.write("ada", "And?").Message.ID
	if got := other.unread(conversation); got != next {
		t.Errorf("the first unread is %q, want %q", got, next)
	}
	elsewhere.through(s.owner.head())
	for _, i := range elsewhere.all() {
		if i.Type == "NotificationAdded" && i.Notification.Kind == "MENTION" {
			t.Error("a colleague is told of it")
		}
	}
	s.kill()
	s.verify()
}
