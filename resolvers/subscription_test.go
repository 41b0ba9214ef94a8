package resolvers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

const brief = `subscription($after: Cursor, $filter: EventFilter) { events(after: $after, filter: $filter) { __typename
	... on Event { cursor } ... on StreamReady { cursor } ... on ConversationHidden { cursor conversationId }
	... on ConversationEvent { conversation { id status } } } }`

const everything = `subscription($after: Cursor) { events(after: $after) { __typename
	... on Event { cursor at actor { __typename ... on System { name } } }
	... on ConversationEvent { conversation { id number lastMessage { text } } }
	... on StreamReady { cursor }
	... on MessageReceived { message { text author { __typename } } }
	... on MessageSent { message { text } }
	... on MessageStatusChanged { message { status } messageStatus }
	... on NoteAdded { note { text } }
	... on NoteChanged { note { text } deleted }
	... on ConversationOpened { source }
	... on ConversationRouted { team { name } previousTeam { name } priority previousPriority }
	... on ConversationAssigned { assignee { name } previousAssignee { name } decision { reason } }
	... on ConversationUnassigned { previousAssignee { name } }
	... on ConversationQueued { team { name oldestQueuedAt load { open capacity online } } decision { reason } }
	... on ConversationSnoozed { until }
	... on ConversationRead { readAt }
	... on ConversationClosed { closedSource category summary }
	... on ContactChanged { contact { displayName } created changes { field from to } }
	... on AgentChanged { agent { name } }
	... on TeamChanged { changedTeam { name oldestQueuedAt load { open capacity online } } }
	... on PresenceChanged { agent { name } presence }
	... on WorkflowRunChanged { run { status conversation { id } } runStatus }
	... on ConversationActivity { conversation { id number } who { ... on Agent { name } } activity }
} }`

// head returns the position of the newest event.
func (b *broadcast) head() inbox.Cursor {
	b.Helper()
	return inbox.Cursor(b.ask(b.owner, `{ head }`, nil).ok().text("head"))
}

// everythingHappens causes every kind of event.
func (b *broadcast) everythingHappens(sales, support inbox.TeamID) {
	b.Helper()
	ctx, owner := b.Context(), b.owner.Caller
	_, err := b.engine.PresenceSet(ctx, owner, engine.PresenceSetInput{Presence: inbox.PresenceOnline})
	b.must(err)
	w, err := b.engine.WorkflowCreate(ctx, owner, engine.WorkflowCreateInput{Name: "Hand over", Definition: inbox.JSON(
		`{"format": 1, "trigger": {"on": "conversation.opened"}, "steps": [
			{"key": "route", "route": {"team": "Sales"}}, {"key": "assign", "assign": {"by": "team"}}]}`)})
	b.must(err)
	_, err = b.engine.WorkflowPublish(ctx, owner, w.ID)
	b.must(err)
	received := b.receive("Carla", "Hello")
	id := received.Conversation.ID
	sent, err := b.engine.MessageSend(ctx, owner, engine.MessageSendInput{ConversationID: id, Text: new("Hi")})
	b.must(err)
	_, err = b.engine.MessageStatusReport(ctx, owner, engine.MessageStatusReportInput{MessageID: sent.Message.ID, Status: inbox.StatusDelivered})
	b.must(err)
	_, err = b.engine.NoteAdd(ctx, owner, engine.NoteAddInput{ConversationID: id, Text: "Nice"})
	b.must(err)
	_, err = b.engine.ConversationRead(ctx, owner, id, received.Message.ID)
	b.must(err)
	_, err = b.engine.ConversationSnooze(ctx, owner, engine.ConversationSnoozeInput{ConversationID: id, Until: new(inbox.At(time.Now().Add(100 * 365 * 24 * time.Hour)))})
	b.must(err)
	_, err = b.engine.ConversationWake(ctx, owner, id)
	b.must(err)
	_, err = b.engine.ConversationUnassign(ctx, owner, id)
	b.must(err)
	_, err = b.engine.ConversationRoute(ctx, owner, engine.RoutePatch{ConversationID: id, Team: engine.SetTo(support)})
	b.must(err)
	_, err = b.engine.ConversationAssign(ctx, owner, engine.ConversationAssignInput{ConversationID: id})
	b.must(err)
	_, err = b.engine.ConversationClose(ctx, owner, engine.ConversationCloseInput{ConversationID: id, Category: new("Question"), Summary: new("Answered")})
	b.must(err)
	_, err = b.engine.AgentUpdate(ctx, owner, engine.AgentPatch{ID: b.hire("Bob", inbox.RoleAgent, inbox.VisibilityAll).Actor.Agent(), Name: new("Bert")})
	b.must(err)
	_, err = b.engine.TeamUpdate(ctx, owner, engine.TeamPatch{ID: sales, Name: new("Sellers")})
	b.must(err)
}

