package resolvers_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// notificationOf returns the id of somebody's newest notification.
func (m *matrix) notificationOf(who person) string {
	m.Helper()
	found, err := store.View(m.Context(), m.db, func(r *store.ReadTx) ([]*inbox.Notification, error) {
		return r.NotificationsOf(who.Actor.Agent(), nil, 0, 1)
	})
	m.must(err)
	if len(found) == 0 {
		m.Fatal("there is no notification")
	}
	return found[0].ID.String()
}

const bell = `{ inboxCounts { notifications } notifications { nodes { id kind readAt actor { __typename } conversation { id watched } message { text } note { text } } } }`

const mention = `mutation($in: NoteAddInput!) { noteAdd(input: $in) { note { id } userErrors { code } } }`

func TestANotificationShowsNothingOfAConversationThatItsAgentDoesNotSeeAnyMore(t *testing.T) {
	d := newDesk(t)
	ann, bob := d.hire("Ann", inbox.RoleAgent, inbox.VisibilityAssigned), d.hire("Bob", inbox.RoleAgent, inbox.VisibilityAll)
	id := d.receive("Carla", "hello").Conversation.ID
	give := func(to person) {
		d.ask(d.owner, `mutation($in: ConversationAssignInput!) { conversationAssign(input: $in) { userErrors { code } } }`,
			variables{"in": variables{"conversationId": id.String(), "agentId": to.Actor.Agent().String()}}).ok()
	}
	give(ann)
	d.ask(d.owner, mention, variables{"in": variables{"conversationId": id.String(), "text": "Look", "mentionIds": []string{ann.Actor.Agent().String()}}}).ok()
	a := d.ask(ann, bell, nil).ok()
	if a.at("inboxCounts.notifications") != float64(2) || !slices.Equal(a.each("notifications.nodes", "kind"), []string{"MENTION", "ASSIGNED"}) ||
		a.at("notifications.nodes.0.note.text") != "Look" || a.at("notifications.nodes.0.actor.__typename") != "Agent" {
		t.Errorf("got %v", a.Data)
	}
	give(bob)
	a = d.ask(ann, bell, nil).ok()
	for _, field := range []string{"conversation", "actor", "message", "note"} {
		if got := a.each("notifications.nodes", field); !slices.Equal(got, []string{"<nil>", "<nil>"}) {
			t.Errorf("%s is %v", field, got)
		}
	}
	a = d.ask(ann, `mutation { notificationsRead(input: {all: true}) { unread userErrors { code } } }`, nil).ok()
	if a.at("notificationsRead.unread") != float64(0) {
		t.Errorf("got %v", a.Data)
	}
}

func TestAgentsWatchConversations(t *testing.T) {
	d := newDesk(t)
	ann := d.hire("Ann", inbox.RoleAgent, inbox.VisibilityAll)
	id := d.receive("Carla", "hello").Conversation.ID.String()
	watches := func(who person, mutation string, want bool) {
		t.Helper()
		a := d.ask(who, fmt.Sprintf(`mutation($id: ID!) { %s(input: {conversationId: $id}) { conversation { watched } userErrors { code } } }`, mutation), variables{"id": id}).ok()
		if got := a.at(mutation + ".conversation.watched"); got != want {
			t.Errorf("%s: %v", mutation, got)
		}
	}
	const watched = `query($id: ID!) { conversation(id: $id) { watched } }`
	watches(ann, "conversationWatch", true)
	watches(ann, "conversationWatch", true)
	if _, n := d.statements(2, ann, watched, variables{"id": id}); n != 2 {
		t.Errorf("%d statements, want 2", n)
	}
	if a := d.ask(d.owner, watched, variables{"id": id}).ok(); a.at("conversation.watched") != false {
		t.Error("who does not watch does")
	}
	watches(ann, "conversationUnwatch", false)
	if _, n := d.statements(1, ann, watched, variables{"id": id}); n != 1 {
		t.Errorf("%d statements where nobody watches, want 1", n)
	}
	d.ask(ann, `mutation($id: ID!) { conversationClose(input: {conversationId: $id}) { userErrors { code } } }`, variables{"id": id}).ok()
	d.ask(ann, `mutation($id: ID!) { conversationWatch(input: {conversationId: $id}) { userErrors { code field } } }`, variables{"id": id}).
		wantUserError("conversationWatch", "CLOSED", "conversationId")
}

