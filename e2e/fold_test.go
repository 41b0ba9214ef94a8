package e2e_test

import (
	"slices"
	"testing"
)

// fold is the state that the events of a stream lead to, applied in their order.
type fold struct {
	testing.TB
	conversations map[string]*folded
	open          map[string]string // by contact, the conversation under way
	held          map[string]int    // by agent, how many conversations count against their capacity
	most          map[string]int    // by agent, the most that these ever were
	presence      map[string]string // by agent
	texts         map[string]string // by message, what it says
	statuses      map[string]string // by message, how far it got
	notes         map[string]string // by note, what it says
	runs          map[string]string // by run, its state
	contacts      map[string]object // by contact, what the log tells of it
}

// folded is a conversation.
type folded struct {
	status, contact, team, assignee, priority string
	snoozed, queued                           bool
	inbound, outbound                         int
	opened, routed, assigned, closed          int // counts of events
	queuedTimes                               int
}

func newFold(t testing.TB) *fold {
	t.Helper()
	return &fold{TB: t, conversations: map[string]*folded{}, open: map[string]string{}, held: map[string]int{},
		most: map[string]int{}, presence: map[string]string{}, texts: map[string]string{}, statuses: map[string]string{},
		notes: map[string]string{}, runs: map[string]string{}, contacts: map[string]object{}}
}

// foldOf applies all items.
func foldOf(t testing.TB, items []item) *fold {
	t.Helper()
	inOrder(t, items)
	f := newFold(t)
	for _, i := range items {
		f.apply(i)
	}
	return f
}

// apply applies the next event.
func (f *fold) apply(i item) {
	f.Helper()
	switch i.Type {
	case "PresenceChanged":
		f.presence[i.Agent.ID] = i.Presence
	case "WorkflowRunChanged":
		f.runs[i.Run.ID] = i.RunStatus
	case "ConversationOpened":
		f.applyOpened(i)
	case "ContactChanged":
		f.applyContact(i)
	case "AgentChanged", "TeamChanged", "StreamReady", "ConversationActivity", "NotificationAdded", "DraftChanged", "JobChanged":
	default:
		c := f.conversations[i.Conversation.ID]
		if c == nil {
			f.Fatalf("%s in a conversation that was not opened: %s", i.Type, i.raw)
		}
		f.release(c)
		f.applyChange(c, i)
		f.hold(c)
	}
}

// applyContact applies what the log has of a contact, without private values.
func (f *fold) applyContact(i item) {
	c := f.contacts[i.Contact.ID]
	if c == nil {
		c = object{"tags": []string{}, "blocked": false, "lifecycleStage": nil}
		f.contacts[i.Contact.ID] = c
	}
	for _, change := range i.Changes {
		if _, told := c[change.Field]; told {
			c[change.Field] = change.To
		}
	}
}

func (f *fold) applyOpened(i item) {
	f.Helper()
	id, contact := i.Conversation.ID, i.Conversation.Contact.ID
	if f.conversations[id] != nil {
		f.Errorf("%s opened twice", id)
	}
	if other, ok := f.open[contact]; ok {
		f.Errorf("%s opened while %s of the same contact was open", id, other)
	}
	f.open[contact] = id
	f.conversations[id] = &folded{status: "OPEN", contact: contact, priority: "NORMAL", opened: 1}
}

func (f *fold) applyChange(c *folded, i item) {
	f.Helper()
	if c.status == "CLOSED" && !slices.Contains([]string{"MessageReceived", "MessageStatusChanged", "NoteAdded", "NoteChanged", "ConversationRead"}, i.Type) {
		f.Errorf("%s in a closed conversation: %s", i.Type, i.raw)
	}
	switch i.Type {
	case "MessageReceived":
		c.inbound++
		f.message(i, "RECEIVED")
	case "MessageSent":
		c.outbound++
		f.message(i, "QUEUED")
	case "MessageStatusChanged":
		f.statuses[i.Message.ID] = i.MessageStatus
	case "NoteAdded":
		if _, ok := f.notes[i.Note.ID]; ok {
			f.Errorf("the note %s was added twice", i.Note.ID)
		}
		f.notes[i.Note.ID] = i.raw
	case "ConversationRouted":
		if idOf(i.PreviousTeam) != c.team || i.PreviousPriority != c.priority {
			f.Errorf("routed from %s and %s; it had %s and %s", idOf(i.PreviousTeam), i.PreviousPriority, c.team, c.priority)
		}
		c.team, c.priority, c.routed = idOf(i.Team), i.Priority, c.routed+1
		if c.team == "" && i.PreviousTeam != nil {
			c.queued = false // without a team it leaves the queue
		}
	case "ConversationAssigned":
		if idOf(i.PreviousAssignee) != c.assignee {
			f.Errorf("assigned away from %s; it had %s", idOf(i.PreviousAssignee), c.assignee)
		}
		c.assignee, c.queued, c.assigned = i.Assignee.ID, false, c.assigned+1
	case "ConversationUnassigned":
		if idOf(i.PreviousAssignee) != c.assignee {
			f.Errorf("taken from %s; it had %s", idOf(i.PreviousAssignee), c.assignee)
		}
		c.assignee = ""
	case "ConversationQueued":
		c.queued, c.queuedTimes = true, c.queuedTimes+1
	case "ConversationSnoozed":
		c.snoozed, c.queued = true, false
	case "ConversationWoken":
		c.snoozed = false
	case "ConversationClosed":
		c.status, c.queued, c.snoozed, c.closed = "CLOSED", false, false, c.closed+1
		delete(f.open, c.contact)
	}
}

// message applies a new message.
func (f *fold) message(i item, status string) {
	f.Helper()
	if _, ok := f.texts[i.Message.ID]; ok {
		f.Errorf("the message %s came twice", i.Message.ID)
	}
	f.texts[i.Message.ID], f.statuses[i.Message.ID] = i.Message.Text, status
}

// release and hold are called before and after a change. They take a conversation off its assignee's count and add it
// again.
func (f *fold) release(c *folded) {
	if c.counts() {
		f.held[c.assignee]--
	}
}

func (f *fold) hold(c *folded) {
	if c.counts() {
		f.held[c.assignee]++
		f.most[c.assignee] = max(f.most[c.assignee], f.held[c.assignee])
	}
}

func (c *folded) counts() bool { return c.status == "OPEN" && c.assignee != "" && !c.snoozed }

// agree expects that a conversation is what the stream says.
func (f *fold) agree(v conversation) {
	f.Helper()
	c := f.conversations[v.ID]
	if c == nil {
		f.Errorf("the stream did not show that %s opened", v.ID)
		return
	}
	got := folded{status: v.Status, contact: v.Contact.ID, team: idOf(v.Team), assignee: idOf(v.Assignee), priority: v.Priority,
		snoozed: v.SnoozedUntil != nil, queued: v.QueuedAt != nil, inbound: v.InboundCount, outbound: v.OutboundCount}
	want := *c
	want.opened, want.routed, want.assigned, want.closed, want.queuedTimes = 0, 0, 0, 0, 0
	if got != want {
		f.Errorf("%s is\n%+v\nby the stream\n%+v", v.ID, got, want)
	}
}

// idOf returns the id of an object, or an empty text if there is none.
func idOf(r *reference) string {
	if r == nil {
		return ""
	}
	return r.ID
}
