package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// notifications returns an agent's notifications, newest first.
func (d *desk) notifications(agent inbox.AgentID, unread *bool) []*inbox.Notification {
	d.Helper()
	return view(d, func(r *store.ReadTx) ([]*inbox.Notification, error) {
		return r.NotificationsOf(agent, unread, 0, 10_000)
	})
}

// notified returns what an agent is notified of and has not read, newest first: the kinds, each with who caused it.
func (d *desk) notified(agent inbox.AgentID) string {
	d.Helper()
	var kinds []string
	for _, n := range d.notifications(agent, new(true)) {
		kinds = append(kinds, fmt.Sprintf("%s by %s", n.Kind, n.Actor.Kind))
	}
	return strings.Join(kinds, ", ")
}

// noticed is a conversation of Ana's, of which she has read what she was notified of.
type noticed struct {
	*desk
	ana, ben inbox.AgentID
	team     inbox.TeamID
	id       inbox.ConversationID
}

func (c noticed) watch(agent inbox.AgentID) {
	c.Helper()
	must(c.ConversationWatch(c.ctx(), c.caller(agent), c.id))
}

func (c noticed) fail(m *inbox.Message) {
	c.Helper()
	must(c.MessageStatusReport(c.ctx(), c.key, engine.MessageStatusReportInput{MessageID: m.ID, Status: inbox.StatusFailed, FailureReason: new("gone")}))
}

func TestAgentsAreNotifiedOfWhatConcernsThem(t *testing.T) {
	t.Parallel()
	for behaviour, test := range map[string]struct {
		play     func(c noticed)
		ana, ben string
	}{
		"an assignment by somebody else": {func(c noticed) { c.give(c.id, c.ben) }, "", "ASSIGNED by AGENT"},
		"no assignment by oneself": {func(c noticed) {
			must(c.ConversationAssign(c.ctx(), c.caller(c.ben), assignTo(c.id, c.ben)))
		}, "", ""},
		"an assignment by policy": {func(c noticed) { c.queuedIn(c.team, "c3") }, "", "ASSIGNED by API_KEY"},
		"no assignment that is over": {func(c noticed) {
			c.publish("{ format: 1, name: Both, trigger: { on: conversation.opened }, steps: [ { key: a, assign: { agent: ben@example.org } }, { key: b, unassign: {} } ] }")
			c.opened("c4")
		}, "", ""},
		"a mention, once for two": {func(c noticed) {
			c.mention(c.caller(c.ana), c.id, c.ben, c.ana)
			c.mention(c.owner, c.id, c.ben)
		}, "", "MENTION by AGENT"},
		"no mention of what is out of sight": {func(c noticed) {
			must(c.AgentUpdate(c.ctx(), c.owner, engine.AgentPatch{ID: c.ben, Visibility: new(inbox.VisibilityAssigned)}))
			c.mention(c.caller(c.ana), c.id, c.ben)
		}, "", ""},
		"the first unread message": {func(c noticed) { c.say("c1", "One"); c.say("c1", "Two") }, "MESSAGE by CONTACT", ""},
		"a message after a look": {func(c noticed) {
			c.see(c.ana, c.id, c.say("c1", "One").Message.ID)
			c.say("c1", "Two")
		}, "MESSAGE by CONTACT", ""},
		"a message after an answer": {func(c noticed) {
			c.say("c1", "One")
			c.send(c.caller(c.ana), c.id, "Yes")
			c.say("c1", "Two")
		}, "MESSAGE by CONTACT", ""},
		"nothing of what they have seen": {func(c noticed) {
			c.say("c1", "One")
			c.mention(c.owner, c.id, c.ana)
			c.see(c.ana, c.id, c.say("c1", "Two").Message.ID)
		}, "", ""},
		"nothing of what was written before an own message": {func(c noticed) {
			c.mention(c.owner, c.id, c.ana)
			c.send(c.caller(c.ana), c.id, "Yes")
		}, "", ""},
		"an own message that failed":                  {func(c noticed) { c.fail(c.send(c.caller(c.ben), c.id, "Hello").Message) }, "", "FAILED by API_KEY"},
		"a failed message of nobody, to the assignee": {func(c noticed) { c.fail(c.send(c.key, c.id, "Hello").Message) }, "FAILED by API_KEY", ""},
		"a failed message of who does not see it any more, to the assignee": {func(c noticed) {
			m := c.send(c.caller(c.ben), c.id, "Hello").Message
			must(c.AgentUpdate(c.ctx(), c.owner, engine.AgentPatch{ID: c.ben, Visibility: new(inbox.VisibilityAssigned)}))
			c.fail(m)
		}, "FAILED by API_KEY", ""},
		"what is written where they watch": {func(c noticed) { c.watch(c.ben); c.say("c1", "One"); c.say("c1", "Two") }, "MESSAGE by CONTACT", "WATCHED by CONTACT"},
		"what others send where they watch": {func(c noticed) {
			c.watch(c.ben)
			c.watch(c.ana)
			c.send(c.caller(c.ana), c.id, "Hello")
		}, "", "WATCHED by AGENT"},
		"the close where they watch, and nothing after it": {func(c noticed) {
			c.watch(c.ben)
			c.close(c.id)
			c.say("c1", "Back")
		}, "", "WATCHED by AGENT"},
		"nothing where they do not watch any more": {func(c noticed) {
			c.watch(c.ben)
			must(c.ConversationUnwatch(c.ctx(), c.caller(c.ben), c.id))
			c.say("c1", "One")
		}, "MESSAGE by CONTACT", ""},
		"nothing where they watch and do not see": {func(c noticed) {
			c.watch(c.ben)
			must(c.AgentUpdate(c.ctx(), c.owner, engine.AgentPatch{ID: c.ben, Visibility: new(inbox.VisibilityAssigned)}))
			c.say("c1", "One")
		}, "MESSAGE by CONTACT", ""},
		"nothing while they are disabled": {func(c noticed) {
			c.watch(c.ben)
			must(c.AgentUpdate(c.ctx(), c.owner, engine.AgentPatch{ID: c.ben, Disabled: new(true)}))
			c.mention(c.owner, c.id, c.ben)
			c.send(c.owner, c.id, "Hello")
		}, "", ""},
	} {
		t.Run(behaviour, func(t *testing.T) {
			d := newDesk(t)
			d.clock.tick(time.Millisecond)
			c := noticed{desk: d, ana: d.hire("Ana", being(inbox.PresenceBusy)), ben: d.hire("Ben"), id: d.opened("c1")}
			c.team = d.team("Sales", engine.PolicyPatch{}, c.ben)
			d.give(c.id, c.ana)
			d.see(c.ana, c.id, d.say("c1", "Hello?").Message.ID)
			test.play(c)
			if got := d.notified(c.ana); got != test.ana {
				t.Errorf("Ana is notified of %q, want %q", got, test.ana)
			}
			if got := d.notified(c.ben); got != test.ben {
				t.Errorf("Ben is notified of %q, want %q", got, test.ben)
			}
		})
	}
}

