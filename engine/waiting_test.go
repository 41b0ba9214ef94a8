package engine_test

import (
	"fmt"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
)

// requiring is a policy that waits for the contact's owner.
func requiring(wait time.Duration) engine.PolicyPatch {
	return engine.PolicyPatch{Sticky: new(inbox.StickyRequireUntil), StickyWait: engine.SetTo(inbox.Duration(wait / time.Second))}
}

// right checks the rules of assignment over the rows as they are.
func (d *desk) right() {
	d.Helper()
	for _, wrong := range d.picture().wrong() {
		d.Error(wrong)
	}
}

// own makes an agent the owner of a contact.
func (d *desk) own(id inbox.ContactID, owner inbox.AgentID) {
	d.Helper()
	must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: id, Owner: engine.SetTo(owner)}))
}

// knownTo lets a contact write and leaves them with an owner and no open conversation.
func (d *desk) knownTo(owner inbox.AgentID, contact string) {
	d.Helper()
	c := d.say(contact, "Hello").Conversation
	d.close(c.ID)
	d.own(c.ContactID, owner)
}

func TestWhatWaitsForAnOwnerInOneTeamDoesNotHideWhatWaitsForThemInAnother(t *testing.T) {
	d := newDesk(t)
	ana, bo := d.hire("Ana", being(inbox.PresenceOffline)), d.hire("Bo", being(inbox.PresenceOffline))
	shut, open := d.team("Shut", requiring(time.Hour), ana, bo), d.team("Open", requiring(time.Hour), ana, bo)
	d.hours(shut, &inbox.Hours{TimeZone: "UTC"})
	for i, team := range []inbox.TeamID{shut, open} {
		d.knownTo(ana, fmt.Sprint("c", i))
		d.clock.move(time.Second)
		d.queuedIn(team, fmt.Sprint("c", i))
	}
	d.presence(ana, inbox.PresenceOnline)
	d.right()
}

func TestMoreThanOneTransactionMayAssignWaitsForTheirOwner(t *testing.T) {
	d := newDesk(t)
	ana, bo := d.hire("Ana", being(inbox.PresenceOffline)), d.hire("Bo", being(inbox.PresenceOffline))
	team := d.team("Support", requiring(time.Hour), ana, bo)
	const many = 250
	for i := range many {
		d.knownTo(ana, fmt.Sprint("c", i))
		d.queuedIn(team, fmt.Sprint("c", i))
	}
	d.presence(ana, inbox.PresenceOnline)
	d.right()
	d.FireDue(d.ctx())
	d.right()
	if n := d.agent(ana).OpenConversations; n != many {
		t.Errorf("their owner has %d, want %d", n, many)
	}
}

func TestTheOwnerChangesWhileAConversationWaitsForTheOldOne(t *testing.T) {
	d := newDesk(t)
	ana, bo := d.hire("Ana", being(inbox.PresenceOffline)), d.hire("Bo")
	team := d.team("Support", requiring(time.Hour), ana, bo)
	d.knownTo(ana, "c1")
	id := d.queuedIn(team, "c1")
	if d.assignee(id) != 0 {
		t.Fatal("it does not wait for Ana")
	}
	d.own(d.conversation(id).ContactID, bo)
	if got := d.assignee(id); got != bo {
		t.Errorf("%v has it, want the new owner", got)
	}
	d.right()
}

func TestTheContactsLanguageChangesWhileTheyWait(t *testing.T) {
	for name, change := range map[string]func(d *desk, contact inbox.ContactID){
		"by hand": func(d *desk, contact inbox.ContactID) {
			must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: contact, Language: engine.SetTo("fr")}))
		},
		"to none": func(d *desk, contact inbox.ContactID) {
			must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: contact, Language: engine.Patch[string]{Set: true}}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			speaking := func(tag string) func(*inbox.Agent) { return func(a *inbox.Agent) { a.Languages = []string{tag} } }
			gert, fleur := d.hire("Gert", speaking("de"), being(inbox.PresenceOffline)), d.hire("Fleur", speaking("fr"))
			team := d.team("Support", engine.PolicyPatch{MatchLanguage: new(true)}, gert, fleur)
			in := d.message("c1", "Hallo")
			in.Contact.Language = new("de")
			id := must(d.MessageReceive(d.ctx(), d.key, in)).Conversation.ID
			d.route(id, team)
			d.assign(id)
			if d.assignee(id) != 0 {
				t.Fatal("it does not wait for Gert")
			}
			change(d, d.conversation(id).ContactID)
			if got := d.assignee(id); got != fleur {
				t.Errorf("%v has it, want Fleur", got)
			}
			d.right()
		})
	}
}

