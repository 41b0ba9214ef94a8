package engine_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// shift is a desk where random things happen that assignment depends on.
type shift struct {
	*desk
	agents []inbox.AgentID
	teams  []inbox.TeamID
	own    []inbox.WorkflowID // workflows that assign by a policy of their own
	now    *picture           // after the last move

	connected map[inbox.AgentID]func() // what closes the connections of agents
}

// move is one thing that happens: what, and to whom, by numbers that are taken modulo how many there are.
type move struct{ kind, a, b, c int }

func (m move) String() string {
	return fmt.Sprintf("%s(%d, %d, %d)", moves[m.kind].name, m.a, m.b, m.c)
}

func randomMoves(seed uint64, n int) []move {
	r := rand.New(rand.NewPCG(seed, 11))
	var often []int
	for kind, m := range moves {
		for range m.often {
			often = append(often, kind)
		}
	}
	list := make([]move, n)
	for i := range list {
		list[i] = move{often[r.IntN(len(often))], r.IntN(840), r.IntN(840), r.IntN(840)}
	}
	return list
}

// pick returns one of a list.
func pick[T any](n int, of ...T) T { return of[n%len(of)] }

// maybe returns none half of the time.
func maybe[T any](n int, of ...T) *T {
	if n%2 == 0 {
		return nil
	}
	return new(of[n/2%len(of)])
}

var skills, languages = []string{"billing", "sales"}, []string{"de", "de-AT", "fr"}

// subset returns some of a list, which may be none.
func subset(n int, of []string) []string {
	some := []string{}
	for i, v := range of {
		if n>>i&1 == 1 {
			some = append(some, v)
		}
	}
	return some
}