func TestANewerNotificationTakesThePlaceOfAnUnreadOne(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	id := d.opened("c1")
	d.mention(d.owner, id, ana)
	first := d.notifications(ana, nil)[0]
	newest := d.mention(d.owner, id, ana)
	second := d.notifications(ana, nil)
	if len(second) != 1 || second[0].ID <= first.ID || *second[0].NoteID != newest.ID {
		t.Fatalf("got %+v", second)
	}
	must(d.NotificationsRead(d.ctx(), d.caller(ana), engine.NotificationsReadInput{UpToID: &second[0].ID}))
	d.mention(d.owner, id, ana)
	if all := d.notifications(ana, nil); len(all) != 2 || all[0].ReadAt != nil || all[1].ReadAt == nil {
		t.Errorf("got %+v", all)
	}
}

func TestAgentsReadTheirOwnNotificationsAlone(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana"), d.hire("Ben")
	one, two := d.opened("c1"), d.opened("c2")
	for _, id := range []inbox.ConversationID{one, two} {
		d.mention(d.owner, id, ana, ben)
	}
	read := func(in engine.NotificationsReadInput, unread int) {
		t.Helper()
		same(t, must(d.NotificationsRead(d.ctx(), d.caller(ana), in)), unread)
	}
	bens := d.notifications(ben, nil)[0].ID
	d.unchanged(func() {
		read(engine.NotificationsReadInput{IDs: []inbox.NotificationID{bens, 99}}, 2)
		read(engine.NotificationsReadInput{UpToID: new(inbox.NotificationID(0))}, 2)
		_, err := d.NotificationsRead(d.ctx(), d.caller(ana), engine.NotificationsReadInput{All: new(false)})
		refused(t, err, inbox.CodeRequired, "ids")
		_, err = d.NotificationsRead(d.ctx(), d.key, engine.NotificationsReadInput{All: new(true)})
		refused(t, err, inbox.CodeForbidden, "")
	})
	read(engine.NotificationsReadInput{ConversationID: &one}, 1)
	read(engine.NotificationsReadInput{All: new(true)}, 0)
	if d.notified(ben) == "" {
		t.Error("somebody else's notifications are read")
	}
}

