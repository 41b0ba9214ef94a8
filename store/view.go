package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
)

// ReadTx is a read-only transaction: a Reader that sees one state of the database throughout. Its snapshot and its connection
// are acquired when it is first used, and released when it is closed, when the context it was begun with ends, or after five
// seconds; a statement that runs then is interrupted.
type ReadTx struct {
	Reader
	slot    readSlot
	lease   int64       // of the connection, for interrupt
	unhook  func() bool // stops watching the context
	cancel  context.CancelFunc
	expired chan struct{} // closed when expire has ended; nil if it will not be called
}

// View calls fn with one snapshot of the database and returns its result. It fails as fn does, and as BeginView says.
// One View per core runs at a time, so fn must not open another, and should do nothing slow besides reading. Accounts
// (WithOrigin) that wait for one are served in turn.
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

// BeginView returns a snapshot for more than one function: a query has one for all its resolvers. Its first statement waits
// for a connection. Statements fail with the cause of ctx's end, with ErrViewExpired after five seconds, and with
// ErrViewClosed after Close, which must be called.
func (db *DB) BeginView(ctx context.Context) (*ReadTx, error) {
	if ctx.Err() != nil {
		return nil, fmt.Errorf("store: begin a view: %w", context.Cause(ctx))
	}
	view := &ReadTx{Reader: Reader{db: db, ctx: ctx}}
	view.begin = view.start
	return view, nil
}

// start waits for a connection and begins the transaction. The caller holds mu.
func (v *ReadTx) start() error {
	granted, err := v.db.readers.acquire(v.ctx)
	if err != nil {
		return err
	}
	v.slot = granted
	conn := granted.conn
	if conn == nil {
		if conn, err = connect(readDSN(v.db.options.Path), v.db.health.fail); err != nil {
			v.db.readers.release(granted, nil)
			return err
		}
	}
	if _, err := conn.exec(`BEGIN`); err != nil {
		return errors.Join(err, v.release(conn))
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

// finish ends the transaction and releases the connection, once. The caller holds mu.
func (v *ReadTx) finish(reason error) {
	if v.ended != nil {
		return
	}
	v.ended = reason
	if v.conn == nil {
		return
	}
	if v.unhook() {
		v.expired = nil // expire will not be called
	}
	v.cancel()
	v.conn.endLease()
	if err := v.release(v.conn); err != nil {
		v.db.logger.Warn("closed a connection for reading that cannot be used again", "error", err)
	}
}

// release makes the connection free for the next View or, if it cannot be used again, makes room for a new one.
func (v *ReadTx) release(conn *connection) error {
	if _, err := conn.exec(`ROLLBACK`); err != nil && !conn.thrownAway() {
		v.db.readers.release(v.slot, nil)
		return errors.Join(err, conn.close())
	}
	v.db.readers.release(v.slot, conn)
	return nil
}

// Close releases the snapshot, and waits for what the end of the context has begun. Calling it again does nothing.
func (v *ReadTx) Close() {
	v.mu.Lock()
	v.finish(ErrViewClosed)
	expired := v.expired
	v.mu.Unlock()
	if expired != nil {
		<-expired
	}
}
