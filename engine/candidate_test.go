package engine_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// member is a member with everything that the choice of an agent considers.
type member struct {
	id         inbox.AgentID
	presence   inbox.Presence
	disabled   bool
	maxOpen    *int32
	skills     []string
	languages  []string
	open       int32
	active     inbox.Time
	turn       int // in the team; 0 if they never had one
	assignedAt inbox.Time
}

// choosing is a store.Choosing in plain words: members are named by their index, -1 for nobody.
type choosing struct {
	policy                inbox.AssignmentPolicy
	language              string
	first, alone, without int
	last                  []int
	closed                bool
}

// speaks is the rule in plain words: the same language, or one a variety of the other.
func (m member) speaks(language string) bool {
	return slices.ContainsFunc(m.languages, func(own string) bool {
		return own == language || strings.HasPrefix(own, language+"-") || strings.HasPrefix(language, own+"-")
	})
}

// lacks is the rule in plain words: all skills, whatever the case.
func (m member) lacks(by choosing) bool {
	return slices.ContainsFunc(by.policy.RequireSkills, func(skill string) bool {
		return !slices.ContainsFunc(m.skills, func(own string) bool { return strings.EqualFold(own, skill) })
	})
}

// unsuited is the part of the rules, in plain words, that applies whatever the member does.
func (m member) unsuited(all []member, by choosing) inbox.PassedOverReason {
	spoken := slices.ContainsFunc(all, func(m member) bool { return !m.disabled && !m.lacks(by) && m.speaks(by.language) })
	switch {
	case m.disabled:
		return inbox.PassedOverDisabled
	case m.lacks(by):
		return inbox.PassedOverMissingSkill
	case by.language != "" && spoken && !m.speaks(by.language):
		return inbox.PassedOverLanguage
	default:
		return ""
	}
}

// passedOver is the rules in plain words, in their order.
func (m member) passedOver(i int, all []member, by choosing) inbox.PassedOverReason {
	limit := by.policy.MaxOpen
	if m.maxOpen != nil {
		limit = m.maxOpen
	}
	reason := m.unsuited(all, by)
	switch {
	case reason != "":
		return reason
	case by.alone >= 0 && i != by.alone && all[by.alone].unsuited(all, by) == "":
		return inbox.PassedOverNotOwner
	case i == by.without:
		return inbox.PassedOverTakenBack
	case by.closed:
		return inbox.PassedOverOutOfHours
	case by.policy.OnlineOnly && m.presence == inbox.PresenceOffline:
		return inbox.PassedOverOffline
	case by.policy.OnlineOnly && m.presence == inbox.PresenceBusy:
		return inbox.PassedOverBusy
	case limit != nil && m.open >= *limit:
		return inbox.PassedOverAtCapacity
	default:
		return ""
	}
}

// choose returns who should be assigned, or zero, and how many were passed over for each reason.
func choose(members []member, by choosing) (inbox.AgentID, map[inbox.PassedOverReason]int32) {
	counts := make(map[inbox.PassedOverReason]int32)
	var eligible []int
	for i, m := range members {
		if reason := m.passedOver(i, members, by); reason != "" {
			counts[reason]++
		} else {
			eligible = append(eligible, i)
		}
	}
	if len(eligible) == 0 {
		return 0, counts
	}
	if len(eligible) > 1 {
		counts[inbox.PassedOverNotChosen] = int32(len(eligible) - 1)
	}
	behind := func(i int) int {
		switch {
		case i == by.first:
			return 0
		case slices.Contains(by.last, i):
			return 2
		default:
			return 1
		}
	}
	return members[slices.MinFunc(eligible, func(i, j int) int {
		a, b := members[i], members[j]
		order := cmp.Compare(behind(i), behind(j))
		byTurn := cmp.Or(cmp.Compare(a.turn, b.turn), cmp.Compare(a.id, b.id))
		switch by.policy.Strategy {
		case inbox.StrategyLeastOpen:
			return cmp.Or(order, cmp.Compare(a.open, b.open), byTurn)
		case inbox.StrategyLongestIdle:
			return cmp.Or(order, cmp.Compare(max(a.active, a.assignedAt), max(b.active, b.assignedAt)), byTurn)
		default:
			return cmp.Or(order, byTurn)
		}
	})].id, counts
}

