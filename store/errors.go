package store

import (
	"errors"
	"fmt"
)

// Errors that callers distinguish with errors.Is.
var (
	// ErrOutcomeUnknown says that a change may or may not have been committed. Repeat it if making it twice has the same
	// result as making it once.
	ErrOutcomeUnknown = errors.New("store: it is unknown whether the change was committed")
	// ErrOverloaded says that too many functions wait for the writer. Nothing was changed; try again later.
	ErrOverloaded = errors.New("store: too many changes are waiting")
	// ErrClosed says that the database was closed, or is closing. Nothing was changed.
	ErrClosed = errors.New("store: the database is closed")
	// ErrViewExpired says that a View lasted longer than it may: its snapshot is gone.
	ErrViewExpired = errors.New("store: the view lasted too long")
	// ErrViewClosed says that a View, or a Tx, was used after its end.
	ErrViewClosed = errors.New("store: the transaction has ended")
	// ErrCursorInvalid says that a text is no cursor.
	ErrCursorInvalid = errors.New("store: this is not a cursor")
	// ErrCursorExpired says that the log cannot be followed from a cursor: it is of another database, or was issued after the
	// backup that was restored, or the events that follow it were removed.
	ErrCursorExpired = errors.New("store: the cursor has expired")
)

// PanicError is the error of Update for a function that panicked. The stack is logged.
type PanicError struct{ Value any }

// Error says what the function panicked with.
func (e *PanicError) Error() string { return fmt.Sprintf("store: a function panicked: %v", e.Value) }
