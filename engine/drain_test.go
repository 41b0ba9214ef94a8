package engine_test

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// crowd is a team with many agents, all OFFLINE, and many conversations that wait for them. Its rows are stored directly and
// not by use cases, which would take long, so it has no history to verify.
type crowd struct {
	e      *engine.Engine
	db     *store.DB
	clock  *clock
	owner  inbox.Caller
	team   inbox.TeamID
	agents []inbox.AgentID
	reads  atomic.Int64 // statements that a use case has read with, at most, since it was last reset
}

func newCrowd(t testing.TB, agents, waiting int, limit int32) *crowd {
	t.Helper()
	clock, silent := newClock(), slog.New(slog.DiscardHandler)
	x := &crowd{clock: clock, owner: inbox.Caller{Actor: inbox.BySystem(), Role: inbox.RoleOwner, Visibility: inbox.VisibilityAll}}
	x.db = must(store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "foyer.db"), Clock: clock.Now, Logger: silent,
		OnBatch: func(report store.BatchReport) { x.reads.Store(max(x.reads.Load(), int64(report.Reads))) }}))
	t.Cleanup(func() { _ = x.db.Close() })
	x.e = engine.New(x.db, engine.Options{Clock: clock.Now, Logger: silent})
	must(store.Update(t.Context(), x.db, func(tx *store.Tx) (struct{}, error) { return struct{}{}, x.fill(tx, agents, waiting, limit) }))
	return x
}

func (x *crowd) fill(tx *store.Tx, agents, waiting int, limit int32) error {
	at := inbox.At(x.clock.Now())
	team := &inbox.Team{Name: "Support", Policy: inbox.DefaultPolicy(), CreatedAt: at}
	team.Policy.MaxOpen = &limit
	if err := tx.InsertTeam(team, "support"); err != nil {
		return err
	}
	x.team = team.ID
	for i := range agents {
		a := &inbox.Agent{Name: fmt.Sprint("Agent", i), Email: fmt.Sprint(i), Role: inbox.RoleOwner, Visibility: inbox.VisibilityAll,
			Presence: inbox.PresenceOffline, LastActivityAt: at, CreatedAt: at}
		if err := tx.InsertAgent(a, a.Email, "none"); err != nil {
			return err
		}
		if _, err := tx.AddMember(team.ID, a.ID); err != nil {
			return err
		}
		x.agents = append(x.agents, a.ID)
	}
	for i := range waiting {
		contact := &inbox.Contact{ID: inbox.ContactID(tx.Next(store.ContactIDs)), CreatedAt: at}
		if err := tx.InsertContact(contact); err != nil {
			return err
		}
		began := new(at.Add(time.Duration(i) * time.Millisecond))
		if err := tx.InsertConversation(&inbox.Conversation{Status: inbox.Open, Source: inbox.SourceContact, OpenedBy: inbox.ByContact(contact.ID),
			Priority: inbox.PriorityNormal, ContactID: contact.ID, TeamID: &team.ID, QueuedAt: began, QueueKey: began, WaitsSince: began,
			OpenedAt: *began, LastActivityAt: *began}); err != nil {
			return err
		}
	}
	if err := tx.AddQueueLength(team.ID, waiting); err != nil {
		return err
	}
	x.clock.move(time.Hour)
	return tx.AddCounts(map[inbox.Scope]store.Counts{{Team: team.ID}: {Open: waiting, Queued: waiting}})
}

func (x *crowd) online(t testing.TB, id inbox.AgentID) {
	t.Helper()
	must(x.e.PresenceSet(t.Context(), x.owner, engine.PresenceSetInput{AgentID: &id, Presence: inbox.PresenceOnline}))
}

// readBy returns the most statements that a use case called by fn has read with.
func (x *crowd) readBy(t testing.TB, fn func()) int {
	t.Helper()
	settle := func() { // a batch is reported after it is answered, and before the next begins
		must(store.Update(t.Context(), x.db, func(*store.Tx) (struct{}, error) { return struct{}{}, nil }))
	}
	settle()
	x.reads.Store(0)
	fn()
	settle()
	return int(x.reads.Load())
}

