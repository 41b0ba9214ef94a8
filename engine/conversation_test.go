package engine_test

import (
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
)

func TestConversationsAreOpenedByAgentsKeysAndContacts(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	contact := must(d.ContactCreate(d.ctx(), d.owner, engine.ContactCreateInput{
		Identities: []engine.ContactIdentityInput{{ChannelID: d.channel, ExternalID: "c1"}}})).Contact.ID
	for source, caller := range map[inbox.ConversationSource]inbox.Caller{inbox.SourceAgent: d.caller(ana), inbox.SourceAPI: d.key} {
		got := must(d.ConversationOpen(d.ctx(), caller, engine.ConversationOpenInput{ContactID: contact}))
		c := got.Conversation
		if !got.Opened || got.Cursor == nil || c.Source != source || c.OpenedBy != caller.Actor || *c.ChannelID != d.channel || c.WaitingSince != nil {
			t.Errorf("opened %+v", c)
		}
		d.unchanged(func() {
			again := must(d.ConversationOpen(d.ctx(), d.owner, engine.ConversationOpenInput{ContactID: contact}))
			if again.Opened || again.Conversation.ID != c.ID || again.Cursor != nil {
				t.Errorf("got %+v, want the one that is open", again)
			}
		})
		if got := d.say("c1", "Oh?"); got.Opened {
			t.Error("the contact's answer opened another")
		}
		d.close(c.ID)
	}
}

func TestAnOpenConversationThatTheCallerDoesNotSeeIsNotShown(t *testing.T) {
	d := newDesk(t)
	own := d.hire("Own", seeing(inbox.VisibilityAssigned))
	earlier := d.opened("c1")
	d.give(earlier, own)
	d.close(earlier)
	d.give(d.opened("c1"), d.hire("Other"))
	d.unchanged(func() {
		got, err := d.ConversationOpen(d.ctx(), d.caller(own), engine.ConversationOpenInput{ContactID: d.conversation(earlier).ContactID})
		refused(t, err, inbox.CodeConflict, "contactId")
		if got != nil {
			t.Errorf("shows %+v", got)
		}
	})
}

func TestOpeningWithATeamAndAnAgentIsOneCommit(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", capped(1))
	team := d.team("Support", engine.PolicyPatch{}, ana)
	contact := d.say("c1", "Hello")
	d.close(contact.Conversation.ID)
	in := engine.ConversationOpenInput{ContactID: contact.Contact.ID, TeamID: &team, AssigneeID: &ana}
	types := d.during(func() { must(d.ConversationOpen(d.ctx(), d.key, in)) })
	same(t, types, []string{"CONVERSATION_OPENED by API_KEY", "CONVERSATION_ROUTED by API_KEY", "CONVERSATION_ASSIGNED by API_KEY"})

	other := d.say("c2", "Hello")
	d.close(other.Conversation.ID)
	in.ContactID = other.Contact.ID
	for name, test := range map[string]struct {
		change func(*engine.ConversationOpenInput)
		code   inbox.Code
		field  string
	}{
		"a full agent":       {func(*engine.ConversationOpenInput) {}, inbox.CodeAtCapacity, "assigneeId"},
		"an unknown contact": {func(in *engine.ConversationOpenInput) { in.ContactID = 99 }, inbox.CodeNotFound, "contactId"},
		"an unknown agent":   {func(in *engine.ConversationOpenInput) { in.AssigneeID = new(inbox.AgentID(99)) }, inbox.CodeNotFound, "assigneeId"},
		"an unknown team":    {func(in *engine.ConversationOpenInput) { in.TeamID = new(inbox.TeamID(99)) }, inbox.CodeNotFound, "teamId"},
		"an unknown channel": {func(in *engine.ConversationOpenInput) { in.ChannelID = new(inbox.ChannelID(99)) }, inbox.CodeInvalid, "channelId"},
	} {
		t.Run(name, func(t *testing.T) {
			in := in
			test.change(&in)
			d.unchanged(func() {
				_, err := d.ConversationOpen(d.ctx(), d.key, in)
				refused(t, err, test.code, test.field)
			})
		})
	}
}