func TestManagersAreNotifiedWhenAConversationIsTakenBackAndWhenNobodyTakesCareOfIt(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana"), d.hire("Ben")
	team := d.team("Sales", engine.PolicyPatch{ReassignWhenNoReply: engine.SetTo(inbox.Duration(60))}, ana, ben)
	d.queuedIn(team, "c1")
	owner := d.owner.Actor.Agent()
	d.later(2 * time.Minute)
	if got := d.notified(owner); got != "TAKEN_BACK by SYSTEM" {
		t.Errorf("got %q", got)
	}
	must(d.NotificationsRead(d.ctx(), d.owner, engine.NotificationsReadInput{All: new(true)}))
	for range 2 { // it goes to and fro
		d.later(2 * time.Minute)
	}
	must(d.NotificationsRead(d.ctx(), d.owner, engine.NotificationsReadInput{All: new(true)}))
	for range 3 { // and then stays, which is said once
		d.later(2 * time.Minute)
	}
	if got := d.notified(owner); got != "TAKEN_BACK by SYSTEM" {
		t.Errorf("got %q when it stays", got)
	}
	must(d.NotificationsRead(d.ctx(), d.owner, engine.NotificationsReadInput{All: new(true)}))

	d.publish("{ format: 1, name: Ends, trigger: { on: conversation.opened }, steps: [ { key: a, note: { text: Seen } } ] }")
	d.opened("c2")
	if got := d.notified(owner); got != "STRANDED by SYSTEM" {
		t.Errorf("got %q of a conversation that a run has left", got)
	}
	if got := d.notified(ana) + d.notified(ben); strings.Contains(got, "STRANDED") || strings.Contains(got, "TAKEN") {
		t.Errorf("agents are notified of %q", got)
	}
}

func TestASimulationNotifiesNobody(t *testing.T) {
	d := newDesk(t)
	ben := d.hire("Ben")
	id := d.opened("c1")
	must(d.ConversationWatch(d.ctx(), d.caller(ben), id))
	contact := d.conversation(id).ContactID
	d.unchanged(func() {
		must(d.WorkflowSimulate(d.ctx(), d.owner, engine.WorkflowSimulateInput{ContactID: &contact, Definition: definition(t,
			"{ format: 1, name: Try, trigger: { on: message.received }, steps: [ { key: a, assign: { agent: ben@example.org } }, { key: c, note: { text: Look } }, { key: d, close: {} } ] }")}))
	})
}

func TestOldNotificationsAndThoseBeyondTheNewestThousandAreForgotten(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	d.mention(d.owner, d.opened("c1"), ana)
	d.clock.move(91 * 24 * time.Hour)
	id := d.opened("c2")
	must(store.Update(d.ctx(), d.db, func(tx *store.Tx) (struct{}, error) {
		for range 1100 {
			n := inbox.Notification{AgentID: ana, Kind: inbox.NotificationStranded, ConversationID: id, Actor: inbox.BySystem(), At: tx.Now()}
			if err := tx.InsertNotification(&n); err != nil {
				return struct{}{}, err
			}
			if err := tx.ReadNotifications(ana, store.NotificationChoice{IDs: []inbox.NotificationID{n.ID}}, tx.Now()); err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, nil
	}))
	newest := d.notifications(ana, nil)[0].ID
	if err := d.Housekeep(d.ctx()); err != nil {
		t.Fatal(err)
	}
	left := d.notifications(ana, nil)
	if len(left) != 1000 || left[0].ID != newest {
		t.Errorf("%d are left, up to %s", len(left), left[0].ID)
	}
	d.clock.move(91 * 24 * time.Hour)
	if err := d.Housekeep(d.ctx()); err != nil {
		t.Fatal(err)
	}
	if left := d.notifications(ana, nil); len(left) != 1 || left[0].ID != newest {
		t.Errorf("%d are left", len(left))
	}
}
