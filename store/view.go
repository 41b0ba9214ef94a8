package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"
)

// ReadTx is a read-only transaction: a Reader that sees one state of the database throughout. It takes its snapshot and
// a place among those that may read at a time when it is first used, and gives both back when it is closed, when the
// context it was begun with ends, or after five seconds; a statement that runs then is interrupted.
type ReadTx struct {
	Reader
	place   place
	lease   int64       // of the connection
	unhook  func() bool // stops watching the context
	cancel  context.CancelFunc
	expired chan struct{} // closed when expire has ended, where it was called; nil until it may be
}

// View calls fn with one snapshot of the database and returns its result. It fails as fn does, and as BeginView says.
// One View per core runs at a time, so fn must not open another, and should do nothing slow besides reading. Those that wait
// are served by the turns of their accounts (WithOrigin).
func View[T any](ctx context.Context, db *DB, fn func(*ReadTx) (T, error)) (T, error) {
	var zero T
	view, err := db.BeginView(ctx)
	if err != nil {
		return zero, err
	}
	defer view.Close()
	result, err := fn(view)
	if err != nil {
		return zero, err
	}
	return result, nil
}

// BeginView returns a snapshot for more than one function: a query holds it over its resolvers. Its first statement waits
// for a place. Statements fail with the cause of ctx's end, with ErrViewExpired after five seconds, and with
// ErrViewClosed after Close, which must be called.
func (db *DB) BeginView(ctx context.Context) (*ReadTx, error) {
	if ctx.Err() != nil {
		return nil, fmt.Errorf("store: begin a view: %w", context.Cause(ctx))
	}
	view := &ReadTx{Reader: Reader{db: db, ctx: ctx}}
	view.begin = view.take
	return view, nil
}

// await waits for the turn of the reader's account, as places.take has it.
func (v *ReadTx) await() (place, error) {
	if waits := waitsOf(v.ctx); waits != nil {
		began := time.Now()
		defer func() { waits.add(time.Since(began)) }()
	}
	return v.db.places.take(v.ctx, originOf(v.ctx).Account)
}

// take waits for a connection and begins the transaction. The caller holds mu.
func (v *ReadTx) take() error {
	granted, err := v.await()
	if err != nil {
		return err
	}
	v.place = granted
	conn := granted.conn
	if conn == nil {
		if conn, err = connect(readDSN(v.db.options.Path), v.db.health.fail); err != nil {
			v.db.places.give(granted, nil)
			return err
		}
	}
	if _, err := conn.exec(`BEGIN`); err != nil {
		return errors.Join(err, v.giveBack(conn))
	}
	v.conn, v.lease = conn, conn.lease()
	v.ctx, v.cancel = context.WithTimeoutCause(v.ctx, v.db.options.viewLimit, ErrViewExpired)
	v.expired = make(chan struct{})
	v.unhook = context.AfterFunc(v.ctx, v.expire)
	return nil
}

// expire ends the transaction when its context has ended, interrupting a statement that runs.
func (v *ReadTx) expire() {
	defer close(v.expired)
	for !v.mu.TryLock() {
		v.conn.interrupt(v.lease)
		runtime.Gosched() // the statement may be between two rows: its goroutine will see that the context has ended
	}
	defer v.mu.Unlock()
	v.finish(fmt.Errorf("store: %w", context.Cause(v.ctx)))
}

// finish ends the transaction and returns the connection back, once. The caller holds mu.
func (v *ReadTx) finish(reason error) {
	if v.ended != nil {
		return
	}
	v.ended = reason
	if v.conn == nil {
		return
	}
	if v.unhook() {
		v.expired = nil // it will not be
	}
	v.cancel()
	v.conn.endLease()
	if err := v.giveBack(v.conn); err != nil {
		v.db.logger.Warn("a connection for reading was given up", "error", err)
	}
}

// giveBack makes the connection free for the next View, or makes room for a new one where it cannot be used again.
func (v *ReadTx) giveBack(conn *connection) error {
	if _, err := conn.exec(`ROLLBACK`); err != nil && !conn.thrownAway() {
		v.db.places.give(v.place, nil)
		return errors.Join(err, conn.close())
	}
	v.db.places.give(v.place, conn)
	return nil
}

// Close returns the snapshot back, and waits for what the end of the context has begun. Calling it again does nothing.
func (v *ReadTx) Close() {
	v.mu.Lock()
	v.finish(ErrViewClosed)
	expired := v.expired
	v.mu.Unlock()
	if expired != nil {
		<-expired
	}
}