// assigned returns the conversations in the order in which they were assigned.
func (x *crowd) assigned(t testing.TB) []inbox.ConversationID {
	t.Helper()
	records := must(store.View(t.Context(), x.db, func(r *store.ReadTx) ([]inbox.EventRecord, error) { return r.Events(0, 1_000_000) }))
	var ids []inbox.ConversationID
	for _, record := range records {
		if e, ok := must(record.Event()).(*inbox.ConversationAssigned); ok {
			ids = append(ids, e.ConversationID)
		}
	}
	return ids
}

func TestAThousandWaitingConversationsAreTakenInOrderByFiftyAgentsWhoComeOnlineAtOnce(t *testing.T) {
	t.Parallel()
	const agents, waiting, each = 50, 1000, 15
	x := newCrowd(t, agents, waiting, each)
	atOnce(agents, func(i int) { x.online(t, x.agents[i]) })
	x.e.FireDue(t.Context())
	got := x.assigned(t)
	if len(got) != agents*each || !slices.IsSorted(got) || got[len(got)-1] != inbox.ConversationID(len(got)) {
		t.Errorf("%d were assigned, %v; want the first %d in order", len(got), got, agents*each)
	}
	for _, a := range must(store.View(t.Context(), x.db, func(r *store.ReadTx) ([]*inbox.Agent, error) { return r.Agents(x.agents) })) {
		if a.OpenConversations != each {
			t.Errorf("%v has %d, want %d", a.ID, a.OpenConversations, each)
		}
	}
}

// The difference between use cases that decide more and less is the cost of their decisions.
func TestADecisionReadsWithAtMostFiveStatementsHoweverManyAgentsAndConversationsThereAre(t *testing.T) {
	t.Parallel()
	const one, more = 2, 22
	for _, size := range [][2]int{{10, 10}, {10, 10_000}, {100, 100}, {100, 10_000}, {1000, 100}, {1000, 10_000}} {
		t.Run(fmt.Sprintf("%d agents, %d conversations", size[0], size[1]), func(t *testing.T) {
			if size[1] < more {
				size[1] = 2 * more
			}
			x := newCrowd(t, size[0], size[1], more)
			must(x.e.AgentUpdate(t.Context(), x.owner, engine.AgentPatch{ID: x.agents[0], MaxOpen: engine.SetTo[int32](one)}))
			few := x.readBy(t, func() { x.online(t, x.agents[0]) })
			many := x.readBy(t, func() { x.online(t, x.agents[1]) })
			if n := len(x.assigned(t)); n != one+more {
				t.Fatalf("%d were assigned, want %d", n, one+more)
			}
			if each := float64(many-few) / (more - one); each > 5 {
				t.Errorf("a decision reads with %.2f statements, want at most 5", each)
			}
		})
	}
}

// BenchmarkDrain brings fifty agents online to a thousand conversations that wait.
func BenchmarkDrain(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		x := newCrowd(b, 50, 1000, 20)
		b.StartTimer()
		for _, id := range x.agents {
			x.online(b, id)
		}
		x.e.FireDue(b.Context())
		b.StopTimer()
		if n := len(x.assigned(b)); n != 1000 {
			b.Fatalf("%d were assigned", n)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(b.N*1000)/b.Elapsed().Seconds(), "decisions/s")
}

// BenchmarkDecision has an agent who takes one conversation each time come and go.
func BenchmarkDecision(b *testing.B) {
	for _, agents := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("agents=%d", agents), func(b *testing.B) {
			x := newCrowd(b, agents, 20_000, 1)
			for i := 0; b.Loop(); i++ {
				must(x.e.AgentUpdate(b.Context(), x.owner, engine.AgentPatch{ID: x.agents[0], MaxOpen: engine.SetTo(int32(i + 1))}))
				x.online(b, x.agents[0])
			}
		})
	}
}
