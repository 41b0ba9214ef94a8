package engine_test

import (
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

func (d *desk) queueState(id inbox.ConversationID) *engine.QueueState {
	d.Helper()
	return view(d, func(r *store.ReadTx) (*engine.QueueState, error) {
		c, err := r.Conversation(id)
		if err != nil {
			return nil, err
		}
		return d.QueueState(&r.Reader, c)
	})
}

// waitsBecause checks the sentence that says why a queued conversation waits.
func (d *desk) waitsBecause(id inbox.ConversationID, want string) {
	d.Helper()
	if got := d.queueState(id); got == nil || got.Sentence != want {
		d.Errorf("it waits by %+v, want %q", got, want)
	}
}

func TestAQueuedConversationSaysWhyItWaitsAndWhatWouldEndThat(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana", being(inbox.PresenceOffline), capped(1)), d.hire("Ben", being(inbox.PresenceOffline))
	team := d.team("Support", engine.PolicyPatch{}, ana, ben)
	first, second := d.queuedIn(team, "c1"), d.queuedIn(team, "c2")
	d.waitsBecause(first, "It is next. Nobody is available: 2 are offline. It goes on when one of them comes online.")
	d.waitsBecause(second, "1 conversation is before it. Nobody is available: 2 are offline. It goes on when one of them comes online.")
	d.presence(ben, inbox.PresenceBusy)
	d.presence(ana, inbox.PresenceOnline)
	if d.queueState(first) != nil {
		t.Error("an assigned conversation waits")
	}
	d.waitsBecause(second, "It is next. Nobody is available: 1 is busy and 1 is at capacity. It goes on when one of them is no longer busy or has room again.")
	d.changeTeam(team, engine.PolicyPatch{Strategy: new(inbox.StrategyManual)})
	d.waitsBecause(second, "It is next. The policy leaves assignment to people: it waits until somebody picks it.")
	d.changeTeam(team, engine.PolicyPatch{Strategy: new(inbox.StrategyRoundRobin), RequireSkills: []string{"billing"}})
	d.waitsBecause(second, "It is next. Nobody is available: 2 lack a skill. It goes on when somebody who can take it joins the team, or one of them can.")
	d.changeTeam(d.emptied(team, ana, ben), engine.PolicyPatch{RequireSkills: []string{}})
	d.waitsBecause(second, "It is next. There are no agents to choose from: it goes on when somebody joins the team.")
}

func TestAConversationThatArrivesOutsideHoursSaysWhenTheTeamOpens(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	team := d.team("Support", engine.PolicyPatch{}, ana)
	now := d.clock.Now().UTC()
	opens := now.Truncate(time.Hour).Add(3 * time.Hour)
	span := opens.Format("15:04") + "-" + opens.Add(2*time.Hour).Format("15:04")
	d.openDaily(team, span)
	id := d.queuedIn(team, "c1")
	if got := d.decision(id); got.Reason != "Nobody was chosen: the team is closed." || got.PassedOver[0].Reason != inbox.PassedOverOutOfHours {
		t.Errorf("decided %+v", got)
	}
	if got := d.queueState(id).Sentence; got != "It is next. The team is closed and opens in 2 hours." && got != "It is next. The team is closed and opens in 3 hours." {
		t.Errorf("it waits by %q", got)
	}
	d.later(opens.Sub(now))
	if d.assignee(id) != ana {
		t.Fatal("nobody got it when the team opened")
	}
	decided := d.decision(id)
	if *decided.Trigger != inbox.TriggerOpenedHours || *decided.Position != 1 || decided.QueuedFor.Std() != opens.Sub(now).Truncate(time.Second) {
		t.Errorf("decided %+v", decided)
	}
}

func TestAnAssignmentFromAQueueSaysWhatEndedTheWaitHowLongItWasAndAtWhichPlace(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", being(inbox.PresenceOffline), capped(1))
	ben := d.hire("Ben", being(inbox.PresenceOffline))
	team := d.team("Support", engine.PolicyPatch{}, ana)
	first, second := d.queuedIn(team, "c1"), d.queuedIn(team, "c2")
	d.later(12 * time.Minute)
	d.presence(ana, inbox.PresenceOnline)
	d.decided(first, inbox.TriggerOnline, "Ana, the only agent available. It had waited 12 minutes at place 1 until Ana came online.")
	d.close(first)
	d.decided(second, inbox.TriggerClose, "Ana, the only agent available. It had waited 12 minutes at place 1 until Ana had room.")
	third := d.queuedIn(team, "c3")
	d.later(time.Hour)
	must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: team, AddMemberIDs: []inbox.AgentID{ben}}))
	d.assertQueued(third) // Ben is offline
	d.presence(ben, inbox.PresenceOnline)
	d.decided(third, inbox.TriggerOnline, "Ben, the only agent available; 1 other was at capacity. It had waited 60 minutes at place 1 until Ben came online.")
}

