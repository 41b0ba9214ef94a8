package transport

import (
	"context"
	"errors"
	"log/slog"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Reason is why a request was refused, for metrics and logs: one of the
// constants below.
type Reason string

// Why requests are refused.
const (
	// ReasonRequest: it is not a GraphQL request, or not a message of the protocol.
	ReasonRequest Reason = "request"
	// ReasonInvalid: the document or its variables do not fit the schema.
	ReasonInvalid Reason = "invalid"
	// ReasonOrigin: a page of an origin that is not allowed sent it.
	ReasonOrigin Reason = "origin"
	// ReasonCSRF: any page could have made a browser send it.
	ReasonCSRF Reason = "csrf"
	// ReasonSize: it, or its document, is too large.
	ReasonSize Reason = "size"
	// ReasonUnauthenticated: the token is missing, or unknown.
	ReasonUnauthenticated Reason = "unauthenticated"
	// ReasonForbidden: its sender may not do this.
	ReasonForbidden Reason = "forbidden"
	// ReasonLogin: a log-in failed.
	ReasonLogin Reason = "login"
	// ReasonRate: its sender has used up a rate limit.
	ReasonRate Reason = "rate"
	// ReasonCost: it asks for more than one operation may cost.
	ReasonCost Reason = "cost"
	// ReasonConnections: there are too many connections, or operations under way.
	ReasonConnections Reason = "connections"
	// ReasonDeadline: it took too long.
	ReasonDeadline Reason = "deadline"
	// ReasonAnswer: its answer was too large.
	ReasonAnswer Reason = "answer"
	// ReasonOverloaded: the server is busy, or stopping.
	ReasonOverloaded Reason = "overloaded"
)

// Reasons returns every Reason.
func Reasons() []Reason {
	return []Reason{
		ReasonRequest, ReasonInvalid, ReasonOrigin, ReasonCSRF, ReasonSize, ReasonUnauthenticated, ReasonForbidden,
		ReasonLogin, ReasonRate, ReasonCost, ReasonConnections,
		ReasonDeadline, ReasonAnswer, ReasonOverloaded,
	}
}

// Refused reports to the Observer that the request of ctx is refused in whole or in
// part, for a reason that only the executor knows, such as a failed login. The
// details are for the log and must not contain secrets. It does nothing outside of
// requests.
func Refused(ctx context.Context, reason Reason, details ...slog.Attr) {
	e := exchangeOf(ctx)
	if e == nil || e.observer == nil || !e.refuseOnce() {
		return
	}
	e.observer.Refused(ctx, reason, details...)
}

// refuseOnce reports whether an HTTP request is refused for the first time: a
// refusal that is noticed twice is counted once. Over a websocket, which carries
// many requests, each refusal counts.
func (e *exchange) refuseOnce() bool {
	if e.reply == nil {
		return true
	}
	e.reply.mu.Lock()
	defer e.reply.mu.Unlock()
	first := !e.reply.refused
	e.reply.refused = true
	return first
}

// refusedBy reports to the Observer the first error that says that a request was
// refused, if there is one.
func refusedBy(ctx context.Context, errs gqlerror.List) {
	for _, err := range errs {
		if reason := reasonOf(err); reason != "" {
			Refused(ctx, reason)
			return
		}
	}
}

// because sets why the request was refused, if the code of the error does not say.
func because(reason Reason, err *gqlerror.Error) *gqlerror.Error {
	err.Err = refusedError{reason}
	return err
}

// refusedError is an error with a reason. Clients do not see it.
type refusedError struct{ reason Reason }

// Error implements error.
func (e refusedError) Error() string { return "refused: " + string(e.reason) }

// reasonOf returns why a request was refused, by because or by the error's code. It
// is "" for failures of the server, and for errors that are part of a protocol.
func reasonOf(err *gqlerror.Error) Reason {
	if err == nil {
		return ""
	}
	if carried, ok := errors.AsType[refusedError](err.Err); ok {
		return carried.reason
	}
	return meanings[codeOf(err)].reason
}
