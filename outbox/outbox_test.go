package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"foyer/inbox"
	"foyer/outbox"
	"foyer/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// post performs tasks by delivering their payloads, or as deliver says.
type post struct {
	*outbox.Outbox[string]
	db        *store.DB
	subjects  int64 // each task has its own
	now       time.Time
	deliver   func(t *store.Task) (outbox.Result[string], error)
	delivered []string
	attempts  []outbox.AttemptOutcome
}

func newPost(t *testing.T) *post {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "foyer.db"), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	p := &post{db: db, now: time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)}
	p.deliver = func(t *store.Task) (outbox.Result[string], error) {
		return outbox.Result[string]{Outcome: t.Payload}, nil
	}
	p.Outbox = outbox.New(db, p, outbox.Options{Clock: func() time.Time { return p.now }, Logger: slog.New(slog.DiscardHandler),
		OnAttempt: func(a outbox.Attempt) { p.attempts = append(p.attempts, a.Outcome) }})
	return p
}

func (p *post) Perform(_ context.Context, t *store.Task) (outbox.Result[string], error) {
	return p.deliver(t)
}

func (p *post) Complete(ctx context.Context, _ *store.Task, outcome string, finish outbox.Finish) (bool, error) {
	return p.finish(ctx, outcome, finish)
}

func (p *post) GiveUp(ctx context.Context, t *store.Task, finish outbox.Finish) (bool, error) {
	return p.finish(ctx, "gave up "+t.Payload, finish)
}

func (p *post) finish(ctx context.Context, what string, finish outbox.Finish) (bool, error) {
	existed, err := store.Update(ctx, p.db, func(tx *store.Tx) (bool, error) { return finish(tx) })
	if existed {
		p.delivered = append(p.delivered, what)
	}
	return existed, err
}

// add adds a task and returns its id.
func (p *post) add(t *testing.T, lane, payload string) int64 {
	t.Helper()
	p.subjects++
	id, err := store.Update(t.Context(), p.db, func(tx *store.Tx) (int64, error) {
		return p.Add(tx, store.Task{Lane: lane, Kind: store.TaskHTTP, SubjectID: p.subjects, Payload: payload, CreatedAt: inbox.At(p.now)})
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// performDue performs the tasks that are due after some time.
func (p *post) performDue(t *testing.T, after time.Duration) {
	t.Helper()
	p.now = p.now.Add(after)
	if err := p.PerformDue(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (p *post) expect(t *testing.T, delivered string, attempts ...outbox.AttemptOutcome) {
	t.Helper()
	if got := strings.Join(p.delivered, ", "); got != delivered || !slices.Equal(p.attempts, attempts) {
		t.Errorf("delivered are %q by %v, want %q by %v", got, p.attempts, delivered, attempts)
	}
}

func TestTasksOfALaneArePerformedInOrderAndWaitForThoseThatFail(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	failures := 2
	p.deliver = func(t *store.Task) (outbox.Result[string], error) {
		if t.Payload == "a1" && failures > 0 {
			failures--
			return outbox.Result[string]{Retry: true, After: 10 * time.Second}, nil
		}
		return outbox.Result[string]{Outcome: fmt.Sprint(t.Payload, " after ", t.Attempts), Failed: t.Payload == "b1"}, nil
	}
	p.add(t, "a", "a1")
	p.add(t, "a", "a2")
	p.add(t, "b", "b1")
	p.performDue(t, 0)
	p.performDue(t, 9*time.Second)
	p.expect(t, "b1 after 0", outbox.AttemptRetry, outbox.AttemptFailed)
	p.performDue(t, time.Second)
	p.performDue(t, 10*time.Second)
	p.expect(t, "b1 after 0, a1 after 2, a2 after 0", outbox.AttemptRetry, outbox.AttemptFailed, outbox.AttemptRetry,
		outbox.AttemptDone, outbox.AttemptDone)
	if n, err := p.Waiting(t.Context()); n != 0 || err != nil {
		t.Errorf("%d wait, %v", n, err)
	}
}

func TestATaskThatTheServerFailsFiveTimesIsGivenUp(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	broken := errors.New("broken")
	p.deliver = func(*store.Task) (outbox.Result[string], error) { return outbox.Result[string]{}, broken }
	p.add(t, "a", "a1")
	for range 4 {
		p.performDue(t, time.Minute)
	}
	p.deliver = func(*store.Task) (outbox.Result[string], error) { panic(broken) }
	p.performDue(t, time.Minute)
	p.expect(t, "gave up a1", outbox.AttemptInterrupted, outbox.AttemptInterrupted, outbox.AttemptInterrupted,
		outbox.AttemptInterrupted, outbox.AttemptInterrupted, outbox.AttemptFailed)
}

func TestNothingFollowsFromATaskThatIsDroppedUnderWay(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	id := p.add(t, "a", "a1")
	p.deliver = func(*store.Task) (outbox.Result[string], error) {
		_, err := store.Update(t.Context(), p.db, func(tx *store.Tx) (struct{}, error) { return struct{}{}, p.Drop(tx, id) })
		return outbox.Result[string]{Outcome: "a1"}, err
	}
	p.performDue(t, 0)
	p.expect(t, "", outbox.AttemptDropped)
}