// aChoosing and aMember draw few values each, so that ties are common.
func aChoosing(members int) func(*rapid.T) choosing {
	return func(t *rapid.T) choosing {
		policy := inbox.DefaultPolicy()
		policy.Strategy = rapid.SampledFrom([]inbox.AssignmentStrategy{inbox.StrategyRoundRobin, inbox.StrategyLeastOpen, inbox.StrategyLongestIdle}).Draw(t, "strategy")
		policy.OnlineOnly = rapid.Bool().Draw(t, "onlineOnly")
		policy.MaxOpen = rapid.SampledFrom([]*int32{nil, new(int32(1)), new(int32(2))}).Draw(t, "maxOpen")
		policy.RequireSkills = rapid.SampledFrom([][]string{nil, nil, {"Billing"}, {"billing", "STRASSE"}}).Draw(t, "skills")
		who := rapid.IntRange(-1, members-1)
		often := func(name string) int {
			if rapid.IntRange(0, 2).Draw(t, name+"?") > 0 {
				return -1
			}
			return who.Draw(t, name)
		}
		return choosing{policy: policy, language: rapid.SampledFrom([]string{"", "", "de", "de-AT", "fr"}).Draw(t, "language"),
			first: often("first"), alone: often("alone"), without: often("without"),
			last: rapid.SliceOfN(who, 0, 2).Draw(t, "last"), closed: rapid.IntRange(0, 9).Draw(t, "closed") == 0}
	}
}

// stored returns the store's arguments for the choice.
func (by choosing) stored(team inbox.TeamID, members []member) store.Choosing {
	idOf := func(i int) *inbox.AgentID {
		if i < 0 {
			return nil
		}
		return &members[i].id
	}
	c := store.Choosing{Team: &team, Policy: by.policy, Language: by.language, First: idOf(by.first), Alone: idOf(by.alone), Without: idOf(by.without), Closed: by.closed}
	for _, i := range by.last {
		if i >= 0 {
			c.Last = append(c.Last, members[i].id)
		}
	}
	return c
}

func aMember(t *rapid.T) member {
	return member{
		presence:  rapid.SampledFrom([]inbox.Presence{inbox.PresenceOnline, inbox.PresenceBusy, inbox.PresenceOffline}).Draw(t, "presence"),
		disabled:  rapid.IntRange(0, 9).Draw(t, "disabled") == 0,
		maxOpen:   rapid.SampledFrom([]*int32{nil, nil, new(int32(1)), new(int32(3))}).Draw(t, "own maxOpen"),
		skills:    rapid.SampledFrom([][]string{nil, {"billing"}, {"Strasse", "BILLING"}, {"bill", "ing"}}).Draw(t, "own skills"),
		languages: rapid.SampledFrom([][]string{nil, {"de"}, {"en", "de-AT"}, {"de-DE"}, {"den"}}).Draw(t, "languages"),
		active:    inbox.Time(rapid.IntRange(1, 4).Draw(t, "active")),
	}
}

// staff stores the members and makes assignments: each entry assigns one conversation to a member, at its time.
func staff(tx *store.Tx, team inbox.TeamID, members []member, assignments []int) error {
	for i := range members {
		m := &members[i]
		a := &inbox.Agent{Name: "Agent", Email: fmt.Sprintf("a%d-%d@example.org", team, i), Role: inbox.RoleAgent, Visibility: inbox.VisibilityAll,
			Presence: m.presence, MaxOpen: m.maxOpen, Skills: m.skills, Languages: m.languages, LastActivityAt: m.active, CreatedAt: 1}
		if err := tx.InsertAgent(a, a.Email, "none"); err != nil {
			return err
		}
		m.id = a.ID
		if _, err := tx.AddMember(team, a.ID); err != nil {
			return err
		}
	}
	for turn, i := range assignments {
		m := &members[i%len(members)]
		at := inbox.Time(turn/3 + 1) // three within the same millisecond
		if _, err := tx.Occupy(m.id, &team, nil, true, at); err != nil {
			return err
		}
		m.open, m.turn, m.assignedAt = m.open+1, turn+1, at
	}
	for _, m := range members {
		if !m.disabled {
			continue
		}
		a, err := tx.Agent(m.id)
		if err != nil {
			return err
		}
		a.DisabledAt, a.Presence = new(inbox.Time(1)), inbox.PresenceOffline
		if err := errors.Join(tx.UpdatePresence(a), tx.UpdateAgent(a), tx.InsertPresenceChange(a)); err != nil {
			return err
		}
	}
	return nil
}

