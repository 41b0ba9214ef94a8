package transport

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"foyer/internal/ratelimit"
)

// ErrDeadline is the cause with which the context of an operation ends after
// Config.OperationTimeout.
var ErrDeadline = errors.New("the operation took too long")

// slot is one of the limited number of operations under way. It belongs to one
// goroutine.
type slot struct {
	handler  *Handler
	stranger bool
	account  string
	network  netip.Addr
	held     bool
	load     load // of the request
}

// enter takes a slot of the account or, for a stranger, of the address. If there is none it returns why.
func (s *slot) enter(ctx context.Context, h *Handler) *gqlerror.Error {
	s.handler, s.network = h, ratelimit.NetworkAddr(Address(ctx))
	s.account, s.stranger = h.accountOf(ctx)
	whose := "account"
	if s.stranger {
		whose, s.held = "address", h.strangersOperations.take(s.network, 1)
	} else {
		s.held = h.operations.take(s.account, 1)
	}
	if s.held {
		return nil
	}
	refused := busy("Your " + whose + " has too many operations in progress. Wait for one to end.")
	refusedBy(ctx, gqlerror.List{refused})
	return refused
}

// leave frees the slot. It may be called again.
func (s *slot) leave() {
	s.load.drop()
	switch {
	case !s.held:
	case s.stranger:
		s.handler.strangersOperations.giveBack(s.network, 1)
	default:
		s.handler.operations.giveBack(s.account, 1)
	}
	s.held = false
}

// execute runs a query or a mutation, for OperationTimeout at most. The response is nil if nobody waits for it.
func (h *Handler) execute(ctx context.Context, operation *graphql.OperationContext) *graphql.Response {
	within, cancel := context.WithTimeoutCause(ctx, h.config.OperationTimeout, ErrDeadline)
	defer cancel()
	next, within := h.config.Executor.DispatchOperation(within, operation)
	response := next(within)
	late := ctx.Err() == nil && errors.Is(context.Cause(within), ErrDeadline)
	switch {
	case response == nil && !late && ctx.Err() == nil:
		response = &graphql.Response{Errors: gqlerror.List{h.internal(ctx, "run operation", errors.New("the executor gave no response"))}}
	case late && response == nil:
		response = &graphql.Response{Errors: gqlerror.List{h.late()}}
	case late && len(response.Errors) > 0 && operation.Operation.Operation == ast.Query:
		// The response to a mutation says what it has done before its deadline.
		response = &graphql.Response{Errors: gqlerror.List{h.late()}, Extensions: response.Extensions}
	}
	if late && len(response.Errors) > 0 {
		Refused(ctx, ReasonDeadline)
	}
	if response == nil {
		return nil
	}
	if refused := h.tooLarge(ctx, response); refused != nil {
		if operation.Operation.Operation == ast.Mutation {
			refused.Message += " The mutation was executed."
		}
		return &graphql.Response{Errors: gqlerror.List{refused}, Extensions: response.Extensions}
	}
	if len(response.Data) == 0 && len(response.Errors) > 0 {
		response.Errors = coded(response.Errors, codeInternal)
	}
	return response
}

// late returns the answer to an operation that took too long.
func (h *Handler) late() *gqlerror.Error {
	return newError(codeOverloaded, fmt.Sprintf("The operation took longer than %v. Ask for less, or try again later.", h.config.OperationTimeout))
}

// tooLarge returns why a response is not sent, or nil if it may be.
func (h *Handler) tooLarge(ctx context.Context, response *graphql.Response) *gqlerror.Error {
	if len(response.Data) <= h.config.MaxAnswer {
		return nil
	}
	refused := newError(codeTooComplex, fmt.Sprintf("The answer has %d bytes; at most %d are allowed. Ask for less.", len(response.Data), h.config.MaxAnswer))
	Refused(ctx, ReasonAnswer)
	return refused
}
