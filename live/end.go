package live

import (
	"errors"
	"fmt"

	"foyer/inbox"
)

// Why a subscription ends by itself. The causes store.ErrCursorInvalid and store.ErrCursorExpired come from the cursor that
// it was to begin after; any other cause is a failure of the server.
var (
	// ErrScopeChanged means that what the viewer sees (by role, visibility or teams) has changed since the subscription's place
	// in the log.
	ErrScopeChanged = errors.New("live: the viewer sees other things now")
	// ErrTooSlow means that a member took its items too late.
	ErrTooSlow = errors.New("live: the items were taken too late")
	// ErrStopped means that the log is no longer followed, because the process stops.
	ErrStopped = errors.New("live: the log is not followed any more")
)

// EndError says why a subscription ended by itself, and where.
type EndError struct {
	Cause  error
	Cursor inbox.Cursor // after the last item that was delivered, or the cursor that the subscription was to begin after
	Oldest inbox.Cursor // the oldest cursor that a subscription can begin after
	Head   inbox.Cursor // the newest one
}

// Error returns the cause and the place.
func (e *EndError) Error() string {
	return fmt.Sprintf("the stream ended at %q: %v", e.Cursor, e.Cause)
}

// Unwrap returns the cause.
func (e *EndError) Unwrap() error { return e.Cause }
