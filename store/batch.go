package store

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"foyer/inbox"
)

// A batch ends when it has this many functions, has lasted this long, or has this many bytes of text to index.
const (
	maxBatch     = 64
	maxBatchTime = 5 * time.Millisecond
	maxBatchText = 256 << 10
)

var (
	// errThrownAway means that SQLite has rolled the transaction back, and with it what the batch had changed.
	errThrownAway = errors.New("store: SQLite gave up the transaction")
	// errHalfDone means that a function without a savepoint failed after it had changed something.
	errHalfDone = errors.New("store: the function had changed something when it failed")
)

// runBatch runs the functions that wait and reports their outcomes. It fails if a commit does; the outcomes are then unknown,
// and not reported.
//
// Functions run without savepoints at first: copying each page that they change would take a fifth of the writer's time, and
// few functions fail after they have changed something. If one does, the batch runs again with a savepoint for each.
func (w *writer) runBatch() error {
	began := time.Now()
	failures := w.db.health.failures()
	w.changed, w.longest, w.most, w.reads = false, 0, 0, 0
	err := w.collect(began)
	report := BatchReport{Functions: len(w.batch), Repeated: errors.Is(err, errHalfDone)}
	if report.Functions == 0 {
		return nil
	}
	if report.Repeated {
		err = w.repeat()
	}
	report.Replayed = err != nil
	committing := time.Now()
	if err == nil {
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
	report.Took, report.Commit, report.Longest = time.Since(began), time.Since(committing), w.longest
	report.Rows, report.Reads = w.most, w.reads
	w.db.options.OnBatch(report)
	return nil
}

// collect takes functions from the queue and runs them in one transaction. If it fails, nothing is left of the transaction.
func (w *writer) collect(began time.Time) (err error) {
	defer w.undoAfter(&err)
	w.reset()
	var elapsed time.Duration
	for len(w.batch) < maxBatch && w.searchBytes < maxBatchText {
		if len(w.batch) > 0 && elapsed >= w.db.options.batchTime {
			break
		}
		j := w.db.queue.next()
		if j == nil {
			break
		}
		w.batch = append(w.batch, j)
		if len(w.batch) == 1 {
			if err := w.begin(); err != nil {
				return err
			}
		}
		err := w.runBare(j)
		now := time.Since(began)
		w.ran(j, now-elapsed)
		elapsed = now
		if err != nil {
			return err
		}
	}
	return w.storeSearch()
}

// ran records how long a function had the writer, and reports it if that was long. The time to index a function's texts
// counts as the function's.
func (w *writer) ran(j *job, took time.Duration) {
	j.took += took
	w.longest = max(w.longest, took)
	w.db.queue.charge(j, took)
	if took <= SlowFunction {
		return
	}
	operation := j.operation
	if operation == "" {
		operation = j.origin.Operation
	}
	w.db.logger.Warn("a function held the writer for long", "operation", operation, "account", j.origin.Account.String(), "took", took)
	w.db.options.OnSlow(operation, took)
}

// repeat runs the functions of the batch again in one transaction, each in a savepoint. If it fails, nothing is left of the
// transaction.
func (w *writer) repeat() (err error) {
	defer w.undoAfter(&err)
	if err := w.begin(); err != nil {
		return err
	}
	for _, j := range w.batch {
		began := time.Now()
		err := w.runOne(j)
		w.ran(j, time.Since(began))
		if err != nil {
			return err
		}
	}
	return w.storeSearch()
}

// undoAfter rolls the transaction back if there is an error.
func (w *writer) undoAfter(err *error) {
	if *err != nil {
		w.rollback()
	}
}

// replay runs the functions of the batch again, each in a transaction of its own, and reports the outcome of each.
func (w *writer) replay() error {
	batch := w.batch
	for i, j := range batch {
		w.batch = batch[i : i+1]
		if err := w.repeat(); err != nil {
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

// commit makes the batch durable and reports the outcomes.
func (w *writer) commit() error {
	if _, err := w.conn.exec(`COMMIT`); err != nil {
		return err
	}
	w.db.log.committed(w.appended)
	w.reset()
	w.answer()
	return nil
}

// rollback ends a transaction that is not to be committed, unless SQLite has done so.
func (w *writer) rollback() {
	if !w.conn.thrownAway() {
		_, _ = w.conn.exec(`ROLLBACK`) // fails only if there is nothing to roll back
	}
	w.sequences = sequences{}
	w.reset()
}

// reset drops what was about to be stored.
func (w *writer) reset() {
	w.db.log.next = w.db.log.head.Load()
	clear(w.search)
	w.search = w.search[:0]
	w.searchBytes, w.appended = 0, 0
}

// runBare runs one function; its error goes to the job. It fails if the transaction cannot go on: SQLite has rolled it back,
// or the function failed after it had changed something.
func (w *writer) runBare(j *job) error {
	tx := w.try(j)
	switch {
	case w.conn.thrownAway():
		return errors.Join(errThrownAway, j.err)
	case j.err != nil && tx.wrote:
		return errors.Join(errHalfDone, j.err)
	case j.err == nil:
		w.keep(j, tx)
	}
	return nil
}

// runOne runs one function in a savepoint; its error goes to the job. It fails if the transaction cannot go on.
func (w *writer) runOne(j *job) error {
	if _, err := w.conn.exec(`SAVEPOINT function`); err != nil {
		return err
	}
	tx := w.try(j)
	if w.conn.thrownAway() {
		return errors.Join(errThrownAway, j.err)
	}
	if j.err == nil {
		w.keep(j, tx)
	} else if _, err := w.conn.exec(`ROLLBACK TO function`); err != nil {
		return err
	}
	_, err := w.conn.exec(`RELEASE function`) // ROLLBACK TO leaves the savepoint open
	return err
}

// try runs one function and stores its events; its error goes to the job. The ids and numbers of a function that failed are
// free again.
func (w *writer) try(j *job) *Tx {
	j.after = nil
	next := w.db.log.next
	tx := &Tx{
		Reader:    Reader{db: w.db, ctx: context.Background(), conn: w.conn, writes: true},
		now:       inbox.At(w.db.options.Clock()),
		sequences: &w.sequences,
	}
	if j.err = w.call(tx, j); j.err == nil {
		j.err = w.finish(tx)
	}
	if j.err != nil {
		w.sequences, w.db.log.next = sequences{}, next
	}
	tx.end(ErrViewClosed)
	j.operation = tx.operation
	return tx
}

// keep adds what a function has left for later to what the batch is about to store.
func (w *writer) keep(j *job, tx *Tx) {
	j.after = tx.after
	for _, change := range tx.search {
		change.by = j
		w.search = append(w.search, change)
		w.searchBytes += len(change.text)
	}
	w.appended += len(tx.events)
	w.changed = w.changed || tx.changed > 0 || len(tx.events) > 0
	w.most, w.reads = max(w.most, int(tx.changed)+len(tx.events)), max(w.reads, tx.Statements())
}

// call runs the function and returns a panic of it as an error.
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

// finish stores the function's events, sets its cursors, and calls the functions passed to AtEnd.
func (w *writer) finish(tx *Tx) error {
	if w.conn.thrownAway() {
		return errThrownAway // the events would be committed without the changes
	}
	if len(tx.events) > 0 {
		tx.wrote = true
	}
	if err := w.db.log.store(w.conn, tx.events); err != nil {
		return err
	}
	for _, place := range tx.cursors {
		*place = w.db.log.headAt(w.db.log.next)
	}
	for _, fn := range tx.atEnd {
		if err := fn(w.db.log.next); err != nil {
			return err
		}
	}
	return nil
}

// answer runs the functions passed to AfterCommit and reports the outcome of each job to its caller, in order.
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
