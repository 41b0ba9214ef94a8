// Package outbox performs tasks: what the server has decided to do outside the process, such as the requests of workflows.
//
// It owns when tasks run and how often: lanes, whose tasks run one after another, leases, backoff, and what happens when the
// server stops or fails. It does not know what a task does or what follows from it: its Handler does. A task is added in the
// transaction that decides on it and performed at least once, with the same idempotency key in every attempt.
//
// It may import inbox and store. An Outbox is safe for concurrent use; only one may Run on a database at a time, since each
// takes over the lanes that an earlier process left behind.
package outbox

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"time"

	"foyer/inbox"
	"foyer/store"
)

// Handler performs tasks and decides what follows from them. Perform returns an Outcome, which is passed to Complete.
type Handler[Outcome any] interface {
	// Perform carries out a task once, outside any transaction. Its context ends when the task is dropped or the server
	// stops. An error is a fault of the server's own; the outside world's failures are results.
	Perform(ctx context.Context, t *store.Task) (Result[Outcome], error)
	// Complete runs a transaction that finishes a task and does what follows from its outcome. It reports what finish does.
	Complete(ctx context.Context, t *store.Task, outcome Outcome, finish Finish) (bool, error)
	// GiveUp runs a transaction that finishes a task which the server has failed to perform too often, with what follows
	// from that. It returns what finish returns.
	GiveUp(ctx context.Context, t *store.Task, finish Finish) (bool, error)
}

// Finish removes a task in the handler's transaction. It reports whether the task was still there and leased to this attempt;
// if not, nothing may follow.
type Finish func(tx *store.Tx) (bool, error)

// Result is the result of performing a task.
type Result[Outcome any] struct {
	Retry   bool          // it failed, and should be tried again
	After   time.Duration // wait at least this long before that
	Failed  bool          // it failed, and should not be tried again
	Outcome Outcome       // unless Retry
}

// Attempt describes an attempt at a task that is over.
type Attempt struct {
	Kind    store.TaskKind
	Outcome AttemptOutcome
	Took    time.Duration
}

// AttemptOutcome is how an attempt ended.
type AttemptOutcome string

// How attempts end.
const (
	AttemptDone        AttemptOutcome = "done"
	AttemptRetry       AttemptOutcome = "retry"       // it failed, and there will be another
	AttemptFailed      AttemptOutcome = "failed"      // it failed, and there will be none
	AttemptDropped     AttemptOutcome = "dropped"     // its outcome was no longer needed
	AttemptInterrupted AttemptOutcome = "interrupted" // the server stopped, or failed itself; there will be another
)

// errDropped is the cause with which an attempt's context ends when its task is dropped.
var errDropped = errors.New("the task was dropped")

// Outbox performs the tasks of one database.
type Outbox[Outcome any] struct {
	db        *store.DB
	handler   Handler[Outcome]
	clock     func() time.Time
	log       *slog.Logger
	onAttempt func(Attempt)
	added     chan struct{} // wakes Run

	mu       sync.Mutex
	attempts map[*store.Task]context.CancelCauseFunc // under way
}

// Options configures an Outbox. Clock and Logger are required. OnAttempt, unless it is nil, is called after each attempt,
// from several goroutines.
type Options struct {
	Clock     func() time.Time
	Logger    *slog.Logger
	OnAttempt func(Attempt)
}

// New returns the outbox of an open database.
func New[Outcome any](db *store.DB, h Handler[Outcome], o Options) *Outbox[Outcome] {
	if o.OnAttempt == nil {
		o.OnAttempt = func(Attempt) {}
	}
	return &Outbox[Outcome]{db: db, handler: h, clock: o.Clock, log: o.Logger, onAttempt: o.OnAttempt,
		added: make(chan struct{}, 1), attempts: make(map[*store.Task]context.CancelCauseFunc)}
}

// Tx is what Add and Drop do in the caller's transaction. A *store.Tx is one.
type Tx interface {
	InsertTask(t *store.Task) error
	DropTask(id int64) error
	AfterCommit(fn func())
}

// Add adds a task, which is performed once the transaction is durable, and returns its id.
func (o *Outbox[Outcome]) Add(tx Tx, t store.Task) (int64, error) {
	t.Key = rand.Text()
	tx.AfterCommit(func() { signal(o.added) })
	err := tx.InsertTask(&t)
	return t.ID, err
}

// Drop removes a task whose outcome is no longer needed. An attempt under way is cut off once the transaction is durable;
// the receiver may have acted on it by then.
func (o *Outbox[Outcome]) Drop(tx Tx, id int64) error {
	tx.AfterCommit(func() { o.cut(id) })
	return tx.DropTask(id)
}

// Waiting returns how many tasks there are, including those under way.
func (o *Outbox[Outcome]) Waiting(ctx context.Context) (int, error) {
	return store.View(ctx, o.db, func(r *store.ReadTx) (int, error) { return r.TaskCount() })
}

func (o *Outbox[Outcome]) now() inbox.Time { return inbox.At(o.clock()) }

func (o *Outbox[Outcome]) logUnlessEnding(ctx context.Context, message string, err error, args ...any) {
	if ctx.Err() == nil && !errors.Is(err, store.ErrClosed) {
		o.log.ErrorContext(ctx, message, append(args, "error", err)...)
	}
}

// signal wakes the receiver of a channel with room for one value.
func signal(to chan struct{}) {
	select {
	case to <- struct{}{}:
	default:
	}
}
