package store

import (
	"context"
	"fmt"
	"time"
)

// Update changes the database: it queues fn for the writer and gives fn's result once its changes are durable. It is
// the only way to write.
//
// fn may run more than once; only the last run counts. So it writes to nothing outside itself, does no I/O and does not
// sleep: the writer runs one function at a time. It must not use the database but through its Tx. What should happen
// when the change is durable goes through Tx.AfterCommit. An error or a panic of fn undoes everything it changed, and
// nothing else.
//
// ctx can end the wait in the queue, and fn then never runs; once taken, Update waits for the outcome. It fails with
// fn's error, ctx's, *PanicError, ErrOverloaded, ErrClosed or ErrOutcomeUnknown, and returns the zero value then.
func Update[T any](ctx context.Context, db *DB, fn func(*Tx) (T, error)) (T, error) {
	return update(ctx, db, people, fn)
}

// UpdateLater is Update for what no person waits for: timers, tasks, imports. While people wait, one in eight functions
// comes from here.
func UpdateLater[T any](ctx context.Context, db *DB, fn func(*Tx) (T, error)) (T, error) {
	return update(ctx, db, background, fn)
}

// Result is the outcome of one function of UpdateEach.
type Result[T any] struct {
	Value T
	Err   error // as Update gives it
}

// UpdateEach runs fn for 0 to n-1 as Update does, in order: each is undone on its own and has its own outcome. It gives
// n results. All of them are ErrOverloaded where there is no room for all.
func UpdateEach[T any](ctx context.Context, db *DB, n int, fn func(tx *Tx, i int) (T, error)) []Result[T] {
	return updateEach(ctx, db, people, n, fn)
}

// UpdateEachLater is UpdateEach for what no person waits for.
func UpdateEachLater[T any](ctx context.Context, db *DB, n int, fn func(tx *Tx, i int) (T, error)) []Result[T] {
	return updateEach(ctx, db, background, n, fn)
}

func updateEach[T any](ctx context.Context, db *DB, to lane, n int, fn func(tx *Tx, i int) (T, error)) []Result[T] {
	results := make([]Result[T], n)
	jobs := make([]*job, n)
	done := make(chan struct{}, n)
	for i := range jobs {
		jobs[i] = &job{done: done, run: func(tx *Tx) (err error) {
			results[i].Value, err = fn(tx, i)
			return err
		}}
	}
	submit(ctx, db, to, jobs, done)
	for i, j := range jobs {
		if results[i].Err = j.err; j.err != nil {
			var zero T
			results[i].Value = zero
		}
	}
	return results
}

func update[T any](ctx context.Context, db *DB, to lane, fn func(*Tx) (T, error)) (T, error) {
	var result T
	done := make(chan struct{}, 1)
	j := &job{done: done, run: func(tx *Tx) (err error) {
		result, err = fn(tx)
		return err
	}}
	submit(ctx, db, to, []*job{j}, done)
	if j.err != nil {
		var zero T
		return zero, j.err
	}
	return result, nil
}

// submit queues the jobs and waits until each has its outcome in err.
func submit(ctx context.Context, db *DB, to lane, jobs []*job, done <-chan struct{}) {
	if err := ctx.Err(); err != nil {
		abandonAll(ctx, jobs)
		return
	}
	origin := originOf(ctx)
	for _, j := range jobs {
		j.origin = origin
	}
	if waits := waitsOf(ctx); waits != nil {
		began := time.Now()
		defer func() { waits.add(time.Since(began) - taken(jobs)) }()
	}
	if err := db.queue.add(to, jobs...); err != nil {
		for _, j := range jobs {
			j.err = err
		}
		return
	}
	answered := 0
	for answered < len(jobs) {
		select {
		case <-done:
			answered++
		case <-ctx.Done():
			answered += abandonAll(ctx, jobs)
			for ; answered < len(jobs); answered++ {
				<-done
			}
		}
	}
}

// taken returns how long jobs had the writer that have their outcome.
func taken(jobs []*job) (sum time.Duration) {
	for _, j := range jobs {
		sum += j.took
	}
	return sum
}

// abandonAll returns up the jobs that the writer has not taken, and counts them.
func abandonAll(ctx context.Context, jobs []*job) (given int) {
	for _, j := range jobs {
		if j.abandon() {
			j.err = fmt.Errorf("store: gave up waiting: %w", context.Cause(ctx))
			given++
		}
	}
	return given
}
