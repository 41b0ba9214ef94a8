package transport

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// prepare finds, parses and validates an operation. If it cannot be run, the
// response says why, with a code in every error.
func (h *Handler) prepare(
	ctx context.Context, params *graphql.RawParams,
) (*graphql.OperationContext, *graphql.Response) {
	named, refused := h.recall(params)
	if refused != nil {
		refusedBy(ctx, gqlerror.List{refused})
		return nil, &graphql.Response{Errors: gqlerror.List{refused}}
	}
	query := params.Query
	operation, errs := h.config.Executor.CreateOperationContext(ctx, params)
	if len(errs) == 0 && usesDefer(operation) {
		errs = gqlerror.List{newError(codeValidation, "@defer is not supported.")}
	}
	if len(errs) == 0 {
		// Only now, so that nobody fills the memory with what cannot be run.
		if account, stranger := h.accountOf(ctx); named != nil && !stranger {
			h.remember(account, *named, query)
		}
		return operation, nil
	}
	response := h.config.Executor.DispatchError(graphql.WithOperationContext(ctx, operation), errs)
	if response == nil {
		response = &graphql.Response{Errors: errs}
	}
	response.Data = nil
	response.Errors = coded(response.Errors, codeBadRequest)
	refusedBy(ctx, response.Errors)
	return nil, response
}

// usesDefer reports whether a document asks for a response in pieces. The
// directive is part of every gqlparser schema, and the executor would answer
// it with pieces that we, and most clients, have no way to put together.
func usesDefer(operation *graphql.OperationContext) bool {
	if !strings.Contains(operation.RawQuery, "defer") {
		return false
	}
	for _, definition := range operation.Doc.Operations {
		if defers(definition.SelectionSet) {
			return true
		}
	}
	for _, fragment := range operation.Doc.Fragments {
		if defers(fragment.SelectionSet) {
			return true
		}
	}
	return false
}

func defers(selections ast.SelectionSet) bool {
	for _, selection := range selections {
		switch selection := selection.(type) {
		case *ast.Field:
			if defers(selection.SelectionSet) {
				return true
			}
		case *ast.InlineFragment:
			if selection.Directives.ForName("defer") != nil || defers(selection.SelectionSet) {
				return true
			}
		case *ast.FragmentSpread:
			if selection.Directives.ForName("defer") != nil {
				return true
			}
		}
	}
	return false
}