func TestRoutingSetsTeamAndPriorityAndLeavesTheAgent(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	team := d.team("Support", engine.PolicyPatch{}, d.hire("Ben"))
	id := d.opened("c1")
	d.give(id, ana)
	types := d.during(func() {
		must(d.ConversationRoute(d.ctx(), d.owner, engine.RoutePatch{ConversationID: id, Team: engine.SetTo(team), Priority: new(inbox.PriorityLow)}))
	})
	same(t, types, []string{"CONVERSATION_ROUTED by AGENT"})
	c := d.conversation(id)
	if c.Scope() != (inbox.Scope{Team: team, Assignee: ana}) || c.Priority != inbox.PriorityLow {
		t.Errorf("got %+v", c)
	}
	d.unchanged(func() {
		must(d.ConversationRoute(d.ctx(), d.owner, engine.RoutePatch{ConversationID: id, Team: engine.SetTo(team)}))
		_, err := d.ConversationRoute(d.ctx(), d.owner, engine.RoutePatch{ConversationID: id, Team: engine.SetTo(inbox.TeamID(99))})
		refused(t, err, inbox.CodeNotFound, "teamId")
	})
	must(d.ConversationRoute(d.ctx(), d.owner, engine.RoutePatch{ConversationID: id, Team: engine.Patch[inbox.TeamID]{Set: true}}))
	if c := d.conversation(id); c.TeamID != nil || c.Priority != inbox.PriorityLow {
		t.Errorf("got %+v", c)
	}
	d.close(id)
	d.unchanged(func() {
		_, err := d.ConversationRoute(d.ctx(), d.owner, engine.RoutePatch{ConversationID: id, Team: engine.SetTo(team)})
		refused(t, err, inbox.CodeClosed, "conversationId")
	})
}

func TestASnoozedConversationLeavesQueueAndCapacityAndComesBackWithItsAge(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	team := d.team("Support", limit(1), ana)
	mine, waiting := d.queuedIn(team, "mine"), d.queuedIn(team, "waiting")
	began := *d.conversation(waiting).QueuedAt
	d.clock.move(time.Minute)
	younger := d.queuedIn(team, "younger")

	d.snooze(waiting, time.Hour)
	if c := d.conversation(waiting); c.QueuedAt != nil || c.SnoozedUntil == nil || *c.WaitsSince != began {
		t.Errorf("snoozed in the queue: %+v", c)
	}
	d.snooze(mine, time.Hour)
	if d.assignee(mine) != ana || d.assignee(younger) != ana {
		t.Error("the capacity that a snooze frees was not given to the next")
	}
	d.later(59 * time.Minute)
	if c := d.conversation(waiting); c.SnoozedUntil == nil {
		t.Error("it woke early")
	}
	types := d.during(func() { d.later(time.Minute) })
	same(t, types, []string{"CONVERSATION_WOKEN by SYSTEM", "CONVERSATION_WOKEN by SYSTEM", "CONVERSATION_QUEUED by SYSTEM"})
	if n := d.agent(ana).OpenConversations; n != 2 {
		t.Errorf("awake again, Ana has %d, want one more than she may", n)
	}
	if c := d.conversation(waiting); c.QueuedAt == nil || *c.QueuedAt != began {
		t.Errorf("back in the queue as %+v, want since %s", c, began)
	}
}

func TestWakingByHandAndSnoozingAgain(t *testing.T) {
	d := newDesk(t)
	id := d.opened("c1")
	d.snooze(id, time.Hour)
	d.unchanged(func() { d.snooze(id, time.Hour) })
	d.snooze(id, 2*time.Hour)
	d.later(time.Hour)
	if d.conversation(id).SnoozedUntil == nil {
		t.Error("it woke at the first time, which was moved")
	}
	must(d.ConversationWake(d.ctx(), d.owner, id))
	d.unchanged(func() {
		must(d.ConversationWake(d.ctx(), d.owner, id))
		d.FireDue(d.ctx())
		_, err := d.ConversationSnooze(d.ctx(), d.owner, engine.ConversationSnoozeInput{ConversationID: id, Until: new(inbox.At(d.clock.Now()))})
		refused(t, err, inbox.CodeInvalid, "until")
	})
	d.snooze(id, time.Minute)
	d.close(id)
	d.unchanged(func() {
		d.later(time.Hour)
		_, err := d.ConversationWake(d.ctx(), d.owner, id)
		refused(t, err, inbox.CodeClosed, "conversationId")
	})
}

func TestAssigningWhileAsleepWaitsForTheMorning(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	team := d.team("Support", limit(1), ana)
	id := d.opened("c1")
	d.route(id, team)
	d.snooze(id, time.Hour)
	d.clock.move(time.Minute)
	asked := inbox.At(d.clock.Now())
	if change := d.assign(id); change.Decision != nil || change.Conversation.AssigneeID != nil || change.Conversation.QueuedAt != nil {
		t.Errorf("got %+v", change)
	}
	d.give(d.opened("c2"), ana)
	d.later(time.Hour)
	if c := d.conversation(id); c.QueuedAt == nil || *c.QueuedAt != asked {
		t.Errorf("got %+v, want it queued since it was asked for", c)
	}
}

