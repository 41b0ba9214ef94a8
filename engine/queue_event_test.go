package engine_test

import (
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
)

func TestTheLogSaysWhichLanguageMattersForOneThatDoesNotWait(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", capped(1), func(a *inbox.Agent) { a.Languages = []string{"de"} })
	classes := func(match bool, contacts ...string) (assigned, queued []string) {
		t.Helper()
		team := d.team("Match "+contacts[0], engine.PolicyPatch{MatchLanguage: &match}, ana)
		before := d.db.HeadNumber()
		for _, contact := range contacts {
			in := d.message(contact, "Hallo")
			in.Contact.Language = new("de-AT")
			c := must(d.MessageReceive(d.ctx(), d.key, in)).Conversation
			d.route(c.ID, team)
			d.assign(c.ID)
		}
		for _, event := range d.events(before) {
			switch e := event.(type) {
			case *inbox.ConversationAssigned:
				assigned = append(assigned, e.Class)
			case *inbox.ConversationQueued:
				queued = append(queued, e.Class)
			}
		}
		d.close(d.first(ana)) // the one that waits follows
		d.close(d.first(ana))
		return assigned, queued
	}
	assigned, queued := classes(true, "c1", "c2")
	if len(queued) != 1 || queued[0] == "" {
		t.Fatalf("queued are %q", queued)
	}
	same(t, assigned, queued)
	assigned, _ = classes(false, "c3", "c4")
	same(t, assigned, []string{""})
}

func TestTheLogSaysForWhomAloneAConversationWaits(t *testing.T) {
	d := newDesk(t)
	ben, ana := d.hire("Ben"), d.hire("Ana")
	support := d.team("Support", requiring(10*time.Minute), ana, ben)
	d.knownTo(ana, "c1")
	d.presence(ana, inbox.PresenceOffline)
	began := inbox.At(d.clock.Now())
	before := d.db.HeadNumber()
	d.queuedIn(support, "c1")
	d.presence(ben, inbox.PresenceOffline)
	d.queuedIn(support, "c2")
	var queued []*inbox.ConversationQueued
	for _, event := range d.events(before) {
		if e, ok := event.(*inbox.ConversationQueued); ok {
			queued = append(queued, e)
		}
	}
	if len(queued) != 2 || queued[0].OwnerID == nil || *queued[0].OwnerID != ana || queued[0].OwnerUntil != began.Add(10*time.Minute) ||
		queued[1].OwnerID != nil || queued[1].OwnerUntil != 0 {
		t.Errorf("queued are %+v", queued)
	}
}
