package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// maxDepthOfSchema is how deep introspection may go: the usual query for all of it is 15 deep.
const maxDepthOfSchema = 16

// limits refuses operations that ask for too much, before anything of them runs, and tells in each answer what it cost.
type limits struct {
	*Resolver
	schema    *ast.Schema
	documents *documents
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationParameterMutator
	graphql.OperationContextMutator
	graphql.ResponseInterceptor
} = limits{}

func (limits) ExtensionName() string { return "Limits" }

func (limits) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters takes the first point, for which the document is read and validated.
func (l limits) MutateOperationParameters(ctx context.Context, _ *graphql.RawParams) *gqlerror.Error {
	c := &cost{Requested: 1, Maximum: l.limits.MaxCost, began: l.limits.Clock()}
	graphql.GetOperationContext(ctx).Stats.SetExtension(costExtension, c)
	return l.spend(ctx, c, 1)
}

// size is how large an operation is.
type size struct {
	depth     depth
	aliases   int
	elsewhere string // a field that is not for streams
	cost      int
}

// MutateOperationContext measures the operation and takes what it costs.
func (l limits) MutateOperationContext(ctx context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	s := l.measure(operation)
	switch {
	case s.elsewhere != "":
		return requestError(codeValidation, "%s is not available inside a subscription.", s.elsewhere)
	case s.depth.data > l.limits.MaxDepth:
		return requestError(codeTooComplex, "The operation is %d deep; at most %d is allowed.", s.depth.data, l.limits.MaxDepth)
	case s.depth.schema > maxDepthOfSchema:
		return requestError(codeTooComplex, "The operation is %d deep; at most %d is allowed.", s.depth.schema, maxDepthOfSchema)
	case s.aliases > l.limits.MaxAliases:
		return requestError(codeTooComplex, "The operation has %d aliases; at most %d are allowed.", s.aliases, l.limits.MaxAliases)
	}
	c := costOf(operation)
	c.introspects = s.depth.schema > 0
	c.Requested = max(1, s.cost)
	if c.Requested > c.Maximum {
		return l.tooDear(operation, c)
	}
	refused := l.spend(ctx, c, c.Requested-1)
	if isSubscription(operation) {
		c.tell(ctx) // now: the header of a stream is written before its first item
	}
	return refused
}

// measure returns the size of an operation. It is kept with its document, unless it depends on variables. What is too deep
// has no cost.
func (l limits) measure(operation *graphql.OperationContext) size {
	if known, ok := l.documents.size(operation.RawQuery, operation.Operation); ok {
		return known
	}
	selections := operation.Operation.SelectionSet
	form := newForm(operation.Operation.Operation == ast.Subscription)
	s := size{depth: form.measure(selections), aliases: form.aliases, elsewhere: form.elsewhere}
	if s.elsewhere != "" || s.depth.data > l.limits.MaxDepth || s.depth.schema > maxDepthOfSchema {
		return s
	}
	bill := newBill(l.schema, operation.Variables)
	s.cost = bill.selections(selections, l.schema.Types[rootType(operation.Operation.Operation)]).once
	if !bill.varies {
		l.documents.keepSize(operation.RawQuery, operation.Operation, s)
	}
	return s
}

// tooDear refuses an operation that costs more than one may, and names what costs most of it.
func (l limits) tooDear(operation *graphql.OperationContext, c *cost) *gqlerror.Error {
	dearest := newBill(l.schema, operation.Variables).dearest(operation.Operation.SelectionSet,
		l.schema.Types[rootType(operation.Operation.Operation)])
	refused := requestError(codeTooComplex, "%s", tooComplex(c.Requested, c.Maximum, dearest))
	refused.Extensions["dearest"] = dearest
	return refused
}

// InterceptResponse charges what an answer has used, and tells it. The items of a stream do not: they may be others' as
// well.
func (l limits) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if !graphql.HasOperationContext(ctx) {
		return next(ctx)
	}
	operation := graphql.GetOperationContext(ctx)
	c := costOf(operation)
	if c == nil || isSubscription(operation) {
		return next(ctx)
	}
	graphql.RegisterExtension(ctx, costExtension, c)
	response := next(ctx)
	if response != nil {
		l.settle(ctx, c, len(response.Data))
	}
	c.tell(ctx)
	return response
}

// isSubscription reports it of an operation; one that was refused may be nothing yet.
func isSubscription(operation *graphql.OperationContext) bool {
	return operation.Operation != nil && operation.Operation.Operation == ast.Subscription
}

func rootType(operation ast.Operation) string {
	switch operation {
	case ast.Mutation:
		return "Mutation"
	case ast.Subscription:
		return "Subscription"
	default:
		return "Query"
	}
}