func TestTheAssigneeReadsUpToAMessage(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	first := d.say("c1", "One")
	id := first.Conversation.ID
	d.clock.move(time.Minute)
	second := d.say("c1", "Two")
	d.unchanged(func() {
		_, err := d.ConversationRead(d.ctx(), d.caller(ana), id, first.Message.ID)
		refused(t, err, inbox.CodeForbidden, "")
	})
	d.give(id, ana)
	read := func(m inbox.MessageID) *inbox.Conversation {
		return must(d.ConversationRead(d.ctx(), d.caller(ana), id, m)).Conversation
	}
	same(t, *read(second.Message.ID).AssigneeReadAt, second.Message.CreatedAt)
	d.unchanged(func() { same(t, *read(first.Message.ID).AssigneeReadAt, second.Message.CreatedAt) })
	other := d.say("c2", "Other")
	d.unchanged(func() {
		_, err := d.ConversationRead(d.ctx(), d.caller(ana), id, other.Message.ID)
		refused(t, err, inbox.CodeNotFound, "messageId")
		_, err = d.ConversationRead(d.ctx(), d.owner, id, second.Message.ID)
		refused(t, err, inbox.CodeForbidden, "")
	})
	d.give(id, d.hire("Ben"))
	if at := d.conversation(id).AssigneeReadAt; at != nil {
		t.Errorf("the next assignee has read it at %v", at)
	}
}

func TestClosingIsFinal(t *testing.T) {
	d := newDesk(t)
	id := d.opened("c1")
	long := strings.Repeat("x", 2001)
	d.unchanged(func() {
		_, err := d.ConversationClose(d.ctx(), d.owner, engine.ConversationCloseInput{ConversationID: id, Category: &long})
		refused(t, err, inbox.CodeLimitExceeded, "category")
		_, err = d.ConversationClose(d.ctx(), d.owner, engine.ConversationCloseInput{ConversationID: id, Summary: &long})
		refused(t, err, inbox.CodeLimitExceeded, "summary")
	})
	closed := must(d.ConversationClose(d.ctx(), d.key, engine.ConversationCloseInput{ConversationID: id, Category: new(" ")})).Conversation
	if *closed.ClosedSource != inbox.CloseAPI || closed.Category != nil || *closed.ClosedAt != inbox.At(d.clock.Now()) {
		t.Errorf("closed as %+v", closed)
	}
	d.unchanged(func() {
		_, err := d.ConversationClose(d.ctx(), d.owner, engine.ConversationCloseInput{ConversationID: id})
		refused(t, err, inbox.CodeClosed, "conversationId")
		_, err = d.ConversationUnassign(d.ctx(), d.owner, id)
		refused(t, err, inbox.CodeClosed, "conversationId")
		_, err = d.ConversationSnooze(d.ctx(), d.owner, engine.ConversationSnoozeInput{ConversationID: id, Until: new(inbox.At(d.clock.Now().Add(time.Hour)))})
		refused(t, err, inbox.CodeClosed, "conversationId")
	})
}

func TestTheDefaultTeamTakesWhatNobodyRoutes(t *testing.T) {
	d := newDesk(t)
	before := d.opened("before")
	if c := d.conversation(before); c.TeamID != nil {
		t.Fatal("there is no default team yet")
	}
	ana := d.hire("Ana")
	team := d.team("Support", engine.PolicyPatch{}, ana)
	d.defaultTeam(team)
	types := d.during(func() { d.opened("c1") })
	same(t, types, []string{"CONTACT_CHANGED by CONTACT", "CONVERSATION_OPENED by CONTACT", "MESSAGE_RECEIVED by CONTACT",
		"CONVERSATION_ROUTED by SYSTEM", "CONVERSATION_ASSIGNED by SYSTEM"})
	d.say("before", "Still here")
	if c := d.conversation(before); c.Scope() != (inbox.Scope{Team: team, Assignee: ana}) {
		t.Errorf("what was open before has %+v", c.Scope())
	}
	byHand := must(d.ConversationOpen(d.ctx(), d.owner, engine.ConversationOpenInput{
		ContactID:  must(d.ContactCreate(d.ctx(), d.owner, engine.ContactCreateInput{Identities: []engine.ContactIdentityInput{{ChannelID: d.channel, ExternalID: "c2"}}})).Contact.ID,
		AssigneeID: &ana})).Conversation.ID
	if c := d.conversation(byHand); c.TeamID != nil {
		t.Error("it took one that an agent has")
	}
	must(d.ConversationUnassign(d.ctx(), d.owner, byHand))
	if c := d.conversation(byHand); c.Scope().Team != team {
		t.Error("it did not take one that was taken from its agent")
	}
}
