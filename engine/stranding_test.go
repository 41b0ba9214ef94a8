package engine_test

import (
	"errors"
	"fmt"
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
	now    *picture // after the last move

	connected map[inbox.AgentID]func() // what closes the connections of agents
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
		d.publish(fmt.Sprintf(`
format: 1
name: A message %s
trigger: { on: conversation.opened, when: { field: message.text, op: equals, value: %s } }
steps:
  - key: to
    route: %s}
  - key: who
    assign: {%s
`, text, text, route, assign))
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
	return append(x.now.wrong(), before.overtaken(x.now, x.events(head), x.decisionsAfter(head))...)
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
		wrong = append(append(wrong, x.now.wrong()...), before.overtaken(x.now, x.events(head), x.decisionsAfter(head))...)
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
	t.Helper()
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

func TestAConversationThatIsTakenFromItsAgentPassesThoseWhoAskForLess(t *testing.T) {
	d := newDesk(t)
	ana, bo := d.hire("Ana"), d.hire("Bo")
	policy := limit(1)
	policy.ReassignWhenOffline = engine.SetTo[inbox.Duration](60)
	team := d.team("Support", policy, ana, bo)
	d.publish(`
format: 1
name: Whoever is there
trigger: { on: conversation.opened, when: { field: message.text, op: equals, value: "It burns" } }
steps:
  - key: to
    route: { team: Support }
  - key: who
    assign: { by: team, policy: { maxOpen: 3 } }
`)
	for _, contact := range []string{"c1", "c2", "c3"} {
		d.queuedIn(team, contact)
	}
	id := d.say("c4", "It burns").Conversation.ID
	if d.assignee(id) != ana {
		t.Fatal("Ana does not have it")
	}
	d.presence(ana, inbox.PresenceOffline)
	before, head := d.picture(), d.db.HeadNumber()
	d.later(time.Minute)
	if d.assignee(id) != bo {
		t.Errorf("%v has it, want Bo, who may have three of those", d.assignee(id))
	}
	d.right()
	after := d.picture()
	if found := before.overtaken(after, d.events(head), d.decisionsAfter(head)); len(found) > 0 {
		t.Error(found)
	}
	after.conversation(id).QueuePolicy = nil // as if it had asked for no more than the policy of the team
	if found := before.overtaken(after, d.events(head), d.decisionsAfter(head)); len(found) != 1 {
		t.Errorf("found %v, want the conversation that was overtaken", found)
	}
}