func TestALanguageThatChangesWhileAConversationWaitsChangesWhoCanTakeIt(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", func(a *inbox.Agent) { a.Languages = []string{"de"} })
	d.hire("Ben", being(inbox.PresenceOffline), func(a *inbox.Agent) { a.Languages = []string{"fr"} })
	team := d.team("Support", engine.PolicyPatch{MatchLanguage: new(true)}, ana, ana+1)
	contact := d.say("c1", "Bonjour").Contact.ID
	must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: contact, Language: engine.SetTo("fr-CA")}))
	id := d.queuedIn(team, "c1")
	d.waitsBecause(id, "It is next. Nobody is available: 1 does not speak the contact's language and 1 is offline. It goes on when one of them comes online.")
	must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: contact, Language: engine.SetTo("de-AT")}))
	if d.assignee(id) != ana {
		t.Error("Ana speaks the language, and did not get it")
	}
}

func TestNewHeadStartsMoveWhatWaits(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", being(inbox.PresenceOffline), capped(1))
	team := d.team("Support", engine.PolicyPatch{}, ana)
	early := d.queuedIn(team, "c1")
	d.later(time.Hour)
	late := d.queuedIn(team, "c2")
	must(d.ConversationRoute(d.ctx(), d.owner, engine.RoutePatch{ConversationID: late, Priority: new(inbox.PriorityHigh)}))
	d.changeTeam(team, engine.PolicyPatch{HeadStarts: &engine.HeadStartsInput{High: new(inbox.Duration(60))}})
	d.presence(ana, inbox.PresenceOnline)
	if d.assignee(early) != ana || d.assignee(late) != 0 {
		t.Error("a head start of a minute weighs more than an hour")
	}
}

func TestAPolicyThatWaitsForTheOwnerNeedsToSayHowLong(t *testing.T) {
	d := newDesk(t)
	team := d.team("Support", engine.PolicyPatch{})
	for field, policy := range map[string]engine.PolicyPatch{
		"policy.stickyWait":          {Sticky: new(inbox.StickyRequireUntil), StickyWait: engine.SetTo(inbox.Duration(0))},
		"policy.reassignWhenNoReply": {ReassignWhenNoReply: engine.SetTo(inbox.Duration(59))},
		"policy.headStarts.low":      {HeadStarts: &engine.HeadStartsInput{Low: new(inbox.Duration(-31 * 24 * 3600))}},
		"policy.requireSkills.1":     {RequireSkills: []string{"billing", "Billing"}},
	} {
		_, err := d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: team, Policy: &policy})
		refused(t, err, inbox.CodeInvalid, field)
	}
	_, err := d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: team, Policy: &engine.PolicyPatch{Sticky: new(inbox.StickyRequireUntil)}})
	refused(t, err, inbox.CodeRequired, "policy.stickyWait")
}

// changeTeam changes a team's policy.
func (d *desk) changeTeam(id inbox.TeamID, policy engine.PolicyPatch) {
	d.Helper()
	must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: id, Policy: &policy}))
}

// emptied removes members from a team.
func (d *desk) emptied(id inbox.TeamID, members ...inbox.AgentID) inbox.TeamID {
	d.Helper()
	must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: id, RemoveMemberIDs: members}))
	return id
}

// openDaily sets a team's business hours to one span in UTC, the same every day.
func (d *desk) openDaily(id inbox.TeamID, span string) {
	d.Helper()
	day := []string{span}
	hours := inbox.Hours{TimeZone: "UTC", Week: inbox.Week{Mon: day, Tue: day, Wed: day, Thu: day, Fri: day, Sat: day, Sun: day}}
	must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: id, Hours: engine.SetTo(hours)}))
}

// decided checks what made the newest decision about a conversation, and its reason.
func (d *desk) decided(id inbox.ConversationID, trigger inbox.DecisionTrigger, reason string) {
	d.Helper()
	if got := d.decision(id); got.Trigger == nil || *got.Trigger != trigger || got.Reason != reason {
		d.Errorf("decided %+v, want %s: %q", got, trigger, reason)
	}
}

func (d *desk) assertQueued(id inbox.ConversationID) {
	d.Helper()
	if d.conversation(id).QueuedAt == nil {
		d.Errorf("%s is not queued", id)
	}
}