func TestTheAgentWhomTheWorkspacesQueueWaitsForLeavesTheCompany(t *testing.T) {
	d := newDesk(t)
	ana, bo := d.hire("Ana", being(inbox.PresenceBusy)), d.hire("Bo")
	d.publish(`
format: 1
name: Mine
trigger: { on: conversation.opened, when: { field: message.text, op: equals, value: "Mine" } }
steps:
  - key: who
    assign: { by: workspace, policy: { sticky: REQUIRE_UNTIL, stickyWait: PT1H } }
`)
	d.knownTo(ana, "c1")
	id := d.say("c1", "Mine").Conversation.ID
	if d.assignee(id) != 0 {
		t.Fatal("it does not wait for Ana")
	}
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: ana, Disabled: new(true)}))
	if got := d.assignee(id); got != bo {
		t.Errorf("%v has it, want Bo", got)
	}
	d.right()
}

func TestANewcomerAtTheMomentATeamOpensLinesUpBehindThoseWhoWaitedForIt(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	team := d.team("Support", limit(1), ana)
	d.hours(team, &inbox.Hours{TimeZone: "UTC", Week: inbox.Week{Mon: []string{"10:00-17:00"}}})
	early := d.queuedIn(team, "early")
	d.clock.move(time.Hour)
	late := d.queuedIn(team, "late")
	d.right()
	d.FireDue(d.ctx())
	if d.assignee(early) != ana || d.assignee(late) != 0 {
		t.Errorf("%v has the early one, %v the late one; want Ana and nobody", d.assignee(early), d.assignee(late))
	}
	d.right()
}

func TestAStepThatAsksTheWholeWorkspaceQueuesWhereTheTeamCanTakeIt(t *testing.T) {
	d := newDesk(t)
	off := d.hire("Off", being(inbox.PresenceOffline))
	d.team("Support", engine.PolicyPatch{OnlineOnly: new(false)}, off)
	d.publish(`
format: 1
name: Anybody
trigger: { on: conversation.opened }
steps:
  - key: to
    route: { team: Support }
  - key: who
    assign: { by: workspace }
`)
	id := d.opened("c1")
	if got := d.assignee(id); got != off {
		t.Errorf("%v has it, want Off, whom the team's own policy takes", got)
	}
	d.right()
}

func TestAnAgentWhoSpeaksTheLanguageFreesWhatWaitedForAnOwnerWhoDoesNot(t *testing.T) {
	german := func(a *inbox.Agent) { a.Languages = []string{"de"} }
	for name, test := range map[string]struct {
		before func(*inbox.Agent)
		comes  engine.AgentPatch
	}{
		"who learns it": {func(*inbox.Agent) {}, engine.AgentPatch{Languages: []string{"de"}}},
		"who is back":   {german, engine.AgentPatch{Disabled: new(false)}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			ana, bo := d.hire("Ana", test.before), d.hire("Bo", being(inbox.PresenceOffline))
			team := d.team("Support", engine.PolicyPatch{MatchLanguage: new(true), OnlineOnly: new(false), MaxOpen: engine.SetTo[int32](1),
				Sticky: new(inbox.StickyRequireUntil), StickyWait: engine.SetTo[inbox.Duration](3600)}, ana, bo)
			d.give(d.opened("other"), bo)
			must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: ana, Disabled: new(name == "who is back")}))
			third := d.hire("Cy", capped(1))
			must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: team, AddMemberIDs: []inbox.AgentID{third}}))
			d.give(d.opened("another"), third)
			in := d.message("c1", "Hallo")
			in.Contact.Language = new("de")
			c := must(d.MessageReceive(d.ctx(), d.key, in)).Conversation
			d.own(c.ContactID, bo)
			d.route(c.ID, team)
			d.assign(c.ID)
			if d.assignee(c.ID) != 0 || d.conversation(c.ID).QueueOwner == nil {
				t.Fatal("it does not wait for Bo")
			}
			test.comes.ID = ana
			must(d.AgentUpdate(d.ctx(), d.owner, test.comes))
			if got := d.assignee(c.ID); got != ana {
				t.Errorf("%v has it, want Ana, who speaks German", got)
			}
			d.right()
		})
	}
}

func TestASnoozedConversationWithoutATeamWaitsForNobodyWhenItWakes(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", being(inbox.PresenceOffline))
	team := d.team("Support", engine.PolicyPatch{}, ana)
	id := d.queuedIn(team, "c1")
	d.snooze(id, time.Hour)
	must(d.ConversationRoute(d.ctx(), d.owner, engine.RoutePatch{ConversationID: id, Team: engine.Patch[inbox.TeamID]{Set: true}}))
	d.later(time.Hour)
	if c := d.conversation(id); c.SnoozedUntil != nil || c.QueuedAt != nil {
		t.Errorf("without a team it is in the queue since %v", c.QueuedAt)
	}
	d.route(id, team)
	d.assign(id)
	d.presence(ana, inbox.PresenceOnline)
	if d.assignee(id) != ana {
		t.Error("with a team again, it was not assigned")
	}
}