func TestTheOnlyOneOfManyWhoCanTakeItLeavesNobodyUnchosen(t *testing.T) {
	d := newDesk(t)
	var ids []inbox.AgentID
	for i := range inbox.MaxCandidates + 10 {
		ids = append(ids, d.hire(fmt.Sprint("Agent", i), being(inbox.PresenceOffline)))
	}
	team := d.team("Support", engine.PolicyPatch{}, ids...)
	d.presence(ids[40], inbox.PresenceOnline)
	id := d.queuedIn(team, "c1")
	got := d.decision(id)
	if d.assignee(id) != ids[40] || len(got.Candidates) != inbox.MaxCandidates || got.Reason != "Agent40, the only agent available; 59 others were offline." {
		t.Errorf("decided %+v", got)
	}
	same(t, got.PassedOver, []inbox.PassedOverCount{{Reason: inbox.PassedOverOffline, Count: inbox.MaxCandidates + 9}})
}

type choice struct {
	candidates []inbox.AssignmentCandidate
	passedOver []inbox.PassedOverCount
}

func TestTheChoiceInSQLIsTheChoiceInPlainWords(t *testing.T) {
	t.Parallel()
	for name, size := range map[string][2]int{"small teams": {0, 8}, "more than a decision names": {49, 120}} {
		t.Run(name, func(t *testing.T) {
			d := scratch(t)
			teams := 0
			rapid.Check(t, func(rt *rapid.T) {
				members := rapid.SliceOfN(rapid.Custom(aMember), size[0], size[1]).Draw(rt, "members")
				var assignments []int
				if len(members) > 0 {
					assignments = rapid.SliceOfN(rapid.IntRange(0, len(members)-1), 0, 3*len(members)).Draw(rt, "assignments")
				}
				by := rapid.Custom(aChoosing(len(members))).Draw(rt, "by")
				teams++
				got, err := store.Update(t.Context(), d, func(tx *store.Tx) (choice, error) {
					team := &inbox.Team{Name: fmt.Sprint(teams), Policy: by.policy, CreatedAt: 1}
					if err := tx.InsertTeam(team, team.Name); err != nil {
						return choice{}, err
					}
					if err := staff(tx, team.ID, members, assignments); err != nil {
						return choice{}, err
					}
					chosen, err := tx.Choose(by.stored(team.ID, members))
					return choice{chosen.Candidates, chosen.PassedOver}, err
				})
				if err != nil {
					rt.Fatal(err)
				}
				got.check(rt, members, by)
			})
		})
	}
}

func (got choice) check(t *rapid.T, members []member, by choosing) {
	winner, want := choose(members, by)
	counts := make(map[inbox.PassedOverReason]int32)
	for _, c := range got.passedOver {
		if _, twice := counts[c.Reason]; twice || c.Count == 0 {
			t.Errorf("%s is counted as %d, or twice", c.Reason, c.Count)
		}
		counts[c.Reason] = c.Count
	}
	if fmt.Sprint(counts) != fmt.Sprint(want) {
		t.Errorf("passed over %v, want %v", counts, want)
	}
	if n := min(len(members), inbox.MaxCandidates); len(got.candidates) != n {
		t.Fatalf("%d candidates, want %d", len(got.candidates), n)
	}
	byID := make(map[inbox.AgentID]int)
	for i, m := range members {
		byID[m.id] = i
	}
	var chosen inbox.AgentID
	for i, c := range got.candidates {
		m := members[byID[c.AgentID]]
		reason := m.passedOver(byID[c.AgentID], members, by)
		switch {
		case i == 0 && c.PassedOver == nil:
			chosen = c.AgentID
		case c.PassedOver == nil:
			t.Errorf("candidate %d is a second winner", i)
		case reason == "" && *c.PassedOver != inbox.PassedOverNotChosen, reason != "" && *c.PassedOver != reason:
			t.Errorf("%v was passed over as %s, want %q", c.AgentID, *c.PassedOver, reason)
		}
		if i > 0 && got.candidates[i-1].PassedOver != nil && !got.candidates[i-1].Eligible() && c.Eligible() {
			t.Errorf("candidate %d could be assigned and stands behind one that could not", i)
		}
		if c.OpenConversations != m.open || (c.LastAssignedAt == nil) != (m.assignedAt == 0) || c.LastAssignedAt != nil && *c.LastAssignedAt != m.assignedAt {
			t.Errorf("%v is shown as %+v, and is %+v", c.AgentID, c, m)
		}
	}
	if chosen != winner {
		t.Errorf("chose %v, want %v", chosen, winner)
	}
}

// scratch opens a database without a valid history.
func scratch(t *testing.T) *store.DB {
	t.Helper()
	db := must(store.Open(t.Context(), store.Options{Path: t.TempDir() + "/foyer.db"}))
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return db
}
