package transport

import (
	"context"
	"slices"
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
		// Only now, so that documents that cannot be run do not fill the
		// memory.
		if account, stranger := h.accountOf(ctx); named != nil && !stranger {
			// A copy: the query may be a part of something larger, such as a URL.
			h.documents.Put(account, *named, strings.Clone(query), len(query)+documentCost)
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
// directive is part of every gqlparser schema, and the executor would answer it
// with pieces that neither this package nor most clients can put together.
func usesDefer(operation *graphql.OperationContext) bool {
	return strings.Contains(operation.RawQuery, "defer") &&
		(slices.ContainsFunc(operation.Doc.Operations, func(o *ast.OperationDefinition) bool { return defers(o.SelectionSet) }) ||
			slices.ContainsFunc(operation.Doc.Fragments, func(f *ast.FragmentDefinition) bool { return defers(f.SelectionSet) }))
}

func defers(selections ast.SelectionSet) bool {
	return slices.ContainsFunc(selections, func(selection ast.Selection) bool {
		switch selection := selection.(type) {
		case *ast.Field:
			return defers(selection.SelectionSet)
		case *ast.InlineFragment:
			return selection.Directives.ForName("defer") != nil || defers(selection.SelectionSet)
		case *ast.FragmentSpread:
			return selection.Directives.ForName("defer") != nil
		default:
			return false
		}
	})
}