func TestEveryKindOfEventIsShownInFull(t *testing.T) {
	b := newBroadcast(t)
	sales, support := b.team("Sales", b.owner), b.team("Support") // the owner's own team would end the stream
	before := b.head()
	b.everythingHappens(sales, support)
	s := b.follow(b.owner, everything, variables{"after": before})
	var kinds []string
	last := string(before)
	for {
		item := s.next()
		kind := item["__typename"].(string)
		if kind == "StreamReady" {
			break
		}
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
		cursor := item["cursor"].(string)
		if cursor <= last {
			t.Errorf("%s comes after %s", cursor, last)
		}
		last = cursor
		switch kind {
		case "ConversationClosed":
			if item["summary"] != "Answered" || item["category"] != "Question" {
				t.Errorf("got %v", item)
			}
		case "ConversationOpened":
			if text := item["conversation"].(map[string]any)["lastMessage"].(map[string]any)["text"]; text != "Hi" {
				t.Errorf("the last message is %v, not the present one", text)
			}
		case "MessageStatusChanged":
			if item["messageStatus"] != "DELIVERED" {
				t.Errorf("got %v", item)
			}
		}
	}
	slices.Sort(kinds)
	want := []string{"AgentChanged", "ContactChanged", "ConversationAssigned", "ConversationClosed", "ConversationOpened",
		"ConversationQueued", "ConversationRead", "ConversationRouted", "ConversationSnoozed", "ConversationUnassigned",
		"ConversationWoken", "MessageReceived", "MessageSent", "MessageStatusChanged", "NoteAdded", "PresenceChanged",
		"TeamChanged", "WorkflowRunChanged"}
	if !slices.Equal(kinds, want) {
		t.Errorf("got %v", kinds)
	}
	if last != string(b.head()) {
		t.Errorf("the last event is %s", last)
	}
}

func TestWhoAsksWhereTheHeadIsAndFollowsFromThereMissesNothing(t *testing.T) {
	b := newBroadcast(t)
	b.receive("Carla", "before")
	head := b.head()
	b.receive("Carla", "in between")
	s := b.follow(b.owner, brief, variables{"after": head})
	item := s.want("MessageReceived")
	if got := s.want("StreamReady"); got["cursor"] != item["cursor"] {
		t.Errorf("ready at %v after %v", got["cursor"], item["cursor"])
	}
	b.receive("Carla", "live")
	if next := s.want("MessageReceived"); next["cursor"].(string) <= item["cursor"].(string) {
		t.Errorf("%v comes after %v", next["cursor"], item["cursor"])
	}
}

func TestWithoutACursorOnlyWhatIsNewComes(t *testing.T) {
	b := newBroadcast(t)
	b.receive("Carla", "before")
	s := b.follow(b.owner, brief, nil)
	if got := s.want("StreamReady")["cursor"]; got != string(b.head()) {
		t.Errorf("ready at %v", got)
	}
	b.receive("Carla", "live")
	s.want("MessageReceived")
}

func TestTheFilterOfASubscriptionNarrows(t *testing.T) {
	b := newBroadcast(t)
	first, second := b.receive("Carla", "one").Conversation.ID, b.receive("Dora", "two").Conversation.ID
	s := b.follow(b.owner, brief, variables{"filter": variables{
		"conversationIds": []string{second.String(), "nonsense"}, "types": []string{"NOTE_ADDED", "CONTACT_CHANGED"}}})
	s.want("StreamReady")
	for _, id := range []inbox.ConversationID{first, second} {
		_, err := b.engine.NoteAdd(t.Context(), b.owner.Caller, engine.NoteAddInput{ConversationID: id, Text: "note"})
		b.must(err)
	}
	if got := s.want("NoteAdded")["conversation"].(map[string]any)["id"]; got != second.String() {
		t.Errorf("got a note in %v", got)
	}
	many := make([]string, 101)
	for i := range many {
		many[i] = fmt.Sprint(i)
	}
	if got := b.follow(b.owner, brief, variables{"filter": variables{"teamIds": many}}).end(); got["code"] != "BAD_REQUEST" {
		t.Errorf("got %v", got)
	}
}

