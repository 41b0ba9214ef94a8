package verify

import (
	"testing"

	"foyer/inbox"
)

// ruled gives the team a policy besides that its members may have two conversations.
func (h *history) ruled(change func(*inbox.AssignmentPolicy)) *history {
	p := inbox.AssignmentPolicy{Strategy: inbox.StrategyRoundRobin, OnlineOnly: true, MaxOpen: new(int32(2))}
	change(&p)
	return h.add(&inbox.TeamChanged{TeamID: support, Policy: p})
}

// waits queues a conversation for an agent of a class, and for one agent alone until a time unless that is zero.
func (h *history) waits(id inbox.ConversationID, class string, owner inbox.AgentID, until inbox.Time) *history {
	queued := &inbox.ConversationQueued{ConversationMeta: h.stays(id), TeamID: new(support), QueueKey: inbox.Time(1000 + len(h.events) + 1), Class: class}
	if until != 0 {
		queued.OwnerID, queued.OwnerUntil = &owner, until
	}
	return h.add(queued)
}

// chosen lets the policy assign as this release does, by a decision that change has changed.
func (h *history) chosen(id inbox.ConversationID, to inbox.AgentID, class string, change ...func(*inbox.AssignmentDecision)) *history {
	h.decided(id, to, 0)
	e := h.events[len(h.events)-1].(*inbox.ConversationAssigned)
	e.Class = class
	d := h.known.decisions[*e.DecisionID]
	d.Trigger = new(inbox.TriggerStep)
	for _, change := range change {
		change(d)
	}
	return h
}

func matching(p *inbox.AssignmentPolicy) { p.MatchLanguage = true }

func requiring(p *inbox.AssignmentPolicy) {
	p.Sticky, p.StickyWait = inbox.StickyRequireUntil, new(inbox.Duration(3600))
}

func TestANewcomerThatPassesTheQueueIsFound(t *testing.T) {
	const past = "past cnv_1, which waits for the same in the queue of tea_1"
	for behaviour, c := range map[string]struct {
		make func(h *history)
		want string
	}{
		"one that waits for the same":      {func(h *history) { h.opened(1).queued(1).opened(2).chosen(2, ana, "") }, past},
		"one that lines up":                {func(h *history) { h.opened(1).queued(1).opened(2).queued(2).chosen(1, ana, "").chosen(2, ben, "") }, ""},
		"after the other has got an agent": {func(h *history) { h.opened(1).queued(1).chosen(1, ana, "").opened(2).chosen(2, ben, "") }, ""},
		"after the other has closed":       {func(h *history) { h.opened(1).queued(1).closed(1).opened(2).chosen(2, ana, "") }, ""},
		"by a release that let it":         {func(h *history) { h.opened(1).queued(1).opened(2).decided(2, ana, 0) }, ""},
		"by name": {func(h *history) {
			h.opened(1).queued(1).opened(2).chosen(2, ana, "", func(d *inbox.AssignmentDecision) { d.Strategy = nil })
		}, ""},
		"by a person": {func(h *history) { h.opened(1).queued(1).opened(2).assigned(2, ana, inbox.ByAgent(ben)) }, ""},
		"by the policy of another team": {func(h *history) {
			h.opened(1).queued(1).opened(2).chosen(2, ana, "", func(d *inbox.AssignmentDecision) { d.TeamID = nil })
		}, ""},
		"one with another language": {func(h *history) {
			h.ruled(matching).opened(1).waits(1, "es", 0, 0).opened(2).chosen(2, ana, "en")
		}, ""},
		"one with the same language": {func(h *history) {
			h.ruled(matching).opened(1).waits(1, "es", 0, 0).opened(2).chosen(2, ana, "es")
		}, past},
		"one without a language": {func(h *history) {
			h.ruled(matching).opened(1).waits(1, "", 0, 0).opened(2).chosen(2, ana, "es")
		}, past},
		"one with a language that does not matter": {func(h *history) {
			h.opened(1).waits(1, "es", 0, 0).opened(2).chosen(2, ana, "")
		}, past},
		"one that waits for the agent alone": {func(h *history) {
			h.ruled(requiring).opened(1).waits(1, "", ana, 5000).opened(2).chosen(2, ana, "")
		}, past},
		"one that waits for another agent alone": {func(h *history) {
			h.ruled(requiring).opened(1).waits(1, "", ben, 5000).opened(2).chosen(2, ana, "")
		}, ""},
		"one of which the log does not say for whom it waits": {func(h *history) {
			h.ruled(requiring).opened(1).queued(1).opened(2).chosen(2, ana, "")
		}, ""},
	} {
		t.Run(behaviour, func(t *testing.T) {
			h := newHistory()
			c.make(h)
			finds(t, h.fold(), c.want)
		})
	}
}

func TestTheOrderOfThoseWhoWaitForAnOwnerIsKept(t *testing.T) {
	const before = "assigns cnv_2 out of the queue of tea_1 before cnv_1"
	two := func(h *history, first, second inbox.AgentID, until inbox.Time) *history {
		return h.ruled(requiring).opened(1).waits(1, "", first, until).opened(2).waits(2, "", second, until)
	}
	for behaviour, c := range map[string]struct {
		make func(h *history)
		want string
	}{
		"the second first": {func(h *history) { two(h, ana, ana, 5000).chosen(2, ana, "") }, before},
		"the first first": {func(h *history) {
			two(h, ana, ana, 5000).chosen(1, ana, "").chosen(2, ana, "", func(d *inbox.AssignmentDecision) { d.Candidates[0].OpenConversations = 1 })
		}, ""},
		"each waits for somebody else":   {func(h *history) { two(h, ben, ana, 5000).chosen(2, ana, "") }, ""},
		"the wait is over":               {func(h *history) { two(h, ana, ana, 1000).chosen(2, ana, "") }, ""},
		"another agent got it after all": {func(h *history) { two(h, ana, ana, 5000).chosen(2, ben, "") }, ""},
		"the policy has changed":         {func(h *history) { two(h, ana, ana, 5000).ruled(requiring).chosen(2, ana, "") }, ""},
		"the policy waits for nobody any more": {func(h *history) {
			two(h, ana, ana, 5000).ruled(func(*inbox.AssignmentPolicy) {}).chosen(2, ana, "")
		}, before},
		"they need different languages": {func(h *history) {
			h.ruled(func(p *inbox.AssignmentPolicy) { requiring(p); matching(p) }).opened(1).waits(1, "es", ana, 5000).opened(2).waits(2, "en", ana, 5000).chosen(2, ana, "")
		}, ""},
	} {
		t.Run(behaviour, func(t *testing.T) {
			h := newHistory()
			c.make(h)
			finds(t, h.fold(), c.want)
		})
	}
}

func TestTheOrderIsKeptAcrossLanguagesThatDoNotMatter(t *testing.T) {
	h := newHistory().opened(1).waits(1, "es", 0, 0).opened(2).waits(2, "en", 0, 0).chosen(2, ana, "")
	finds(t, h.fold(), "before cnv_1, which is ahead of it")
	h = newHistory().ruled(matching).opened(1).waits(1, "es", 0, 0).opened(2).waits(2, "en", 0, 0).chosen(2, ana, "")
	finds(t, h.fold(), "")
	h = newHistory().ruled(matching).opened(1).waits(1, "", 0, 0).opened(2).waits(2, "en", 0, 0).chosen(2, ana, "")
	finds(t, h.fold(), "before cnv_1, which is ahead of it")
}
