package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// maxDepthOfSchema is how deep introspection may go: the usual query for all of it is 15 deep.
const maxDepthOfSchema = 16

// takeFirstPoint takes the first point of an operation, which pays for reading and validating its document.
func (r *Resolver) takeFirstPoint(ctx context.Context) *gqlerror.Error {
	c := &cost{Requested: 1, Maximum: r.limits.MaxCost, began: r.limits.Clock()}
	graphql.GetOperationContext(ctx).Stats.SetExtension(costExtension, c)
	return r.spend(ctx, c, 1)
}

// size is how large an operation is.
type size struct {
	depth     depth
	elsewhere string // a field that subscriptions do not have
	cost      int
}

// checkSize refuses an operation that is too large, and takes the points of its estimated cost.
func (e *Executor) checkSize(ctx context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	s := e.measure(operation)
	switch {
	case s.elsewhere != "":
		return requestError(codeValidation, "%s is not available inside a subscription.", s.elsewhere)
	case s.depth.data > e.resolver.limits.MaxDepth:
		return requestError(codeTooComplex, "The operation is nested %d levels deep; at most %d are allowed.", s.depth.data, e.resolver.limits.MaxDepth)
	case s.depth.schema > maxDepthOfSchema:
		return requestError(codeTooComplex, "The operation is nested %d levels deep; at most %d are allowed.", s.depth.schema, maxDepthOfSchema)
	}
	c := costOf(operation)
	c.introspects = s.depth.schema > 0
	c.Requested = max(1, s.cost)
	if c.Requested > c.Maximum {
		return e.tooDear(operation, c)
	}
	refused := e.resolver.spend(ctx, c, c.Requested-1)
	if isSubscription(operation) {
		c.setHeaders(ctx) // now: the headers of a stream are written before its first item
	}
	return refused
}

// measure returns the size of an operation, without the cost if it is too deep. The size is kept with the document, unless it
// depends on variables.
func (e *Executor) measure(operation *graphql.OperationContext) size {
	if known, ok := e.documents.size(operation.RawQuery, operation.Operation); ok {
		return known
	}
	selections := operation.Operation.SelectionSet
	form := newForm(operation.Operation.Operation == ast.Subscription)
	s := size{depth: form.measure(selections), elsewhere: form.elsewhere}
	if s.elsewhere != "" || s.depth.data > e.resolver.limits.MaxDepth || s.depth.schema > maxDepthOfSchema {
		return s
	}
	bill := newBill(e.schema, operation.Variables)
	s.cost = bill.selections(selections, e.schema.Types[rootType(operation.Operation.Operation)]).once
	if !bill.varies {
		e.documents.keepSize(operation.RawQuery, operation.Operation, s)
	}
	return s
}

// tooDear returns the error of an operation that costs more than the maximum. It names the paths that cost most.
func (e *Executor) tooDear(operation *graphql.OperationContext, c *cost) *gqlerror.Error {
	bill := newBill(e.schema, operation.Variables)
	bill.explains = true
	dearest := bill.selections(operation.Operation.SelectionSet, e.schema.Types[rootType(operation.Operation.Operation)]).paths.dearest(dearestShown)
	refused := requestError(codeTooComplex, "%s", tooComplex(c.Requested, c.Maximum, dearest))
	refused.Extensions["dearest"] = dearest
	return refused
}

// chargeAnswer charges what an answer used beyond the estimate, and adds the charge to the answer. Items of subscriptions are
// shared, and are charged when they are delivered.
func (r *Resolver) chargeAnswer(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
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
		r.chargeUse(ctx, c, len(response.Data))
	}
	c.setHeaders(ctx)
	return response
}

// isSubscription reports whether an operation is a subscription. It may be one that was refused before it was read.
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
