package transport

import (
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"net/http"
	"runtime/debug"

	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Errors for Config.Authenticate to return or wrap, and for the cause of the
// context it returned.
var (
	// ErrUnauthenticated says that a token is missing or malformed. Clients do
	// not try again with it.
	ErrUnauthenticated = errors.New("unauthenticated")
	// ErrEnded says that a token is well-formed and unknown, or has expired or been
	// revoked. Clients may try again with a fresh one.
	ErrEnded = errors.New("session ended")
	// ErrForbidden says that a token is not allowed here. Clients may try again
	// with another one.
	ErrForbidden = errors.New("forbidden")
)

// The values of extensions.code that this package sets or acts upon. Errors of the
// executor may have others.
const (
	codeBadRequest      = "BAD_REQUEST"
	codeValidation      = "VALIDATION_FAILED"
	codeUnauthenticated = "UNAUTHENTICATED"
	codeForbidden       = "FORBIDDEN"
	codeRateLimited     = "RATE_LIMITED"
	codeTooComplex      = "QUERY_TOO_COMPLEX"
	codeOverloaded      = "OVERLOADED"
	codeTooSlow         = "CONSUMER_TOO_SLOW"
	codeInternal        = "INTERNAL"
	// Clients of persisted queries look for this code.
	codePersistedNotFound = "PERSISTED_QUERY_NOT_FOUND"
)

// meanings are what codes say about a request; never written to.
var meanings = map[string]struct {
	reason Reason // why it was refused; "" if it was not
	status int    // of the answer, if the server did not take the request; else zero
}{
	codeBadRequest:      {reason: ReasonRequest},
	codeValidation:      {reason: ReasonInvalid},
	codeUnauthenticated: {ReasonUnauthenticated, http.StatusUnauthorized},
	codeForbidden:       {ReasonForbidden, http.StatusForbidden},
	codeRateLimited:     {ReasonRate, http.StatusTooManyRequests},
	codeTooComplex:      {reason: ReasonCost},
	codeOverloaded:      {ReasonOverloaded, http.StatusServiceUnavailable},
	codeInternal:        {status: http.StatusInternalServerError},
}

// newError returns a GraphQL error with a code.
func newError(code, message string) *gqlerror.Error {
	return &gqlerror.Error{
		Message:    message,
		Extensions: map[string]any{"code": code},
	}
}

// busy returns the error for a sender that has too much under way, and may try again in a
// second.
func busy(message string) *gqlerror.Error {
	refused := because(ReasonConnections, newError(codeRateLimited, message))
	refused.Extensions["retryAfter"] = 1
	return refused
}

// codeOf returns the extensions.code of an error, or "" if it has none.
func codeOf(err *gqlerror.Error) string {
	code, _ := err.Extensions["code"].(string)
	return code
}

// coded returns errors with the codes of this package in place of gqlgen's, and with
// fallback if they have none. It changes copies: requests may share errors.
func coded(errs gqlerror.List, fallback string) gqlerror.List {
	list := make(gqlerror.List, 0, len(errs))
	for _, err := range errs {
		if err == nil {
			continue
		}
		switch codeOf(err) {
		case errcode.ParseFailed:
			err = withCode(err, codeBadRequest)
		case errcode.ValidationFailed:
			err = withCode(err, codeValidation)
		case "":
			err = withCode(err, fallback)
		}
		list = append(list, err)
	}
	if len(list) == 0 {
		// An error presenter may hide every error; the client must still learn
		// that there was one.
		list = append(list, newError(fallback, "The request was refused."))
	}
	return list
}

func withCode(err *gqlerror.Error, code string) *gqlerror.Error {
	changed := *err
	changed.Extensions = maps.Clone(err.Extensions)
	if changed.Extensions == nil {
		changed.Extensions = make(map[string]any, 1)
	}
	changed.Extensions["code"] = code
	return &changed
}

// internal logs an error and returns the error to show to the client: a reference
// that the log has too.
func (h *Handler) internal(ctx context.Context, operation string, cause error) *gqlerror.Error {
	return h.logged(ctx, operation, "error", cause)
}

// recovered is internal for the value of a panic.
func (h *Handler) recovered(ctx context.Context, operation string, value any) *gqlerror.Error {
	return h.logged(ctx, operation+": panic", "panic", value, "stack", string(debug.Stack()))
}

func (h *Handler) logged(ctx context.Context, message string, args ...any) *gqlerror.Error {
	reference := rand.Text()[:10]
	h.config.Logger.ErrorContext(ctx, message, append(args, "reference", reference)...)
	err := newError(codeInternal, "Internal error")
	err.Extensions["reference"] = reference
	return err
}