func TestWhatLeavesTheSightOfATeamIsHidden(t *testing.T) {
	b := newBroadcast(t)
	ann := b.hire("Ann", inbox.RoleAgent, inbox.VisibilityTeam)
	sales, support := b.team("Sales", ann), b.team("Support")
	id := b.receive("Carla", "one").Conversation.ID
	before := b.head()
	s := b.follow(ann, brief, nil)
	s.want("StreamReady")
	route := func(team inbox.TeamID) {
		t.Helper()
		_, err := b.engine.ConversationRoute(t.Context(), b.owner.Caller, engine.RoutePatch{ConversationID: id, Team: engine.SetTo(team)})
		b.must(err)
	}
	route(sales)
	s.want("ConversationRouted")
	route(support)
	if got := s.want("ConversationHidden"); got["conversationId"] != id.String() || got["cursor"] != string(b.head()) {
		t.Errorf("got %v", got)
	}
	b.receive("Carla", "nobody in sales reads this")
	late := b.follow(ann, brief, variables{"after": before})
	late.want("ConversationHidden")
	late.want("StreamReady")
	route(sales)
	for _, stream := range []*socket{s, late} {
		stream.want("ConversationRouted")
	}
	b.receive("Carla", "but this")
	for _, stream := range []*socket{s, late} {
		stream.want("MessageReceived")
	}
}

func TestWhoMaySeeOtherThingsMustReadAgain(t *testing.T) {
	b := newBroadcast(t)
	ann := b.hire("Ann", inbox.RoleAgent, inbox.VisibilityAll)
	sales := b.team("Sales")
	s := b.follow(ann, brief, nil)
	old := s.want("StreamReady")["cursor"]
	for _, change := range []func() error{
		func() error {
			_, err := b.engine.TeamUpdate(t.Context(), b.owner.Caller, engine.TeamPatch{ID: sales, AddMemberIDs: []inbox.AgentID{ann.Actor.Agent()}})
			return err
		},
		func() error {
			team := inbox.VisibilityTeam
			_, err := b.engine.AgentUpdate(t.Context(), b.owner.Caller, engine.AgentPatch{ID: ann.Actor.Agent(), Visibility: &team})
			return err
		},
	} {
		b.must(change())
		if got := s.end(); got["code"] != "SCOPE_CHANGED" || got["cursor"] != old || got["head"] == nil || got["oldest"] == nil {
			t.Errorf("got %v", got)
		}
		s.subscribe(brief, variables{"after": old})
		if got := s.end(); got["code"] != "SCOPE_CHANGED" || got["cursor"] != old {
			t.Errorf("after a cursor from before: got %v", got)
		}
		s.subscribe(brief, variables{"after": b.head()})
		old = s.want("StreamReady")["cursor"]
	}
}

func TestACursorThatIsNoneEndsTheStream(t *testing.T) {
	b := newBroadcast(t)
	head := b.head()
	for after, code := range map[string]string{
		"nonsense": "CURSOR_INVALID",
		string(b.db.CursorAt(b.db.HeadNumber() + 1)): "CURSOR_EXPIRED",
	} {
		if got := b.follow(b.owner, brief, variables{"after": after}).end(); got["code"] != code || got["cursor"] != after || got["head"] != string(head) {
			t.Errorf("got %v", got)
		}
	}
}

func TestFieldsThatReachOtherConversationsAreRefusedInStreams(t *testing.T) {
	b := newBroadcast(t)
	for _, field := range []string{
		`conversation { contact { openConversation { id } } }`,
		`conversation { contact { conversations { nodes { id } } } }`,
		`conversation { queuePosition }`,
		`conversation { unread }`,
		`conversation { firstUnreadId }`,
		`...elsewhere } } } fragment elsewhere on ConversationEvent { conversation { team { queue { nodes { id`,
	} {
		query := `subscription { events { ... on ConversationEvent { ` + field
		query += strings.Repeat("}", strings.Count(query, "{")-strings.Count(query, "}"))
		if got := b.follow(b.owner, query, nil).end()["code"]; got != "BAD_REQUEST" && got != "VALIDATION_FAILED" {
			t.Errorf("%s: got %v", query, got)
		}
	}
}

func TestAnItemThatCannotBeShownEndsTheStreamBeforeIt(t *testing.T) {
	b := newBroadcast(t)
	id := b.receive("Carla", "one").Conversation.ID
	before := b.head()
	s := b.follow(b.owner, everything, nil)
	s.want("StreamReady")
	_, err := store.Update(t.Context(), b.db, func(tx *store.Tx) (struct{}, error) {
		meta := inbox.ConversationMeta{EventMeta: inbox.EventMeta{At: tx.Now(), Actor: inbox.BySystem()}, ConversationID: id}
		tx.Append(&inbox.NoteAdded{ConversationMeta: meta, NoteID: 12345}, &inbox.ConversationWoken{ConversationMeta: meta})
		return struct{}{}, nil
	})
	b.must(err)
	if got := s.end(); got["code"] != "INTERNAL" || got["cursor"] != string(before) || got["head"] != string(b.head()) {
		t.Errorf("got %v, and the stream was at %s", got, before)
	}
}
