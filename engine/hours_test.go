package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

// office is open on Mondays from nine to five, in UTC.
func office() *inbox.Hours {
	return &inbox.Hours{TimeZone: "UTC", Week: inbox.Week{Mon: []string{"09:00-17:00"}}}
}

// hours sets a team's hours; nil removes them.
func (d *desk) hours(id inbox.TeamID, h *inbox.Hours) {
	d.Helper()
	must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: id, Hours: engine.Patch[inbox.Hours]{Set: true, Value: h}}))
}

func (d *desk) opening(id inbox.TeamID) string {
	d.Helper()
	t := view(d, func(r *store.ReadTx) (*inbox.Team, error) { return r.Team(id) })
	o := must(d.Opening(t))
	if o.Next == nil {
		return fmt.Sprint(o.Open)
	}
	return fmt.Sprintf("%t until %s", o.Open, o.Next.Std().UTC().Format("Mon 2006-01-02 15:04"))
}

func TestATeamIsOpenByItsHours(t *testing.T) {
	d := newDesk(t) // on Monday, 2026-03-02, at nine in UTC
	vienna := func(week inbox.Week, holidays ...string) *inbox.Hours {
		return &inbox.Hours{TimeZone: "Europe/Vienna", Week: week, Holidays: holidays}
	}
	team := must(d.TeamCreate(d.ctx(), d.owner, engine.NewTeam{Name: "Support", Hours: office()})).Team.ID
	same(t, d.opening(team), "true until Mon 2026-03-02 17:00")
	for _, c := range []struct {
		hours *inbox.Hours
		want  string
	}{
		{nil, "true"}, // a team without hours is always open
		{vienna(inbox.Week{}), "false"},
		{vienna(inbox.Week{Mon: []string{"10:00-10:30"}}), "true until Mon 2026-03-02 09:30"},
		{vienna(inbox.Week{Mon: []string{"10:00-10:30"}}, "2026-03-02"), "false until Mon 2026-03-09 09:00"},
		{vienna(inbox.Week{Sun: []string{"22:00-11:00"}}), "true until Mon 2026-03-02 10:00"},
		{vienna(inbox.Week{Sun: []string{"22:00-11:00"}}, "2026-03-02"), "true until Mon 2026-03-02 10:00"}, // it began the day before
		{vienna(inbox.Week{Sun: []string{"22:00-11:00"}}, "2026-03-01"), "false until Sun 2026-03-08 21:00"},
		{vienna(inbox.Week{Tue: []string{"00:00-24:00"}}), "false until Mon 2026-03-02 23:00"},
	} {
		d.hours(team, c.hours)
		same(t, d.opening(team), c.want)
	}
	d.hours(team, vienna(inbox.Week{Sun: []string{"01:30-03:30"}}))
	d.clock.move(time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC).Sub(d.clock.Now()))
	same(t, d.opening(team), "false until Sun 2026-03-29 00:30")
	d.clock.move(13 * time.Hour) // the clocks go forward at this moment, from two to three
	same(t, d.opening(team), "true until Sun 2026-03-29 01:30")
}

func TestHoursThatCannotBeAreRefused(t *testing.T) {
	d := newDesk(t)
	team := d.team("Support", engine.PolicyPatch{})
	eleven := strings.Split(strings.Repeat("09:00-10:00,", 10)+"09:00-10:00", ",")
	d.unchanged(func() {
		for _, c := range []struct {
			hours *inbox.Hours
			code  inbox.Code
			at    string
		}{
			{&inbox.Hours{}, inbox.CodeInvalid, "hours.timeZone"},
			{&inbox.Hours{TimeZone: "Local"}, inbox.CodeInvalid, "hours.timeZone"},
			{&inbox.Hours{TimeZone: "UTC", Week: inbox.Week{Tue: []string{"09:00-10:00", "9-5"}}}, inbox.CodeInvalid, "hours.week.tue.1"},
			{&inbox.Hours{TimeZone: "UTC", Week: inbox.Week{Sat: eleven}}, inbox.CodeLimitExceeded, "hours.week.sat"},
			{&inbox.Hours{TimeZone: "UTC", Holidays: []string{"2026-12-25", "Easter"}}, inbox.CodeInvalid, "hours.holidays.1"},
			{&inbox.Hours{TimeZone: "UTC", Holidays: make([]string, 401)}, inbox.CodeLimitExceeded, "hours.holidays"},
		} {
			_, err := d.TeamCreate(d.ctx(), d.owner, engine.NewTeam{Name: "New", Hours: c.hours})
			refused(t, err, c.code, c.at)
			_, err = d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: team, Name: new("New"), Hours: engine.Patch[inbox.Hours]{Set: true, Value: c.hours}})
			refused(t, err, c.code, c.at)
		}
	})
}