// moves are what can happen, and how often it does.
var moves = []struct {
	name  string
	often int
	do    func(x *shift, m move) error
}{
	{"arrives", 18, func(x *shift, m move) error {
		in := x.message(fmt.Sprint("c", m.a%24), pick(m.b, "for one", "for one", "for two", "for three", "for anybody", "for a biller", "for my agent",
			"for a speaker", "for whoever", "for anybody who speaks", "for my agent anywhere", "for nobody yet"))
		in.Contact.Language = maybe(m.c, languages...)
		_, err := x.MessageReceive(x.ctx(), x.key, in)
		return err
	}},
	{"closes", 2, func(x *shift, m move) error {
		_, err := x.ConversationClose(x.ctx(), x.owner, engine.ConversationCloseInput{ConversationID: x.conversationAt(m.a)})
		return err
	}},
	{"closes one with an agent", 4, func(x *shift, m move) error {
		_, err := x.ConversationClose(x.ctx(), x.owner, engine.ConversationCloseInput{ConversationID: x.assignedAt(m.a)})
		return err
	}},
	{"is online or not", 10, func(x *shift, m move) error {
		_, err := x.PresenceSet(x.ctx(), x.owner, engine.PresenceSetInput{AgentID: &x.agents[m.a%len(x.agents)],
			Presence: pick(m.b, inbox.PresenceOnline, inbox.PresenceOnline, inbox.PresenceBusy, inbox.PresenceOffline)})
		return err
	}},
	{"all go home", 1, func(x *shift, m move) error {
		for _, id := range x.agents {
			if _, err := x.PresenceSet(x.ctx(), x.owner, engine.PresenceSetInput{AgentID: &id, Presence: inbox.PresenceOffline}); err != nil {
				return err
			}
		}
		return nil
	}},
	{"is online or not for a while", 2, func(x *shift, m move) error {
		_, err := x.PresenceSet(x.ctx(), x.owner, engine.PresenceSetInput{AgentID: &x.agents[m.a%len(x.agents)],
			Presence: pick(m.b, inbox.PresenceOnline, inbox.PresenceBusy, inbox.PresenceOffline), Until: new(x.now.now.Add(time.Duration(1+m.c%20) * time.Minute))})
		return err
	}},
	{"opens or closes the laptop", 5, func(x *shift, m move) error {
		id := x.agents[m.a%len(x.agents)]
		if disconnect := x.connected[id]; disconnect != nil {
			delete(x.connected, id)
			disconnect()
		} else if x.agent(id).DisabledAt == nil {
			x.connected[id] = x.connect(id)
		}
		return nil
	}},
	{"assigns by policy", 2, func(x *shift, m move) error {
		_, err := x.ConversationAssign(x.ctx(), x.owner, engine.ConversationAssignInput{ConversationID: x.conversationAt(m.a)})
		return err
	}},
	{"assigns by hand", 2, func(x *shift, m move) error {
		_, err := x.ConversationAssign(x.ctx(), x.owner, engine.ConversationAssignInput{ConversationID: x.conversationAt(m.a),
			AgentID: &x.agents[m.b%len(x.agents)], OverCapacity: m.c%2 == 0, OnlyIfUnassigned: m.c%3 == 0})
		return err
	}},
	{"unassigns", 1, func(x *shift, m move) error {
		_, err := x.ConversationUnassign(x.ctx(), x.owner, x.conversationAt(m.a))
		return err
	}},
	{"routes", 3, func(x *shift, m move) error {
		in := engine.RoutePatch{ConversationID: x.conversationAt(m.a), Team: engine.SetTo(x.teams[m.b%len(x.teams)]),
			Priority: maybe(m.c, inbox.PriorityLow, inbox.PriorityNormal, inbox.PriorityHigh, inbox.PriorityUrgent)}
		if m.b%5 == 0 {
			in.Team = engine.Patch[inbox.TeamID]{Set: m.b%2 == 0}
		}
		_, err := x.ConversationRoute(x.ctx(), x.owner, in)
		return err
	}},
	{"snoozes", 2, func(x *shift, m move) error {
		in := engine.ConversationSnoozeInput{ConversationID: x.conversationAt(m.a), Until: new(x.now.now.Add(time.Duration(1+m.b%30) * time.Minute))}
		if m.c%3 == 0 {
			in.Until, in.UntilTeamOpens = nil, new(true)
		}
		_, err := x.ConversationSnooze(x.ctx(), x.owner, in)
		return err
	}},
	{"wakes", 1, func(x *shift, m move) error {
		_, err := x.ConversationWake(x.ctx(), x.owner, x.conversationAt(m.a))
		return err
	}},
	{"answers", 1, func(x *shift, m move) error {
		agent := x.agents[m.b%len(x.agents)]
		_, err := x.MessageSend(x.ctx(), x.caller(agent), engine.MessageSendInput{ConversationID: x.conversationAt(m.a), Text: new("Yes")})
		return err
	}},
	{"may have more or less", 2, func(x *shift, m move) error {
		_, err := x.AgentUpdate(x.ctx(), x.owner, engine.AgentPatch{ID: x.agents[m.a%len(x.agents)],
			MaxOpen: engine.Patch[int32]{Set: true, Value: maybe(m.b, int32(1), 2, 3)}})
		return err
	}},
	{"learns and forgets", 2, func(x *shift, m move) error {
		in := engine.AgentPatch{ID: x.agents[m.a%len(x.agents)]}
		if m.c%2 == 0 {
			in.Skills = subset(m.b, skills)
		} else {
			in.Languages = subset(m.b, languages)
		}
		_, err := x.AgentUpdate(x.ctx(), x.owner, in)
		return err
	}},
	{"leaves the company or is back", 2, func(x *shift, m move) error {
		_, err := x.AgentUpdate(x.ctx(), x.owner, engine.AgentPatch{ID: x.agents[m.a%len(x.agents)], Disabled: new(m.b%3 == 0)})
		return err
	}},
	{"joins or leaves", 2, func(x *shift, m move) error {
		in := engine.TeamPatch{ID: x.teams[m.a%len(x.teams)], AddMemberIDs: []inbox.AgentID{x.agents[m.b%len(x.agents)]}}
		if m.c%2 == 0 {
			in.AddMemberIDs, in.RemoveMemberIDs = nil, in.AddMemberIDs
		}
		_, err := x.TeamUpdate(x.ctx(), x.owner, in)
		return err
	}},
	{"has another policy", 4, func(x *shift, m move) error {
		_, err := x.TeamUpdate(x.ctx(), x.owner, engine.TeamPatch{ID: x.teams[m.a%len(x.teams)], Policy: policyPart(m.b, m.c)})
		return err
	}},
	{"has other hours", 2, func(x *shift, m move) error {
		hours := engine.Patch[inbox.Hours]{Set: true}
		if m.b%3 > 0 {
			every := []string{pick(m.c, "09:00-09:30", "09:20-17:00", "10:00-23:00", "09:00-11:00", "00:00-24:00")}
			hours.Value = &inbox.Hours{TimeZone: "UTC", Week: inbox.Week{Mon: every, Tue: every, Wed: every, Thu: every, Fri: every, Sat: every, Sun: every}}
		}
		_, err := x.TeamUpdate(x.ctx(), x.owner, engine.TeamPatch{ID: x.teams[m.a%len(x.teams)], Hours: hours})
		return err
	}},
	{"speaks another language", 3, func(x *shift, m move) error {
		_, err := x.ContactUpdate(x.ctx(), x.owner, engine.ContactPatch{ID: x.contactAt(m.a),
			Language: engine.Patch[string]{Set: true, Value: maybe(m.b, languages...)}})
		return err
	}},
	{"has another owner", 4, func(x *shift, m move) error {
		_, err := x.ContactUpdate(x.ctx(), x.owner, engine.ContactPatch{ID: x.contactAt(m.a),
			Owner: engine.Patch[inbox.AgentID]{Set: true, Value: maybe(m.b, x.agents...)}})
		return err
	}},
	{"is blocked or not", 1, func(x *shift, m move) error {
		_, err := x.ContactUpdate(x.ctx(), x.owner, engine.ContactPatch{ID: inbox.ContactID(1 + m.a%24), Blocked: new(m.b%3 == 0)})
		return err
	}},
	{"time passes", 4, func(x *shift, m move) error {
		x.clock.move(pick(m.a, time.Second, time.Second, time.Minute, time.Minute, 3*time.Minute, 11*time.Minute, time.Hour, 22*time.Hour))
		return nil
	}},
	{"timers fire", 4, func(x *shift, m move) error {
		x.FireDue(x.ctx())
		return nil
	}},
}

