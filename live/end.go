package live

import (
	"errors"
	"fmt"

	"foyer/inbox"
)

// Why a stream ends by itself. The causes store.ErrCursorInvalid and store.ErrCursorExpired come from the cursor that it
// was to begin after; anything else is a failure of ours.
var (
	// ErrScopeChanged says that the viewer's role, visibility or teams have changed since the stream's place in the log.
	ErrScopeChanged = errors.New("live: the viewer sees other things now")
	// ErrTooSlow says that a member's items were taken too late.
	ErrTooSlow = errors.New("live: the items were taken too late")
	// ErrStopped says that the log is not followed any more: the process stops.
	ErrStopped = errors.New("live: the log is not followed any more")
)

// EndError is why a stream ended by itself, and where. Cursors that are not known are empty.
type EndError struct {
	Cause  error
	Cursor inbox.Cursor // after the last item that was delivered, or what the stream was to begin after
	Oldest inbox.Cursor // the oldest cursor that a stream could begin after
	Head   inbox.Cursor // the newest one
}

// Error returns the cause and the place.
func (e *EndError) Error() string {
	return fmt.Sprintf("the stream ended at %q: %v", e.Cursor, e.Cause)
}

// Unwrap returns the cause.
func (e *EndError) Unwrap() error { return e.Cause }