func TestAChangeOfHoursIsToldOnce(t *testing.T) {
	d := newDesk(t)
	team := d.team("Support", engine.PolicyPatch{})
	same(t, d.during(func() { d.hours(team, office()) }), []string{"TEAM_CHANGED by AGENT"})
	empty := office()
	empty.Week.Sun, empty.Holidays = []string{}, []string{}
	same(t, len(d.during(func() { d.hours(team, office()); d.hours(team, empty) })), 0)
	same(t, len(d.during(func() { d.hours(team, nil) })), 1)
}

func TestWorkflowsGoByTheHoursOfTeams(t *testing.T) {
	d := newDesk(t)
	support, night := d.team("Support", engine.PolicyPatch{}), d.team("Night", engine.PolicyPatch{})
	d.hours(support, office())
	d.hours(night, &inbox.Hours{TimeZone: "Europe/Vienna", Week: inbox.Week{Mon: []string{"22:00-06:00"}}})
	d.publish(`
format: 1
name: Hours
trigger: { on: conversation.opened }
steps:
  - { key: none, hours: {}, exits: { open: night, closed: end } }
  - { key: night, hours: { team: Night }, exits: { open: asleep, closed: to } }
  - { key: asleep, note: { text: The night is open } }
  - { key: to, route: { team: Support } }
  - { key: own, hours: {}, exits: { open: by, closed: shut } }
  - { key: by, branch: [ { when: { field: team.is_open, op: equals, value: true }, go: say } ], else: end }
  - { key: say, note: { text: "{% if team.is_open %}{{ team.name }} is open{% endif %}" }, next: end }
  - { key: shut, note: { text: "{% unless team.is_open %}{{ team.name }} is closed{% endunless %}" } }
`)
	day := d.opened("c1")
	same(t, d.notes(day), []string{"Support is open"})
	same(t, steps(d.run(day)), []string{"none open", "night closed", "to next", "own open", "by say", "say next"})
	d.clock.move(13 * time.Hour)
	same(t, d.notes(d.opened("c2")), []string{"The night is open", "Support is closed"})
	d.hours(support, nil)
	same(t, d.notes(d.opened("c3")), []string{"The night is open", "Support is open"})
}

func TestATriggersConditionReadsTheHoursOfTheTeam(t *testing.T) {
	d := newDesk(t)
	team := d.team("Support", engine.PolicyPatch{})
	d.hours(team, office())
	d.telling("message.received", "away", ", when: { field: team.is_open, op: equals, value: false }")
	id := d.opened("c1")
	d.route(id, team)
	d.say("c1", "Hello?")
	d.clock.move(12 * time.Hour)
	d.say("c1", "Hello??")
	same(t, d.notes(id), []string{"away"})
}

func TestAWorkflowWaitsUntilATeamOpens(t *testing.T) {
	d := newDesk(t)
	support := d.team("Support", engine.PolicyPatch{})
	d.hours(support, office())
	d.publish(`
format: 1
name: Morning
trigger: { on: conversation.opened }
steps:
  - { key: wait, wait: { untilOpen: Support } }
  - { key: say, note: { text: Open } }
`)
	same(t, d.notes(d.opened("early")), []string{"Open"}) // on Monday at nine
	d.clock.move(10 * time.Hour)
	id := d.opened("late")
	d.later(6 * 24 * time.Hour)
	same(t, d.notes(id), []string(nil))
	d.hours(support, &inbox.Hours{TimeZone: "UTC", Week: inbox.Week{Tue: []string{"10:00-17:00"}}})
	d.later(14 * time.Hour) // on Monday at nine, when it would have opened
	same(t, d.notes(id), []string(nil))
	d.later(25*time.Hour - time.Millisecond)
	same(t, d.notes(id), []string(nil))
	d.later(time.Millisecond)
	same(t, d.notes(id), []string{"Open"})
	d.clock.move(12 * time.Hour)
	again := d.opened("again")
	d.hours(support, nil) // always open: the wait ends at the time that it was set to
	d.later(6*24*time.Hour + 12*time.Hour)
	same(t, d.notes(again), []string{"Open"})
}

