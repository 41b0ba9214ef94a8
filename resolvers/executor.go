package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"foyer/graph"
)

// Executor runs operations. It is gqlgen's, but for operations of documents that it has seen before and whose variables
// need nothing done to them: there is less to do for these.
type Executor struct {
	*executor.Executor
	documents *documents
	variables variables
	callers   callers
	limits    limits
	inputs    inputs
}

var _ graphql.GraphExecutor = (*Executor)(nil)

// Executor makes what runs operations: the schema with its limits, who calls, and how failures are shown.
func (r *Resolver) Executor() *Executor {
	maxima := graph.NewLimits(r.engine.Limits().Named)
	schema := graph.NewSchema(r, maxima)
	known := newDocuments()
	e := &Executor{Executor: executor.New(schema), documents: known, variables: variables{schema.Schema()},
		callers: callers{r}, limits: limits{r, schema.Schema(), known}, inputs: inputs{maxima, known}}
	read := newReaders(r.limits, schema.Schema())
	e.SetQueryCache(read)
	e.SetErrorPresenter(r.present)
	e.SetRecoverFunc(recovered)
	e.Use(e.callers)
	e.Use(e.variables)
	e.Use(e.limits)
	e.Use(read) // what has been paid for
	e.Use(stops{})
	e.Use(e.inputs)
	e.Use(scopes{r})
	return e
}

// CreateOperationContext implements graphql.GraphExecutor.
func (e *Executor) CreateOperationContext(ctx context.Context, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	operation, errs := e.context(ctx, params)
	if len(errs) == 0 {
		answerRefused(operation)
		weigh(operation, e.limits.limits.MaxAnswer)
	}
	return operation, errs
}

func (e *Executor) context(ctx context.Context, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	operation := e.known(ctx, params)
	if operation == nil {
		return e.unknown(ctx, params)
	}
	ctx = graphql.WithOperationContext(ctx, operation)
	// What of ours takes part, in the order of gqlgen.
	err := e.limits.MutateOperationParameters(ctx, params)
	if err == nil {
		err = e.callers.MutateOperationContext(ctx, operation)
	}
	if err == nil {
		err = e.limits.MutateOperationContext(ctx, operation)
	}
	if err == nil {
		err = e.inputs.MutateOperationContext(ctx, operation)
	}
	if err != nil {
		return operation, gqlerror.List{err}
	}
	return operation, nil
}

// unknown reads a document, and leaves it to gqlgen to make the context of its operation. Documents of strangers are not
// kept: they would take the place of others.
func (e *Executor) unknown(ctx context.Context, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	ctx, read := withReading(ctx)
	operation, errs := e.Executor.CreateOperationContext(ctx, params)
	switch account := accountOf(ctx); {
	case len(read.refused) > 0:
		return operation, read.refused
	case len(errs) == 0 && account != "":
		e.documents.keep(account, operation)
	}
	nameVariables(errs)
	return operation, errs
}

// known makes the context of an operation of which there is nothing to find out; nil where there is.
func (e *Executor) known(ctx context.Context, params *graphql.RawParams) *graphql.OperationContext {
	document := e.documents.find(params.Query)
	if document == nil {
		return nil
	}
	operation := document.parsed.Operations.ForName(params.OperationName)
	if operation == nil {
		return nil
	}
	values, ok := e.variables.of(operation, params.Variables)
	if !ok {
		return nil
	}
	return &graphql.OperationContext{
		RawQuery: params.Query, OperationName: params.OperationName, Extensions: params.Extensions, Headers: params.Headers,
		Doc: document.parsed, Operation: operation, Variables: values,
		DisableIntrospection: true, RecoverFunc: recovered,
		ResolverMiddleware: document.fields, RootResolverMiddleware: document.rootFields,
		Stats: graphql.Stats{Read: params.ReadTime, OperationStart: graphql.GetStartTime(ctx)},
	}
}
