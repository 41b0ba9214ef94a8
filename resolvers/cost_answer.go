package resolvers

import (
	"context"
	"encoding/json"
	"errors"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"foyer/transport"
)

const (
	// leastWeight is how many bytes any value counts in an answer, with the punctuation around it.
	leastWeight = 4
	// lookEvery is after how many bytes of an answer the deadline of its operation is checked.
	lookEvery = 512
)

// errStopped is the error of each field that is not resolved because its operation was stopped. It is not shown.
var errStopped = errors.New("the operation was stopped")

// weight is the size of the answer to an operation so far. Fields that only read memory, such as those of introspection,
// notice neither the deadline nor the size of the answer, so weigh checks both at each field.
type weight struct {
	most    int64
	bytes   atomic.Int64
	stopped atomic.Bool
}

// weigh makes each field of an operation count towards the weight of its answer, and stops the operation when that is too
// much or its deadline has passed. Items of a stream are not weighed.
func weigh(operation *graphql.OperationContext, most int) {
	if operation.Operation.Operation == ast.Subscription {
		return
	}
	w := &weight{most: int64(most)}
	next := operation.ResolverMiddleware
	operation.ResolverMiddleware = func(ctx context.Context, resolve graphql.Resolver) (any, error) {
		if w.stopped.Load() {
			return nil, w.afterStop(ctx)
		}
		value, err := next(ctx, resolve)
		if err != nil {
			return value, err
		}
		return value, w.add(ctx, value)
	}
}

// add counts a field. It fails for the field that exceeds the limit.
func (w *weight) add(ctx context.Context, value any) error {
	name := graphql.GetFieldContext(ctx).Field.Alias
	more := int64(leastWeight + len(name) + weightOf(value))
	bytes := w.bytes.Add(more)
	late := (bytes-more)/lookEvery != bytes/lookEvery && ctx.Err() != nil
	if bytes <= w.most && !late {
		return nil
	}
	if w.stopped.Swap(true) {
		return errStopped
	}
	return w.why(ctx)
}

// why returns the error of an operation that is stopped.
func (w *weight) why(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return requestError(codeTooComplex, "The answer is larger than %d bytes. Ask for less.", w.most)
}

// afterStop returns the error of a field of an operation that was stopped. For a mutation that had not begun, it says
// why it was not run.
func (w *weight) afterStop(ctx context.Context) error {
	if isMutation(ctx) && len(graphql.GetPath(ctx)) == 1 {
		return w.why(ctx)
	}
	return errStopped
}

// weightOf returns how many bytes a value takes in an answer at least.
func weightOf(value any) int {
	switch v := value.(type) {
	case string:
		return len(v)
	case *string:
		if v != nil {
			return len(*v)
		}
	case []string:
		n := 0
		for _, s := range v {
			n += len(s)
		}
		return n
	case json.RawMessage:
		return len(v)
	}
	return 0
}

// showStop shows a single error in place of a query's answer that became too large. The results of mutations are shown.
func showStop(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	if response == nil || isMutation(ctx) {
		return response
	}
	for _, err := range response.Errors {
		if err.Extensions["code"] == codeTooComplex {
			response.Data, response.Errors = nil, gqlerror.List{err}
			break
		}
	}
	return response
}

// late returns the error of a field after its operation's deadline. Below a field of a mutation it says that the
// mutation was executed and the answer is not complete. A mutation that waited for its turn was not executed.
func late(ctx context.Context, path ast.Path) *gqlerror.Error {
	if isMutation(ctx) && len(path) > 1 {
		shown := requestError(codeInternal, "The answer took too long. The mutation was executed.")
		shown.Extensions["outcome"] = "UNKNOWN"
		return shown
	}
	return requestError(codeOverloaded, "The operation took too long. Ask for less, or try again later.")
}

// isLate reports whether an operation's deadline has passed.
func isLate(ctx context.Context) bool { return errors.Is(context.Cause(ctx), transport.ErrDeadline) }
