package inbox_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/inbox"
)

// everyEvent returns one event of each type, with every field set.
func everyEvent() []inbox.Event {
	meta := inbox.EventMeta{Number: 7, Cursor: "e.7", At: 1000, Actor: inbox.ByAgent(3)}
	at := inbox.ConversationMeta{EventMeta: meta, ConversationID: 5,
		Before: inbox.Scope{Team: 1, Assignee: 2}, After: inbox.Scope{Team: 3, Assignee: 4}}
	team, agent, decision, category, limit := inbox.TeamID(1), inbox.AgentID(2), inbox.DecisionID(9), "billing", int32(3)
	return []inbox.Event{
		&inbox.MessageReceived{ConversationMeta: at, MessageID: 11},
		&inbox.MessageSent{ConversationMeta: at, MessageID: 12},
		&inbox.MessageStatusChanged{ConversationMeta: at, MessageID: 12, MessageStatus: inbox.StatusRead},
		&inbox.NoteAdded{ConversationMeta: at, NoteID: 13},
		&inbox.ConversationOpened{ConversationMeta: at, ContactID: 14, Source: inbox.SourceAPI},
		&inbox.ConversationRouted{ConversationMeta: at, TeamID: &team, PreviousTeamID: &team, Priority: inbox.PriorityHigh, PreviousPriority: inbox.PriorityLow},
		&inbox.ConversationAssigned{ConversationMeta: at, AssigneeID: 2, PreviousAssigneeID: &agent, DecisionID: &decision, Class: "c"},
		&inbox.ConversationUnassigned{ConversationMeta: at, PreviousAssigneeID: &agent},
		&inbox.ConversationQueued{ConversationMeta: at, TeamID: &team, QueueKey: -5, Class: "c", DecisionID: &decision, OwnerID: new(inbox.AgentID(3)), OwnerUntil: 7},
		&inbox.ConversationSnoozed{ConversationMeta: at, Until: 99},
		&inbox.ConversationWoken{ConversationMeta: at},
		&inbox.ConversationRead{ConversationMeta: at, ReadAt: 98},
		&inbox.ConversationClosed{ConversationMeta: at, ClosedSource: inbox.CloseBlock, Category: &category},
		&inbox.ContactChanged{EventMeta: meta, ContactID: 14, Created: true, Changes: []inbox.Change{{Field: "tags", From: inbox.JSON(`[]`), To: inbox.JSON(`["vip"]`)}}},
		&inbox.AgentChanged{EventMeta: meta, AgentID: 2, Role: inbox.RoleOwner, Visibility: inbox.VisibilityTeam, MaxOpen: &limit, Disabled: true, Scope: true},
		&inbox.TeamChanged{EventMeta: meta, TeamID: 1, Policy: inbox.AssignmentPolicy{Strategy: inbox.StrategyManual, MaxOpen: &limit}, Added: []inbox.AgentID{1}, Removed: []inbox.AgentID{2}},
		&inbox.PresenceChanged{EventMeta: meta, AgentID: 2, Presence: inbox.PresenceBusy},
		&inbox.WorkflowRunChanged{ConversationMeta: at, RunID: 15, RunStatus: inbox.RunTakenOver},
	}
}

func TestEveryEventReadsBackAsItWasRecorded(t *testing.T) {
	seen := make(map[inbox.EventType]bool)
	for _, event := range everyEvent() {
		seen[event.Type()] = true
		record, err := inbox.Record(event)
		if err != nil {
			t.Fatal(err)
		}
		read, err := record.Event()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(event, read); diff != "" {
			t.Errorf("%s came back different:\n%s", event.Type(), diff)
		}
	}
	if len(seen) != 18 {
		t.Errorf("%d types of event are tried, there are 18", len(seen))
	}
}

func TestARunWithoutAConversationIsItsOwnSubject(t *testing.T) {
	event := &inbox.WorkflowRunChanged{RunID: 15, RunStatus: inbox.RunFailed}
	if got := event.Subject(); got != (inbox.Subject{Kind: inbox.SubjectRun, ID: 15}) {
		t.Errorf("the subject is %v", got)
	}
	record, err := inbox.Record(event)
	if err != nil {
		t.Fatal(err)
	}
	read, err := record.Event()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(inbox.Event(event), read); diff != "" {
		t.Error(diff)
	}
}

func TestAnUnknownOrBrokenRecordIsRefused(t *testing.T) {
	for _, record := range []inbox.EventRecord{
		{Type: "CONVERSATION_VANISHED", Data: []byte(`{}`)},
		{Type: inbox.EventNoteAdded, Data: []byte(`{"note":"thirteen"}`)},
		{Type: inbox.EventNoteAdded, Data: []byte(`{`)},
	} {
		if event, err := record.Event(); err == nil {
			t.Errorf("%s %s is read as %v", record.Type, record.Data, event)
		}
	}
}

func TestTheLogKeepsNoTexts(t *testing.T) {
	for _, event := range everyEvent() {
		data, err := json.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{`"text"`, `"summary"`, `"firstName"`, `"email"`} {
			if strings.Contains(string(data), key) {
				t.Errorf("%s carries %s", event.Type(), key)
			}
		}
	}
}
