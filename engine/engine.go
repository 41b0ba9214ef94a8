package engine

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"runtime"
	"slices"
	"time"

	"foyer/account"
	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/outbox"
	"foyer/outbox/fetch"
	"foyer/store"
	"foyer/vault"
)

// Engine runs use cases on a database.
type Engine struct {
	db          *store.DB
	clock       func() time.Time
	log         *slog.Logger
	definitions definitions
	schedules   schedules
	zones       zones
	settings    settings
	accounts    *account.Accounts
	limits      Limits
	files       FileLimits
	timers      timers
	jobs        *jobs
	connections connections
	activities  *activities
	node        string
	outbox      *outbox.Outbox[workflow.Outcome]
	requests    *fetch.Client
	secrets     *vault.Vault
	onRunEnd    func(RunEnd)
	onSignal    func(inbox.Signal)
	reading     chan struct{} // has a value for each webhook that is being read
}

// Options are what an Engine needs besides its database. The zero value means the system's clock, no log, no secrets, and the
// default limits.
type Options struct {
	Clock  func() time.Time
	Logger *slog.Logger
	Limits Limits
	Files  FileLimits
	// Node names this process among those that share the database; "" if it is the only one.
	Node string
	// Accounts are those of the agents and API keys; nil: the database's, with default limits.
	Accounts *account.Accounts
	// Requests sends the requests of workflows; nil: to public addresses only.
	Requests *fetch.Client
	// Secrets has the secrets that requests of workflows use; nil: a vault without a key, in which none can be set.
	Secrets *vault.Vault
	// OnAttempt is called after each attempt at a task, from several goroutines; nil: not called.
	OnAttempt func(outbox.Attempt)
	// OnRunEnd is called for each run that has ended, after the commit, from several goroutines; nil: not called.
	OnRunEnd func(RunEnd)
	// OnSignal is called for each signal, after the commit of the use case that sends it if there is one, from several
	// goroutines. It must not block: one of them is the writer of the database. nil: not called.
	OnSignal func(inbox.Signal)
}

// New returns an engine on an open database.
func New(db *store.DB, o Options) *Engine {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.Limits = o.Limits.withDefaults()
	if o.Requests == nil {
		o.Requests = fetch.New(fetch.Options{})
	}
	if o.Secrets == nil {
		o.Secrets = vault.New(db, nil, o.Clock)
	}
	if o.Accounts == nil {
		o.Accounts = account.New(db, account.Options{Clock: o.Clock})
	}
	if o.OnRunEnd == nil {
		o.OnRunEnd = func(RunEnd) {}
	}
	if o.OnSignal == nil {
		o.OnSignal = func(inbox.Signal) {}
	}
	e := &Engine{db: db, clock: o.Clock, log: o.Logger, limits: o.Limits, files: o.Files.withDefaults(), accounts: o.Accounts,
		onRunEnd: o.OnRunEnd, onSignal: o.OnSignal, timers: newTimers(), jobs: newJobs(), connections: newConnections(), activities: newActivities(o.OnSignal),
		node: cmp.Or(o.Node, "main"), requests: o.Requests, secrets: o.Secrets, reading: make(chan struct{}, runtime.GOMAXPROCS(0))}
	e.outbox = outbox.New(db, handler{e}, outbox.Options{Clock: o.Clock, Logger: o.Logger, OnAttempt: o.OnAttempt})
	return e
}

// Accounts returns the accounts of agents and API keys.
func (e *Engine) Accounts() *account.Accounts { return e.accounts }

// Secrets returns the vault of the secrets that requests of workflows use.
func (e *Engine) Secrets() *vault.Vault { return e.secrets }

// Outbox returns the tasks, which are the requests of workflows.
func (e *Engine) Outbox() *outbox.Outbox[workflow.Outcome] { return e.outbox }

// RunTasks performs tasks until the context ends, and then closes the connections that requests have left open.
func (e *Engine) RunTasks(ctx context.Context) error {
	defer e.requests.Close()
	return e.outbox.Run(ctx)
}