// policyPart changes one part of a policy.
func policyPart(part, n int) *engine.PolicyPatch {
	switch part % 11 {
	case 0:
		return &engine.PolicyPatch{Strategy: new(pick(n, inbox.StrategyRoundRobin, inbox.StrategyLeastOpen, inbox.StrategyLongestIdle, inbox.StrategyManual))}
	case 1:
		return &engine.PolicyPatch{OnlineOnly: new(n%3 > 0)}
	case 2:
		return &engine.PolicyPatch{MaxOpen: engine.Patch[int32]{Set: true, Value: maybe(n, int32(1), 2, 3)}}
	case 3:
		return &engine.PolicyPatch{RequireSkills: subset(n%5, skills)}
	case 4:
		return &engine.PolicyPatch{MatchLanguage: new(n%2 == 0)}
	case 5, 6:
		sticky := &engine.PolicyPatch{Sticky: new(pick(n, inbox.StickyOff, inbox.StickyPrefer, inbox.StickyRequireUntil, inbox.StickyRequireUntil))}
		if *sticky.Sticky == inbox.StickyRequireUntil {
			sticky.StickyWait = engine.SetTo(inbox.Duration(pick(n/4, 120, 600, 7200)))
		}
		return sticky
	case 9:
		return &engine.PolicyPatch{ReassignWhenOffline: engine.Patch[inbox.Duration]{Set: true, Value: maybe(n, inbox.Duration(60), 600)}}
	case 10:
		return &engine.PolicyPatch{ReassignWhenNoReply: engine.Patch[inbox.Duration]{Set: true, Value: maybe(n, inbox.Duration(60), 600)}}
	case 7:
		return &engine.PolicyPatch{KeepOwner: new(n%3 > 0)}
	default:
		return &engine.PolicyPatch{HeadStarts: &engine.HeadStartsInput{High: new(inbox.Duration(pick(n, 0, 600, 14400))), Low: new(inbox.Duration(-600))}}
	}
}

