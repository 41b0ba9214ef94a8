package assign_test

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"foyer/engine/assign"
	"foyer/inbox"
)

func TestPriorityIsAHeadStartAndNothingStarves(t *testing.T) {
	starts := inbox.DefaultPolicy().HeadStarts
	for priority, want := range map[inbox.Priority]time.Duration{
		inbox.PriorityUrgent: 24 * time.Hour, inbox.PriorityHigh: 4 * time.Hour,
		inbox.PriorityNormal: 0, inbox.PriorityLow: -4 * time.Hour,
	} {
		if got := starts.Of(priority); got != want {
			t.Errorf("%s stands %s ahead, want %s", priority, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		old := inbox.Time(rapid.Int64Range(0, 1e12).Draw(t, "old"))
		young := old.Add(time.Duration(rapid.Int64Range(int64(29*time.Hour/time.Millisecond), 1e12).Draw(t, "later")) * time.Millisecond)
		if old.Add(-starts.Of(inbox.PriorityLow)) >= young.Add(-starts.Of(inbox.PriorityUrgent)) {
			t.Fatalf("urgent from %s goes before low from %s", young, old)
		}
	})
}

func TestAnOverrideReplacesOnlyWhatItNames(t *testing.T) {
	three, five := int32(3), int32(5)
	team := inbox.DefaultPolicy()
	team.Strategy, team.MaxOpen, team.RequireSkills = inbox.StrategyLeastOpen, &three, []string{"billing"}
	if got := (assign.Override{}).Over(team); !reflect.DeepEqual(got, team) {
		t.Errorf("an empty override made %+v", got)
	}
	want := team
	want.Strategy, want.OnlineOnly, want.MaxOpen, want.MatchLanguage = inbox.StrategyManual, false, &five, true
	want.Sticky, want.StickyWait, want.RequireSkills = inbox.StickyRequireUntil, new(inbox.Duration(60)), []string{"billing", "refunds"}
	got := assign.Override{Strategy: &want.Strategy, OnlineOnly: &want.OnlineOnly, MaxOpen: &five, MatchLanguage: &want.MatchLanguage,
		Sticky: &want.Sticky, StickyWait: want.StickyWait, RequireSkills: []string{"refunds"}}.Over(team)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if len(team.RequireSkills) != 1 {
		t.Error("the team's own policy has changed")
	}
}

func TestADemandReadsBackAsItWasWrittenAndItsClassDoesNotShowIt(t *testing.T) {
	if kept, err := (assign.Demand{}).Encode(); kept != nil || err != nil || assign.Class(kept) != "" {
		t.Errorf("no demand is kept as %s, %v", kept, err)
	}
	demand := assign.Demand{Override: assign.Override{Sticky: new(inbox.StickyPrefer), RequireSkills: []string{"billing"}}, Language: "de-AT"}
	kept, err := demand.Encode()
	if err != nil {
		t.Fatal(err)
	}
	read, err := assign.DecodeDemand(kept)
	if err != nil || !reflect.DeepEqual(read, demand) {
		t.Errorf("%s is read as %+v, %v", kept, read, err)
	}
	other, err := assign.Demand{Language: "de-AT"}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if a, b := assign.Class(kept), assign.Class(other); a == b || len(a) != 8 || len(b) != 8 {
		t.Errorf("the classes are %q and %q", a, b)
	}
}

func TestAReasonNamesTheWinnerAndCountsThoseWhoWerePassedOver(t *testing.T) {
	passed := func(reason inbox.PassedOverReason, count int32) inbox.PassedOverCount {
		return inbox.PassedOverCount{Reason: reason, Count: count}
	}
	type counts = []inbox.PassedOverCount
	const offline, busy, full, disabled, equal, taken = inbox.PassedOverOffline, inbox.PassedOverBusy, inbox.PassedOverAtCapacity,
		inbox.PassedOverDisabled, inbox.PassedOverNotChosen, inbox.PassedOverTakenBack
	silent := func(taken int) *assign.Holder {
		return &assign.Holder{Name: "Ana", For: 10 * time.Minute, Taken: taken}
	}
	away := &assign.Holder{Name: "Ana", Offline: true, For: 30 * time.Minute}
	waited := func(position int32, d time.Duration, until inbox.DecisionTrigger, agent string) *assign.FromQueue {
		return &assign.FromQueue{For: d, Position: position, Until: until, Agent: agent}
	}
	for _, c := range []struct {
		want    string
		account assign.Account
	}{
		{"Nobody was chosen: the policy leaves assignment to people.", assign.Account{Strategy: inbox.StrategyManual}},
		{"Nobody was chosen: there are no agents to choose from.", assign.Account{}},
		{"Nobody was chosen: the team is closed.", assign.Account{PassedOver: counts{passed(inbox.PassedOverOutOfHours, 3)}}},
		{"Nobody was available: 1 was offline.", assign.Account{PassedOver: counts{passed(offline, 1)}}},
		{"Nobody was available: 2 were offline, 3 were busy and 1 was at capacity.",
			assign.Account{PassedOver: counts{passed(offline, 2), passed(busy, 3), passed(full, 1)}}},
		{"Nobody was available: 2 lacked a skill and 1 did not speak the contact's language.",
			assign.Account{PassedOver: counts{passed(inbox.PassedOverMissingSkill, 2), passed(inbox.PassedOverLanguage, 1)}}},
		{"It waits for Bo, the contact's owner, for up to 10 minutes.",
			assign.Account{PassedOver: counts{passed(inbox.PassedOverNotOwner, 2)}, WaitsFor: "Bo", WaitsUntil: new(10 * time.Minute)}},
		{"It lines up behind those who wait: the queue is still being worked off.", assign.Account{LinesUp: true}},
		{"Ana, the only agent available.", assign.Account{Winner: "Ana"}},
		{"Ana, the only agent available; 4 others were busy.", assign.Account{Winner: "Ana", PassedOver: counts{passed(busy, 4)}}},
		{"Ana, the only agent available; 1 other was busy and 2 were disabled.",
			assign.Account{Winner: "Ana", PassedOver: counts{passed(busy, 1), passed(disabled, 2)}}},
		{"Ana, assigned longest ago of 3 available; 4 others were offline.",
			assign.Account{Winner: "Ana", PassedOver: counts{passed(equal, 2), passed(offline, 4)}}},
		{"Ana, with the fewest open conversations of 2 available; 1 other was offline.",
			assign.Account{Strategy: inbox.StrategyLeastOpen, Winner: "Ana", PassedOver: counts{passed(offline, 1), passed(equal, 1)}}},
		{"Ana, idle longest of 2 available.", assign.Account{Strategy: inbox.StrategyLongestIdle, Winner: "Ana", PassedOver: counts{passed(equal, 1)}}},
		{"Ana, the contact's owner.", assign.Account{Winner: "Ana", ByOwner: true, PassedOver: counts{passed(equal, 1)}}},
		{"Ana, the only agent available. It had waited 12 minutes at place 3 until Ana came online.",
			assign.Account{Winner: "Ana", Queue: waited(3, 12*time.Minute+40*time.Second, inbox.TriggerOnline, "Ana")}},
		{"Ana, the only agent available. It had waited 2 hours at place 1 until it woke.",
			assign.Account{Winner: "Ana", Queue: waited(1, 2*time.Hour+time.Minute, inbox.TriggerWoken, "")}},
		{"Ana, the only agent available. It had waited 2 minutes at place 1 until it was routed.",
			assign.Account{Winner: "Ana", Queue: waited(1, 2*time.Minute, inbox.TriggerStep, "")}},
		{"Ana, the only agent available. It had waited 2 days at place 1 until it was taken from its agent.",
			assign.Account{Winner: "Ana", Queue: waited(1, 50*time.Hour, inbox.TriggerReassign, "")}},
		{"Ana, the only agent available. It had waited 1 second at place 1 until Bo had room.",
			assign.Account{Winner: "Ana", Queue: waited(1, time.Second, inbox.TriggerClose, "Bo")}},
		{"Ana, the only agent available. It had waited 14 hours at place 2 until the team opened.",
			assign.Account{Winner: "Ana", Queue: waited(2, 14*time.Hour, inbox.TriggerOpenedHours, "")}},
		{"Bo, the only agent available; 1 other was offline. It was taken from Ana, who had not answered for 10 minutes.",
			assign.Account{Winner: "Bo", PassedOver: counts{passed(offline, 1), passed(taken, 1)}, Holder: silent(0)}},
		{"Bo, the only agent available. It was taken from Ana, who had been offline for 30 minutes.",
			assign.Account{Winner: "Bo", PassedOver: counts{passed(taken, 1)}, Holder: away}},
		{"Nobody was chosen: the policy leaves assignment to people. It was taken from Ana, who had not answered for 10 minutes.",
			assign.Account{Strategy: inbox.StrategyManual, Holder: silent(0)}},
		{"It stays with Ana, who has been offline for 30 minutes: nobody else was available, 3 were offline.",
			assign.Account{PassedOver: counts{passed(taken, 1), passed(offline, 3)}, Holder: away}},
		{"It stays with Ana, who has been offline for 30 minutes: there is nobody else to choose from.",
			assign.Account{PassedOver: counts{passed(taken, 1)}, Holder: away}},
		{"It stays with Ana, who has not answered for 10 minutes: it has been taken from its agent 3 times while the contact waited.",
			assign.Account{Holder: silent(3)}},
	} {
		if got := c.account.Reason(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestTheReasonForOneAgentSaysWhoTheyAreAndWhyTheyWereNotAssigned(t *testing.T) {
	full := []inbox.PassedOverCount{{Reason: inbox.PassedOverAtCapacity, Count: 1}}
	for want, got := range map[string]string{
		"Ana, whom the workflow names.":                                       assign.ReasonOne(false, "Ana", nil),
		"Ana, the contact's owner.":                                           assign.ReasonOne(true, "Ana", nil),
		"Nobody was assigned: Ana, whom the workflow names, was at capacity.": assign.ReasonOne(false, "Ana", full),
		"Nobody was assigned: Ana, the contact's owner, was at capacity.":     assign.ReasonOne(true, "Ana", full),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