// Now returns the time by the engine's clock.
func (e *Engine) Now() inbox.Time { return e.now() }

func (e *Engine) now() inbox.Time { return inbox.At(e.clock()) }

// change runs a use case in one transaction, with everything that follows from it, and returns its result after the commit.
func change[T any](ctx context.Context, e *Engine, caller inbox.Caller, fn func(w *work) (T, error)) (T, error) {
	var ended runEnds
	result, err := store.Update(ctx, e.db, perform(e, caller, &ended, fn))
	e.report(ended)
	return result, outward(err)
}

// changeLater is change for work that nobody waits for.
func changeLater[T any](ctx context.Context, e *Engine, fn func(w *work) (T, error)) (T, error) {
	var ended runEnds
	result, err := store.UpdateLater(ctx, e.db, perform(e, system(), &ended, fn))
	e.report(ended)
	return result, err
}

// changeEach is change for what Foyer does by itself, n times in order.
func changeEach(ctx context.Context, e *Engine, n int, fn func(w *work, i int) error) []error {
	return changeEachBy(ctx, e, store.UpdateEach[struct{}], n, fn)
}

// changeEachLater is changeEach for work that nobody waits for.
func changeEachLater(ctx context.Context, e *Engine, n int, fn func(w *work, i int) error) []error {
	return changeEachBy(ctx, e, store.UpdateEachLater[struct{}], n, fn)
}

func changeEachBy(ctx context.Context, e *Engine,
	update func(context.Context, *store.DB, int, func(*store.Tx, int) (struct{}, error)) []store.Result[struct{}],
	n int, fn func(w *work, i int) error) []error {
	var ended runEnds
	results := update(ctx, e.db, n, func(tx *store.Tx, i int) (struct{}, error) {
		return perform(e, system(), &ended, func(w *work) (struct{}, error) { return struct{}{}, fn(w, i) })(tx)
	})
	e.report(ended)
	errs := make([]error, n)
	for i, r := range results {
		errs[i] = r.Err
	}
	return errs
}

// system is the caller for what Foyer does by itself.
func system() inbox.Caller {
	return inbox.Caller{Actor: inbox.BySystem(), Role: inbox.RoleOwner, Visibility: inbox.VisibilityAll}
}

// perform returns the function that a transaction runs for a use case. After the commit, ended has the runs that it ended,
// for the caller to report.
func perform[T any](e *Engine, caller inbox.Caller, ended *runEnds, fn func(w *work) (T, error)) func(*store.Tx) (T, error) {
	return func(tx *store.Tx) (T, error) {
		w := newWork(e, tx, caller)
		result, err := fn(w)
		if err == nil {
			err = w.settle()
		}
		if err == nil && w.complete != nil {
			w.complete()
		}
		if err == nil && len(w.over) > 0 {
			tx.AfterCommit(func() { *ended = append(*ended, w.over...) })
		}
		if events := tx.Appended(); err == nil && slices.ContainsFunc(events, changesSight) {
			tx.AfterCommit(func() { e.activities.moved(events) })
		}
		if err == nil && len(w.signals) > 0 {
			tx.AfterCommit(func() {
				for _, s := range w.signals {
					e.onSignal(s)
				}
			})
		}
		return result, err
	}
}

// outward returns the *inbox.Error inside an error, or the error itself, so that wrapping shows nothing internal.
func outward(err error) error {
	if own, ok := errors.AsType[*inbox.Error](err); ok {
		return own
	}
	return err
}

// AccessOf returns what a caller may see, as of the transaction or snapshot.
func AccessOf(r *store.Reader, caller inbox.Caller) (inbox.Access, error) {
	access := inbox.Access{Visibility: caller.Visibility, Agent: caller.Actor.Agent()}
	if caller.Visibility != inbox.VisibilityTeam {
		return access, nil
	}
	memberships, err := r.TeamsOf([]inbox.AgentID{access.Agent})
	for _, m := range memberships {
		access.Teams = append(access.Teams, m.TeamID)
	}
	return access, err
}