func TestNobodyReadsTheNotificationsOfOthersByAnyWay(t *testing.T) {
	m := newMatrix(t)
	s, seen := m.play(false), m.play(false)
	after := m.head()
	follow := "subscription($after: Cursor) { events(after: $after) { " + m.selection("StreamItem", 3, true) + "} }"
	live := map[string]*socket{}
	for _, who := range m.askers {
		if !who.out {
			live[who.name] = m.follow(who.person, follow, variables{"after": after})
			live[who.name].want("StreamReady")
		}
	}
	theirs := map[string]bool{}
	m.give(inbox.ID(s.ids["Conversation"]).Conversation(), m.busy) // no asker
	_, err := m.engine.NoteAdd(m.Context(), m.owner.Caller, engine.NoteAddInput{ConversationID: inbox.ID(s.ids["Conversation"]).Conversation(),
		Text: "Look", MentionIDs: []inbox.AgentID{m.busy.Actor.Agent()}})
	m.must(err)
	found, err := store.View(m.Context(), m.db, func(r *store.ReadTx) ([]*inbox.Notification, error) {
		return r.NotificationsOf(m.busy.Actor.Agent(), nil, 0, 100)
	})
	m.must(err)
	for _, n := range found {
		theirs[n.ID.String()] = true
	}
	if len(theirs) != 2 {
		t.Fatalf("%d notifications", len(theirs))
	}
	last := m.receive(seen.external, "the end").Message.ID.String()
	check := func(who asker, what, answer string) {
		t.Helper()
		for id := range theirs {
			if strings.Contains(answer, `"`+id+`"`) {
				t.Errorf("%s, %s: %s", what, who.name, answer)
			}
		}
	}
	for _, who := range m.askers {
		for id := range theirs {
			for _, query := range []string{fmt.Sprintf("{ node(id: %q) { __typename } }", id), fmt.Sprintf("{ nodes(ids: [%q]) { __typename } }", id),
				fmt.Sprintf(`mutation { notificationsRead(input: {ids: [%q]}) { unread userErrors { code } } }`, id)} {
				if _, answer := m.asks(who, "node", query, nil); strings.Contains(answer, "Notification") {
					t.Errorf("%s, %s: %s", query, who.name, answer)
				}
			}
		}
		_, answer := m.asks(who, "notifications", "{ notifications(first: 100) { nodes { "+m.selection("Notification", 2, false)+"} } }", nil)
		check(who, "notifications", answer)
		if who.out {
			continue
		}
		for item := live[who.name].next(); ; item = live[who.name].next() {
			encoded, err := json.Marshal(item)
			m.must(err)
			check(who, "stream", string(encoded))
			if message, _ := item["MessageReceived_message"].(map[string]any); message["Message_id"] == last {
				break
			}
		}
	}
	for _, n := range found {
		if now, _ := store.View(m.Context(), m.db, func(r *store.ReadTx) ([]*inbox.Notification, error) {
			return r.Notifications([]inbox.NotificationID{n.ID})
		}); now[0].ReadAt != nil {
			t.Error("somebody else has read it")
		}
	}
}

func TestANewNotificationComesWithItsAgentsStream(t *testing.T) {
	b := newBroadcast(t)
	ann := b.hire("Ann", inbox.RoleAgent, inbox.VisibilityAll)
	id := b.receive("Carla", "hello").Conversation.ID
	const follow = `subscription { events { __typename ... on NotificationAdded { notification { kind conversation { id } actor { __typename } note { text } } } } }`
	s, other := b.follow(ann, follow, nil), b.follow(b.owner, follow, nil)
	s.want("StreamReady")
	other.want("StreamReady")
	b.ask(b.owner, mention, variables{"in": variables{"conversationId": id.String(), "text": "Look", "mentionIds": []string{ann.Actor.Agent().String()}}}).ok()
	item := s.next()
	if item["__typename"] == "NoteAdded" { // a signal comes before or after the event
		item = s.next()
	}
	n, _ := item["notification"].(map[string]any)
	if item["__typename"] != "NotificationAdded" || n["kind"] != "MENTION" || fmt.Sprint(n["conversation"]) != fmt.Sprintf("map[id:%s]", id) || n["note"] == nil || n["actor"] == nil {
		t.Errorf("got %v", item)
	}
	b.receive("Carla", "more")
	other.want("NoteAdded")
	other.want("MessageReceived") // and nothing in between
}
