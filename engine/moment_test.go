package engine_test

import (
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
)

// from10To17 is hours that begin an hour after a desk does.
var from10To17 = &inbox.Hours{TimeZone: "UTC", Week: inbox.Week{Mon: []string{"10:00-17:00"}}}

// urge makes a conversation urgent, with the team it has.
func (d *desk) urge(id inbox.ConversationID) {
	d.Helper()
	must(d.ConversationRoute(d.ctx(), d.owner, engine.RoutePatch{ConversationID: id, Priority: new(inbox.PriorityUrgent)}))
}

// awaited adds an agent to a team who is away, and for whom their contacts wait an hour.
func (d *desk) awaited(team inbox.TeamID) inbox.AgentID {
	d.Helper()
	away, policy := d.hire("Away", being(inbox.PresenceOffline)), requiring(time.Hour)
	must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: team, AddMemberIDs: []inbox.AgentID{away}, Policy: &policy}))
	return away
}

func TestWhatIsAheadGoesFirstWhateverElseIsDueAtTheSameMoment(t *testing.T) {
	for behaviour, prepare := range map[string]func(d *desk, ana inbox.AgentID, team inbox.TeamID) (first, second inbox.ConversationID){
		"its snooze ends as its team opens": func(d *desk, ana inbox.AgentID, team inbox.TeamID) (first, second inbox.ConversationID) {
			d.hours(team, from10To17)
			d.presence(ana, inbox.PresenceOnline)
			first = d.queuedIn(team, "first")
			must(d.ConversationSnooze(d.ctx(), d.owner, engine.ConversationSnoozeInput{ConversationID: first, UntilTeamOpens: new(true)}))
			d.clock.move(time.Minute)
			return first, d.queuedIn(team, "second")
		},
		"its snooze ends as an agent is available again": func(d *desk, ana inbox.AgentID, team inbox.TeamID) (first, second inbox.ConversationID) {
			hour := inbox.At(d.clock.Now().Add(time.Hour))
			d.presence(ana, inbox.PresenceOnline)
			must(d.PresenceSet(d.ctx(), d.owner, engine.PresenceSetInput{AgentID: &ana, Presence: inbox.PresenceBusy, Until: &hour}))
			first = d.queuedIn(team, "first")
			must(d.ConversationSnooze(d.ctx(), d.owner, engine.ConversationSnoozeInput{ConversationID: first, Until: &hour}))
			d.clock.move(time.Minute)
			return first, d.queuedIn(team, "second")
		},
		"the snooze of another ends too": func(d *desk, ana inbox.AgentID, team inbox.TeamID) (first, second inbox.ConversationID) {
			second, first = d.queuedIn(team, "second"), d.queuedIn(team, "first")
			d.urge(first)
			d.snooze(second, time.Hour)
			d.snooze(first, time.Hour)
			d.presence(ana, inbox.PresenceOnline)
			return first, second
		},
		"the wait of both for somebody else is over": func(d *desk, ana inbox.AgentID, team inbox.TeamID) (first, second inbox.ConversationID) {
			away := d.awaited(team)
			d.knownTo(away, "second")
			d.knownTo(away, "first")
			second, first = d.queuedIn(team, "second"), d.queuedIn(team, "first")
			d.urge(first)
			d.presence(ana, inbox.PresenceOnline)
			return first, second
		},
		"the wait of another for somebody else is over": func(d *desk, ana inbox.AgentID, team inbox.TeamID) (first, second inbox.ConversationID) {
			away := d.awaited(team)
			d.knownTo(away, "second")
			second, first = d.queuedIn(team, "second"), d.queuedIn(team, "first")
			d.urge(first)
			d.snooze(first, time.Hour)
			d.presence(ana, inbox.PresenceOnline)
			return first, second
		},
	} {
		t.Run(behaviour, func(t *testing.T) {
			d := newDesk(t)
			ana := d.hire("Ana", capped(1), being(inbox.PresenceOffline))
			team := d.team("Support", engine.PolicyPatch{}, ana)
			first, second := prepare(d, ana, team)
			if d.assignee(first) != 0 || d.assignee(second) != 0 {
				t.Fatal("they do not wait")
			}
			d.later(time.Date(2026, time.March, 2, 10, 0, 0, 0, time.UTC).Sub(d.clock.Now()))
			if d.assignee(first) != ana || d.assignee(second) != 0 {
				t.Errorf("%v has the first, %v the second; want Ana and nobody", d.assignee(first), d.assignee(second))
			}
			d.right()
		})
	}
}
