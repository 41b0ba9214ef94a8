package store

import (
	"errors"
	"fmt"
	"time"
)

// writer is the one goroutine that changes the database. It runs functions in batches, committed together.
type writer struct {
	db    *DB
	conn  *connection
	wal   *wal
	batch []*job // taken from the queue, outcome not reported
	ended chan struct{}

	sequences sequences // next values

	// What the batch is about to store.
	search      []searchRow
	searchBytes int  // of its texts
	appended    int  // events
	changed     bool // whether rows were changed

	longest time.Duration // the longest time that a function of the batch had the writer
	most    int           // the most rows that a function of the batch changed, events included
	reads   int           // the most statements that a function of the batch read with
}

func newWriter(db *DB, conn *connection) *writer {
	return &writer{
		db:    db,
		conn:  conn,
		wal:   &wal{path: db.options.Path + "-wal", limit: db.options.walLimit},
		ended: make(chan struct{}),
	}
}

// run works until the queue is closed and empty, or a commit fails.
func (w *writer) run() {
	defer close(w.ended)
	defer w.abort()
	for w.db.queue.wait() {
		if err := w.runBatch(); err != nil {
			w.fail(err)
			return
		}
		w.checkpoint()
	}
}

// fail ends the process: after an error of COMMIT only recovery shows what is durable.
func (w *writer) fail(err error) {
	w.rollback()
	w.answerAll(ErrOutcomeUnknown)
	w.db.options.Fatal(fmt.Errorf("store: commit: %w", err))
}

// abort reports an outcome to everybody who waits when the goroutine ends early: after a failed commit, or because a function
// ended its goroutine, as testing.T.FailNow does.
func (w *writer) abort() {
	w.db.queue.close()
	if len(w.batch) > 0 {
		w.rollback()
		w.answerAll(ErrOutcomeUnknown)
	}
	for j := w.db.queue.next(); j != nil; j = w.db.queue.next() {
		j.answer(ErrClosed)
	}
}

func (w *writer) answerAll(err error) {
	for _, j := range w.batch {
		j.answer(err)
	}
	w.forget()
}

// forget drops the batch, whose outcomes are reported, and reuses its memory.
func (w *writer) forget() {
	clear(w.batch)
	w.batch = w.batch[:0]
}

// close makes the last checkpoint, so that the database is one file, and closes the connection.
func (w *writer) close() error {
	_, err := w.wal.checkpoint(w.conn, `TRUNCATE`)
	return errors.Join(err, w.wal.close(), w.conn.close())
}
