package store

import (
	"context"
	"fmt"
	"strings"
	"sync"
)

// Reader is one snapshot of the database; all reads are its methods. A *Tx and a *ReadTx are Readers. A Reader is safe for
// concurrent use: its statements run one after another.
type Reader struct {
	db *DB

	mu    sync.Mutex
	ctx   context.Context //nolint:containedctx // it bounds the whole snapshot, so that reads take no other
	conn  *connection     // nil until a View's first statement
	begin func() error    // takes the snapshot; called with mu held, when conn is nil
	ended error           // why no statement can run any more

	writes bool  // whether this is a Tx
	wrote  bool  // whether it may have changed something
	broken error // the failure that ended a Tx

	statements int   // that have run
	settings   int64 // their version; zero: not read yet
}

// Statements returns how many statements have run. Tests hold pages of lists to a number of them, whatever their length.
func (r *Reader) Statements() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.statements
}

// query runs a statement and returns what scan makes of each row. scan runs no statement of its own.
func query[T any](r *Reader, scan func(row) (T, error), sql string, args ...any) ([]T, error) {
	var found []T
	err := r.each(sql, args, func(next row) error {
		value, err := scan(next)
		if err == nil {
			found = append(found, value)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// queryOne runs a statement and returns what scan makes of its first row, or nil if there is none.
func queryOne[T any](r *Reader, scan func(row) (*T, error), sql string, args ...any) (*T, error) {
	var found *T
	err := r.each(sql, args, func(next row) (err error) {
		if found == nil {
			found, err = scan(next)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// each runs a statement and calls scan with each row.
func (r *Reader) each(sql string, args []any, scan func(row) error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.ready(); err != nil {
		return err
	}
	r.statements++
	r.wrote = r.wrote || !strings.HasPrefix(sql, `SELECT`)
	err := r.conn.query(r.ctx, sql, args, scan)
	if err != nil && r.ctx.Err() != nil {
		// Most likely an interrupted statement. Its own error does not say so for sure: the statement that interrupted it
		// may have left another in the connection.
		err = fmt.Errorf("store: %w", context.Cause(r.ctx))
	}
	return r.outcome(err)
}

// ready makes sure that a statement can run. The caller holds mu.
func (r *Reader) ready() error {
	if r.ended != nil {
		return r.ended
	}
	if r.broken != nil {
		return r.broken
	}
	if err := r.ctx.Err(); err != nil {
		return fmt.Errorf("store: %w", context.Cause(r.ctx))
	}
	if r.conn == nil {
		return r.begin()
	}
	return nil
}

// outcome remembers the failure of a Tx, so that no further statement runs even if its function ignores the error: SQLite may
// have ended the transaction, and each further statement would commit on its own. The caller holds mu.
func (r *Reader) outcome(err error) error {
	if err != nil && r.writes && !isConstraint(err) {
		r.broken = err
	}
	return err
}

// end makes all further statements fail with a reason.
func (r *Reader) end(reason error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended == nil {
		r.ended = reason
	}
}

// queryValue returns the only column of a statement's first row, or the zero value if there is no row.
func queryValue[T any](r *Reader, sql string, args ...any) (T, error) {
	found, err := queryOne(r, scanPointer[T], sql, args...)
	if err != nil || found == nil {
		var none T
		return none, err
	}
	return *found, nil
}

// scanPointer reads a row of one column, for queryOne.
func scanPointer[T any](r row) (*T, error) {
	value := new(T)
	return value, r.Scan(value)
}