// newShift opens one where agents have little room (0) or much (1).
func newShift(d *desk, room int32) *shift {
	x := &shift{desk: d, connected: make(map[inbox.AgentID]func())}
	for i := range 5 {
		x.agents = append(x.agents, d.hire(string(rune('A'+i)), being([]inbox.Presence{inbox.PresenceOnline, inbox.PresenceOffline}[i%2]),
			func(a *inbox.Agent) { a.Skills, a.Languages = subset(i, skills), subset(i, languages) }))
	}
	// Where there is little room most wait for that; where there is much, for what they require.
	one, two, three := limit(1+9*room), limit(2+9*room), requiring(10*time.Minute)
	two.MatchLanguage, three.MaxOpen = new(true), engine.SetTo(1+9*room)
	x.teams = []inbox.TeamID{d.team("One", one, x.agents[:3]...), d.team("Two", two, x.agents[2:]...), d.team("Three", three, x.agents...)}
	for text, steps := range map[string]string{
		"for one":                "{ team: One }, { by: team }",
		"for two":                "{ team: Two, priority: HIGH }, { by: team, timeout: PT20M }",
		"for three":              "{ team: Three }, { by: team }",
		"for anybody":            "{ priority: LOW }, { by: workspace }",
		"for whoever":            "{ team: Two }, { by: workspace }",
		"for a biller":           "{ team: One }, { by: team, policy: { requireSkills: [billing], onlineOnly: false } }",
		"for my agent":           "{ team: Two }, { by: team, policy: { sticky: REQUIRE_UNTIL, stickyWait: PT10M } }",
		"for a speaker":          "{ team: Three }, { by: team, policy: { matchLanguage: true, maxOpen: 3 } }",
		"for anybody who speaks": "{ priority: URGENT }, { by: workspace, policy: { matchLanguage: true } }",
		"for my agent anywhere":  "{ priority: HIGH }, { by: workspace, policy: { sticky: REQUIRE_UNTIL, stickyWait: PT1H } }",
	} {
		route, assign, _ := strings.Cut(steps, "}, {")
		published := d.publish(fmt.Sprintf(`
format: 1
name: A message %s
trigger: { on: conversation.opened, when: { field: message.text, op: equals, value: %s } }
steps:
  - key: to
    route: %s}
  - key: who
    assign: {%s
`, text, text, route, assign))
		if strings.Contains(assign, "policy") || strings.Contains(assign, "workspace") {
			x.own = append(x.own, published.ID)
		}
	}
	d.defaultTeam(x.teams[0])
	x.now = d.picture()
	return x
}

// conversationAt returns an open conversation.
func (x *shift) conversationAt(n int) inbox.ConversationID {
	if len(x.now.open) == 0 {
		return 1
	}
	return x.now.open[n%len(x.now.open)].ID
}

// contactAt returns a contact, mostly one who waits.
func (x *shift) contactAt(n int) inbox.ContactID {
	for i := range x.now.open {
		if c := x.now.open[(n+i)%len(x.now.open)]; c.QueueKey != nil && n%4 > 0 {
			return c.ContactID
		}
	}
	return inbox.ContactID(1 + n%24)
}

// assignedAt returns an open conversation that has an assignee.
func (x *shift) assignedAt(n int) inbox.ConversationID {
	for i := range x.now.open {
		if c := x.now.open[(n+i)%len(x.now.open)]; c.AssigneeID != nil {
			return c.ID
		}
	}
	return 1
}

// make lets a move happen, and returns what is wrong afterwards. That the move is refused is fine.
func (x *shift) make(m move) []string {
	before, head := x.now, x.db.HeadNumber()
	if err := moves[m.kind].do(x, m); err != nil {
		if _, refused := errors.AsType[*inbox.Error](err); !refused {
			return []string{err.Error()}
		}
	}
	x.now = x.picture()
	return append(x.now.wrong(), before.overtaken(x.now, x.events(head), x.decisionsAfter(head), x.plain)...)
}

// plain reports whether a run is of a workflow that assigns by its team's policy alone.
func (x *shift) plain(id inbox.WorkflowRunID) bool {
	runs := view(x.desk, func(r *store.ReadTx) ([]*inbox.WorkflowRun, error) { return r.Runs([]inbox.WorkflowRunID{id}) })
	return !slices.Contains(x.own, runs[0].WorkflowID)
}

