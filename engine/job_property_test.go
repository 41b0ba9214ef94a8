package engine_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// pendingJob is a job that was started on one desk, and whose changes the other has yet to make one by one.
type pendingJob struct {
	id     inbox.JobID
	by     inbox.Caller
	action engine.JobAction
	ids    []inbox.ConversationID
	head   int64
}

// twins are two desks with the same history: what jobs do on one, single mutations do on the other.
type twins struct {
	*testing.T
	random   *rand.Rand
	jobs     *desk
	singles  *desk
	staff    []inbox.Caller
	open     []inbox.ConversationID
	pending  []pendingJob
	contacts int
}

func newTwins(t *testing.T, seed uint64) *twins {
	t.Helper()
	x := &twins{T: t, random: rand.New(rand.NewPCG(seed, 0))}
	for _, to := range []**desk{&x.jobs, &x.singles} {
		d := newDeskHere(t)
		ana := d.hire("Ana", capped(2))
		ben := d.hire("Ben", seeing(inbox.VisibilityTeam))
		cid := d.hire("Cid", being(inbox.PresenceBusy), seeing(inbox.VisibilityAssigned))
		policy := limit(2)
		d.team("Support", policy, ana, ben)
		d.team("Sales", by(inbox.StrategyLeastOpen), ben, cid)
		d.publish("{format: 1, name: Thanks, trigger: {on: conversation.closed}, steps: [{key: a, note: {text: Bye}}]}")
		x.staff = []inbox.Caller{d.owner, d.caller(ana), d.caller(ben), d.caller(cid), d.key}
		*to = d
	}
	return x
}

// both does the same on both desks, which must answer the same.
func (x *twins) both(do func(d *desk) error) {
	x.Helper()
	if a, b := codeOf(x.T, do(x.jobs)), codeOf(x.T, do(x.singles)); a != b {
		x.Fatalf("the desks answer %q and %q", a, b)
	}
}

// codeOf returns the code of a user error, or "" for none.
func codeOf(t testing.TB, err error) inbox.Code {
	t.Helper()
	if own, ok := errors.AsType[*inbox.Error](err); ok {
		return own.Code
	}
	if err != nil {
		t.Fatal(err)
	}
	return ""
}

// action returns a random action.
func (x *twins) action() engine.JobAction {
	agent := x.staff[x.random.IntN(4)].Actor.Agent()
	team := inbox.TeamID(1 + x.random.IntN(2))
	until := inbox.At(x.jobs.clock.Now().Add(time.Duration(1+x.random.IntN(90)) * time.Minute))
	return []engine.JobAction{
		{Assign: &engine.ConversationAssignInput{AgentID: &agent}},
		{Assign: &engine.ConversationAssignInput{}},
		{Assign: &engine.ConversationAssignInput{AgentID: &agent, OnlyIfUnassigned: true}},
		{Unassign: true},
		{Route: &engine.RoutePatch{Team: engine.SetTo(team)}},
		{Route: &engine.RoutePatch{Priority: new(inbox.PriorityUrgent)}},
		{Snooze: &engine.ConversationSnoozeInput{Until: &until}},
		{Wake: true},
		{Tags: &engine.TagsAction{AddTags: []string{fmt.Sprint("t", x.random.IntN(3))}, RemoveTags: []string{fmt.Sprint("t", x.random.IntN(3))}}},
		closing(),
	}[x.random.IntN(10)]
}

func (x *twins) who() inbox.Caller { return x.staff[x.random.IntN(len(x.staff))] }

// step does something at random.
func (x *twins) step() {
	x.Helper()
	switch n := x.random.IntN(10); {
	case n < 4 || len(x.open) == 0:
		x.contacts++
		contact := fmt.Sprint("c", x.random.IntN(1+x.contacts/2))
		x.both(func(d *desk) error {
			_, err := d.MessageReceive(d.ctx(), d.key, d.message(contact, "Hello"))
			return err
		})
		x.open = nil
		for _, c := range x.jobs.picture().open {
			x.open = append(x.open, c.ID)
		}
	case n < 7:
		id, by, action := x.open[x.random.IntN(len(x.open))], x.who(), x.action()
		x.both(func(d *desk) error { return d.singly(by, action, id) })
	case n < 8:
		length := time.Duration(x.random.IntN(40)) * time.Minute
		x.both(func(d *desk) error { d.later(length); return nil })
	case n < 9:
		x.start()
	default:
		x.finish()
	}
}

// start starts a job on one desk.
func (x *twins) start() {
	x.Helper()
	j := pendingJob{by: x.who(), action: x.action(), ids: slices.Clone(x.open), head: x.singles.db.HeadNumber()}
	x.random.Shuffle(len(j.ids), func(a, b int) { j.ids[a], j.ids[b] = j.ids[b], j.ids[a] })
	j.ids = j.ids[:1+x.random.IntN(len(j.ids))]
	started, err := x.jobs.ConversationsChange(x.jobs.ctx(), j.by, engine.ConversationsChange{IDs: j.ids, Action: j.action})
	if err == nil {
		j.id = started.ID
		x.pending = append(x.pending, j)
	} else {
		codeOf(x.T, err)
	}
}

// finish does the jobs on the one desk, and on the other everything that they consist of: the oldest of each account in turn.
func (x *twins) finish() {
	x.Helper()
	x.jobs.DoJobs(x.jobs.ctx())
	for len(x.pending) > 0 {
		var later []pendingJob
		served := make(map[inbox.ActorRef]bool)
		for _, j := range x.pending {
			if served[j.by.Actor] {
				later = append(later, j)
				continue
			}
			served[j.by.Actor] = true
			x.singly(j)
		}
		x.pending = later
	}
	sameTables(x.T, x.jobs, x.singles)
}

// singly makes the changes of a job one by one, and compares what was refused.
func (x *twins) singly(j pendingJob) {
	x.Helper()
	refused := make(map[inbox.ConversationID]inbox.Code)
	for _, id := range j.ids {
		code := inbox.CodeConflict
		hidden := view(x.singles, func(r *store.ReadTx) (bool, error) {
			access := must(engine.AccessOf(&r.Reader, j.by))
			return !access.Sees(must(r.Conversation(id)).Scope()), nil
		})
		if hidden || !x.changedSince(id, j.head) {
			code = codeOf(x.T, x.singles.singly(j.by, j.action, id))
		}
		if code != "" {
			refused[id] = code
		}
	}
	if failures := x.jobs.failures(j.id); !maps.Equal(failures, refused) {
		x.Fatalf("%s (%+v) fails with %v, single mutations with %v", j.id, j.action, failures, refused)
	}
}

// changedSince reports whether the log has a change of status, team or assignee after an event.
func (x *twins) changedSince(id inbox.ConversationID, head int64) bool {
	return slices.ContainsFunc(x.singles.events(head), func(e inbox.Event) bool {
		about, ok := e.(inbox.ConversationEvent)
		if !ok || about.Where().ConversationID != id {
			return false
		}
		return e.Type() == inbox.EventConversationClosed || e.Type() == inbox.EventConversationOpened || about.Where().Before != about.Where().After
	})
}

func TestRandomJobsAmongRandomChangesDoWhatSingleMutationsDo(t *testing.T) {
	t.Parallel()
	seeds, steps := uint64(6), 60
	if soak() {
		seeds, steps = 100, 200
	}
	for seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			x := newTwins(t, seed)
			for range steps {
				x.step()
			}
			x.finish()
		})
	}
}