func TestAWorkflowSnoozesUntilATeamOpens(t *testing.T) {
	d := newDesk(t)
	d.hours(d.team("Support", engine.PolicyPatch{}), office())
	d.publish("format: 1\nname: Night\ntrigger: { on: conversation.opened }\nsteps:\n  - { key: s, snooze: { untilOpen: support } }\n")
	if early := d.opened("early"); d.conversation(early).SnoozedUntil != nil {
		t.Error("it was snoozed while the team was open")
	}
	d.clock.move(10 * time.Hour)
	same(t, d.conversation(d.opened("late")).SnoozedUntil.Std().UTC(), time.Date(2026, time.March, 9, 9, 0, 0, 0, time.UTC))
}

func TestADraftIsWarnedOfATeamThatNeverOpens(t *testing.T) {
	d := newDesk(t)
	support := d.team("Support", engine.PolicyPatch{})
	f := d.publish("format: 1\nname: Morning\ntrigger: { on: message.received }\nsteps:\n  - { key: s, snooze: { untilOpen: Support } }\n")
	warnings := func() []workflow.Problem {
		return view(d, func(r *store.ReadTx) ([]workflow.Problem, error) { return engine.Warnings(&r.Reader, f) })
	}
	same(t, len(warnings()), 0)
	d.hours(support, &inbox.Hours{TimeZone: "UTC"})
	if list := warnings(); len(list) != 1 || !strings.Contains(list[0].Message, "never opens") {
		t.Errorf("the warnings are %v", list)
	}
	id := d.opened("c1")
	if run := d.run(id); run.Status != inbox.RunCompleted || run.Steps[0].Error == nil {
		t.Errorf("the step did not say why it went on: %+v", run)
	}
}

func TestAConversationIsSnoozedUntilItsTeamOpens(t *testing.T) {
	d := newDesk(t)
	support := d.team("Support", engine.PolicyPatch{})
	id := d.opened("c1")
	snooze := func() error {
		_, err := d.ConversationSnooze(d.ctx(), d.owner, engine.ConversationSnoozeInput{ConversationID: id, UntilTeamOpens: new(true)})
		return err
	}
	refused(t, snooze(), inbox.CodeInvalid, "untilTeamOpens") // it has no team
	d.route(id, support)
	refused(t, snooze(), inbox.CodeInvalid, "untilTeamOpens") // the team has no hours
	d.hours(support, office())
	refused(t, snooze(), inbox.CodeInvalid, "untilTeamOpens") // it is open
	d.hours(support, &inbox.Hours{TimeZone: "UTC"})
	refused(t, snooze(), inbox.CodeInvalid, "untilTeamOpens") // it never opens
	d.hours(support, office())
	d.clock.move(8 * time.Hour)
	if err := snooze(); err != nil {
		t.Fatal(err)
	}
	d.later(7*24*time.Hour - 8*time.Hour - time.Millisecond)
	if d.conversation(id).SnoozedUntil == nil {
		t.Error("it woke before the team opened")
	}
	d.later(time.Millisecond)
	if d.conversation(id).SnoozedUntil != nil {
		t.Error("it is still snoozed although the team is open")
	}
}

func TestASnoozeHasOneEnd(t *testing.T) {
	d := newDesk(t)
	id, until := d.opened("c1"), new(inbox.At(d.clock.Now().Add(time.Hour)))
	for _, c := range []struct {
		in   engine.ConversationSnoozeInput
		code inbox.Code
		at   string
	}{
		{engine.ConversationSnoozeInput{ConversationID: id}, inbox.CodeRequired, "until"},
		{engine.ConversationSnoozeInput{ConversationID: id, UntilTeamOpens: new(false)}, inbox.CodeRequired, "until"},
		{engine.ConversationSnoozeInput{ConversationID: id, Until: until, UntilTeamOpens: new(true)}, inbox.CodeInvalid, "untilTeamOpens"},
	} {
		_, err := d.ConversationSnooze(d.ctx(), d.owner, c.in)
		refused(t, err, c.code, c.at)
	}
	must(d.ConversationSnooze(d.ctx(), d.owner, engine.ConversationSnoozeInput{ConversationID: id, Until: until, UntilTeamOpens: new(false)}))
}