// decisionsAfter returns the decisions that events after one refer to.
func (d *desk) decisionsAfter(head int64) map[inbox.DecisionID]*inbox.AssignmentDecision {
	d.Helper()
	var ids []inbox.DecisionID
	for _, event := range d.events(head) {
		if e, ok := event.(*inbox.ConversationAssigned); ok && e.DecisionID != nil {
			ids = append(ids, *e.DecisionID)
		}
	}
	found := make(map[inbox.DecisionID]*inbox.AssignmentDecision)
	for _, decision := range view(d, func(r *store.ReadTx) ([]*inbox.AssignmentDecision, error) { return r.Decisions(ids) }) {
		found[decision.ID] = decision
	}
	return found
}

// play makes moves until something is wrong, and returns what, and after how many.
func (x *shift) play(list []move) ([]string, int) {
	for i, m := range list {
		if wrong := x.make(m); len(wrong) > 0 {
			return wrong, i + 1
		}
	}
	return x.calm(), len(list)
}

// calm lets everybody who is left be able to do everything, come online and have room, and lets timers fire. It returns what is
// wrong on the way, and what still waits.
func (x *shift) calm() []string {
	var wrong []string
	step := func(fn func() error) {
		before, head := x.now, x.db.HeadNumber()
		if err := fn(); err != nil {
			wrong = append(wrong, err.Error())
		}
		x.now = x.picture()
		wrong = append(append(wrong, x.now.wrong()...), before.overtaken(x.now, x.events(head), x.decisionsAfter(head), x.plain)...)
	}
	for _, team := range x.teams {
		step(func() error {
			_, err := x.TeamUpdate(x.ctx(), x.owner, engine.TeamPatch{ID: team, AddMemberIDs: x.agents, Hours: engine.Patch[inbox.Hours]{Set: true},
				Policy: &engine.PolicyPatch{Strategy: new(inbox.StrategyRoundRobin)}})
			return err
		})
	}
	for _, agent := range x.agents {
		step(func() error {
			_, err := x.AgentUpdate(x.ctx(), x.owner, engine.AgentPatch{ID: agent, Disabled: new(false), Skills: slices.Clone(skills), Languages: slices.Clone(languages), MaxOpen: engine.SetTo[int32](100)})
			return err
		})
		step(func() error {
			_, err := x.PresenceSet(x.ctx(), x.owner, engine.PresenceSetInput{AgentID: &agent, Presence: inbox.PresenceOnline})
			return err
		})
	}
	step(func() error { x.FireDue(x.ctx()); return nil })
	for _, c := range x.now.open {
		if c.QueueKey != nil {
			wrong = append(wrong, fmt.Sprintf("%s waits still, by %s: %+v", c.ID, c.QueuePolicy, c))
		}
	}
	return wrong
}

// fewest leaves out what moves it can so that something is still wrong.
func fewest(t *testing.T, room int32, list []move) ([]move, []string) {
	play := func(list []move) ([]string, int) {
		d := newTrialDesk(t)
		defer func() { _ = d.db.Close() }()
		return newShift(d, room).play(list)
	}
	wrong, n := play(list)
	list = list[:n]
	for size := max(1, len(list)/2); size > 0; size /= 2 {
		for at := 0; at+size <= len(list); {
			fewer := slices.Delete(slices.Clone(list), at, at+size)
			if still, n := play(fewer); len(still) > 0 {
				list, wrong = fewer[:n], still
			} else {
				at += size
			}
		}
	}
	return list, wrong
}

func TestNoAgentIsFreeWhileAConversationWaitsForOneWhateverHappens(t *testing.T) {
	t.Parallel()
	seeds, each := uint64(10), 200
	if soak() {
		seeds, each = 200, 400
	}
	for seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			x := newShift(newDesk(t), int32(seed%2))
			list := randomMoves(seed, each)
			if wrong, n := x.play(list); len(wrong) > 0 {
				few, wrong := fewest(t, int32(seed%2), list[:n])
				t.Fatalf("%s\nafter\n%s", strings.Join(wrong, "\n"), fmt.Sprint(few))
			}
		})
	}
}
