package store

import (
	"context"
	"fmt"
	"time"
)

// Update changes the database, and is the only way to: it queues fn for the writer and returns fn's result when the changes are
// durable.
//
// fn may run more than once; only the last run counts. So it changes nothing outside itself, does no I/O and does not sleep:
// the writer runs one function at a time. It uses the database only through its Tx. What is to happen when the changes are
// durable goes to Tx.AfterCommit. An error or a panic of fn undoes everything that it changed, and nothing else.
//
// ctx can end the wait in the queue, and fn then never runs; once fn runs, Update waits for the outcome. It fails with fn's
// error, ctx's, *PanicError, ErrOverloaded, ErrClosed or ErrOutcomeUnknown, and then returns the zero value.
func Update[T any](ctx context.Context, db *DB, fn func(*Tx) (T, error)) (T, error) {
	return update(ctx, db, people, fn)
}

// UpdateLater is Update for what nobody waits for: timers, tasks, imports. While people wait, one in eight functions comes
// from here.
func UpdateLater[T any](ctx context.Context, db *DB, fn func(*Tx) (T, error)) (T, error) {
	return update(ctx, db, background, fn)
}

// Result is the outcome of one function of UpdateEach.
type Result[T any] struct {
	Value T
	Err   error // as Update returns it
}

// UpdateEach runs fn for 0 to n-1 as Update does, in order. Each call is undone on its own and has its own outcome. It
// returns n results; if the queue has no room for all, each is ErrOverloaded.
func UpdateEach[T any](ctx context.Context, db *DB, n int, fn func(tx *Tx, i int) (T, error)) []Result[T] {
	return updateEach(ctx, db, people, n, fn)
}

// UpdateEachLater is UpdateEach for what nobody waits for.
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
	result := updateEach(ctx, db, to, 1, func(tx *Tx, _ int) (T, error) { return fn(tx) })[0]
	return result.Value, result.Err
}

// submit queues the jobs and waits until each has its outcome in err.
func submit(ctx context.Context, db *DB, to lane, jobs []*job, done <-chan struct{}) {
	if ctx.Err() != nil {
		abandonAll(ctx, jobs)
		return
	}
	origin := originOf(ctx)
	for _, j := range jobs {
		j.origin = origin
	}
	if waits := waitsOf(ctx); waits != nil {
		began := time.Now()
		defer func() {
			waited := time.Since(began)
			for _, j := range jobs {
				waited -= j.took // it had the writer
			}
			waits.add(waited)
		}()
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

// abandonAll abandons the jobs that the writer has not taken, and returns how many they are.
func abandonAll(ctx context.Context, jobs []*job) (given int) {
	for _, j := range jobs {
		if j.abandon() {
			j.err = fmt.Errorf("store: gave up waiting: %w", context.Cause(ctx))
			given++
		}
	}
	return given
}
