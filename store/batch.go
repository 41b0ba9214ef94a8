package store

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"foyer/inbox"
)

// A batch takes what waits until it has this many functions, or has lasted this long.
const (
	maxBatch     = 64
	maxBatchTime = 5 * time.Millisecond
)

// errThrownAway says that SQLite gave up the transaction, and with it what the batch had changed so far.
var errThrownAway = errors.New("store: SQLite gave up the transaction")

// runBatch runs what waits and answers it. It fails where a commit failed; what it was to store is then unanswered.
func (w *writer) runBatch() error {
	began := time.Now()
	failures := w.db.health.failures()
	w.changed = false
	whole := w.collect(began)
	report := BatchReport{Functions: len(w.batch), Replayed: !whole}
	if report.Functions == 0 {
		return nil
	}
	committing := time.Now()
	var err error
	if whole {
		err = w.commit()
	} else {
		err = w.replay()
	}
	if err != nil {
		return err
	}
	if w.changed {
		w.db.health.stored(failures)
	}
	report.Took, report.Commit = time.Since(began), time.Since(committing)
	w.db.options.OnBatch(report)
	return nil
}

// collect begins a transaction and runs in it what waits. It tells whether the transaction can be committed; where it
// cannot, nothing is left of it.
func (w *writer) collect(began time.Time) bool {
	w.reset()
	for len(w.batch) < maxBatch {
		if len(w.batch) > 0 && time.Since(began) >= w.db.options.batchTime {
			break
		}
		j := w.db.queue.next()
		if j == nil {
			break
		}
		w.batch = append(w.batch, j)
		if len(w.batch) == 1 && w.begin() != nil || w.runOne(j) != nil {
			w.rollback()
			return false
		}
	}
	if len(w.batch) > 0 && w.storeSearch() != nil {
		w.rollback()
		return false
	}
	return true
}

// replay runs the functions of the batch again, each in a transaction of its own, and answers each.
func (w *writer) replay() error {
	batch := w.batch
	for i, j := range batch {
		w.batch = batch[i : i+1]
		err := w.begin()
		if err == nil {
			err = w.runOne(j)
		}
		if err == nil {
			err = w.storeSearch()
		}
		if err != nil {
			w.rollback()
			j.err, j.after = err, nil
			w.answer()
			continue
		}
		if err := w.commit(); err != nil {
			w.batch = batch[i:]
			return err
		}
	}
	w.batch = batch
	w.forget()
	return nil
}

func (w *writer) begin() error {
	_, err := w.conn.exec(`BEGIN IMMEDIATE`)
	return err
}

// commit makes the batch durable and answers it.
func (w *writer) commit() error {
	if _, err := w.conn.exec(`COMMIT`); err != nil {
		return err
	}
	w.db.log.committed(w.appended)
	w.reset()
	w.answer()
	return nil
}

// rollback ends a transaction that is not to be committed, where SQLite has not done so already.
func (w *writer) rollback() {
	if !w.conn.thrownAway() {
		_, _ = w.conn.exec(`ROLLBACK`) // fails only where there is nothing to roll back
	}
	w.reset()
}

// reset forgets what was about to be stored.
func (w *writer) reset() {
	w.db.log.next = w.db.log.head.Load()
	clear(w.search)
	w.search = w.search[:0]
	w.appended = 0
}

// runOne runs one function in its savepoint; its error goes to the job. It fails where the transaction cannot go on.
func (w *writer) runOne(j *job) error {
	j.err, j.after = nil, nil
	if _, err := w.conn.exec(`SAVEPOINT function`); err != nil {
		return err
	}
	tx := &Tx{
		Reader: Reader{db: w.db, ctx: context.Background(), conn: w.conn, writes: true},
		now:    inbox.At(w.db.options.Clock()),
	}
	j.err = w.call(tx, j)
	if j.err == nil {
		j.err = w.settle(tx)
	}
	tx.end(ErrViewClosed)
	if w.conn.thrownAway() {
		return errors.Join(errThrownAway, j.err)
	}
	if j.err != nil {
		if _, err := w.conn.exec(`ROLLBACK TO function`); err != nil {
			return err
		}
	} else {
		j.after = tx.after
		w.search = append(w.search, tx.search...)
		w.appended += len(tx.events)
		w.changed = w.changed || tx.changed || len(tx.events) > 0
	}
	_, err := w.conn.exec(`RELEASE function`) // ROLLBACK TO keeps the savepoint: without this they would pile up
	return err
}

// call runs the function and contains its panic.
func (w *writer) call(tx *Tx, j *job) (err error) {
	defer func() {
		if value := recover(); value != nil {
			w.db.logger.Error("a function given to Update panicked", "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
			err = &PanicError{Value: value}
		}
	}()
	if err := j.run(tx); err != nil {
		return err
	}
	return tx.broken
}

// settle stores the function's events and fills its cursors.
func (w *writer) settle(tx *Tx) error {
	if w.conn.thrownAway() {
		return errThrownAway // the events would be committed without what they tell of
	}
	if err := w.db.log.store(w.conn, tx.events); err != nil {
		return err
	}
	for _, place := range tx.cursors {
		*place = w.db.log.headAt(w.db.log.next)
	}
	return nil
}

// answer runs what was to run after the commit, and gives each function of the batch its outcome, in order.
func (w *writer) answer() {
	for _, j := range w.batch {
		for _, fn := range j.after {
			w.callAfter(fn)
		}
		j.answer(j.err)
	}
	w.forget()
}

func (w *writer) callAfter(fn func()) {
	defer func() {
		if value := recover(); value != nil {
			w.db.logger.Error("a function given to AfterCommit panicked", "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
		}
	}()
	fn()
}
