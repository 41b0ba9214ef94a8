package resolvers

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"foyer/account"
	"foyer/store"
)

// The values of extensions.code of errors of resolvers.
const (
	codeUnauthenticated = "UNAUTHENTICATED"
	codeForbidden       = "FORBIDDEN"
	codeBadRequest      = "BAD_REQUEST"
	codeValidation      = "VALIDATION_FAILED"
	codeTooComplex      = "QUERY_TOO_COMPLEX"
	codeRateLimited     = "RATE_LIMITED"
	codeOverloaded      = "OVERLOADED"
	codeInternal        = "INTERNAL"
)

// requestError returns an error that clients are shown unchanged.
func requestError(code, format string, args ...any) *gqlerror.Error {
	return &gqlerror.Error{Message: fmt.Sprintf(format, args...), Extensions: map[string]any{"code": code}}
}

// panicError is a panic of a resolver.
type panicError struct {
	value any
	stack string
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

func recovered(_ context.Context, value any) error {
	return &panicError{value: value, stack: string(debug.Stack())}
}

// present returns the error to show to the client. Request errors pass unchanged. An error that a client can do nothing about
// is logged, and shown as a reference to the log.
func (r *Resolver) present(ctx context.Context, err error) *gqlerror.Error {
	if errors.Is(err, errStopped) {
		return nil
	}
	at, ok := errors.AsType[*gqlerror.Error](err)
	if !ok {
		at = gqlerror.WrapPath(graphql.GetPath(ctx), err)
	}
	if at.Err == nil {
		return at // from this package, or of parsing and validation
	}
	shown := r.shownAs(ctx, at)
	shown.Path, shown.Locations = at.Path, at.Locations
	return shown
}

func (r *Resolver) shownAs(ctx context.Context, at *gqlerror.Error) *gqlerror.Error {
	cause := at.Err
	panicked, isPanic := errors.AsType[*panicError](cause)
	unknown := errors.Is(cause, store.ErrOutcomeUnknown)
	switch {
	case isPanic, unknown:
		// It is logged even if nobody waits for the answer.
	case isLate(ctx):
		return late(ctx, at.Path)
	case ctx.Err() != nil, errors.Is(cause, context.Canceled), errors.Is(cause, context.DeadlineExceeded), errors.Is(cause, account.ErrEnded):
		return requestError(codeInternal, "The operation was ended.") // nobody waits for it, or they got another error
	case errors.Is(cause, store.ErrOverloaded), errors.Is(cause, store.ErrClosed):
		return requestError(codeOverloaded, "The server is busy. Try again later.")
	case errors.Is(cause, store.ErrViewExpired):
		return requestError(codeOverloaded, "The query took too long.")
	case isArgument(ctx):
		return requestError(codeValidation, "%s", cause)
	}
	reference := rand.Text()[:10]
	attributes := []any{"error", cause, "path", at.Path.String(), "reference", reference}
	if isPanic {
		attributes = append(attributes, "stack", panicked.stack)
	}
	r.log.ErrorContext(ctx, "resolve a field", attributes...)
	shown := requestError(codeInternal, "Internal error")
	shown.Extensions["reference"] = reference
	if unknown {
		shown.Extensions["outcome"] = "UNKNOWN"
	}
	return shown
}

// isArgument reports whether the error is about the arguments of a field, so that its resolver was not called: they have been
// validated, but custom scalars are read only then.
func isArgument(ctx context.Context) bool {
	field := graphql.GetFieldContext(ctx)
	return field != nil && field.IsResolver && field.Args == nil &&
		field.Field.Field != nil && field.Field.Definition != nil && len(field.Field.Definition.Arguments) > 0
}
