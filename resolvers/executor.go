package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"foyer/graph"
)

// Executor runs operations: it is gqlgen's executor with the steps below, each in its file, in their order.
//
//	takeFirstPoint    cost_limits.go      a point is taken for reading the document
//	readDocument      document_read.go    the document is parsed, judged by its form and validated
//	  checkCaller     caller.go           meanwhile: anonymous callers may log in, and nothing else
//	variables.check   input_variables.go  values of variables are of their types
//	checkSize         cost_limits.go      the operation is not too large, and its estimated cost is taken
//	checkInputs       input_limits.go     values of inputs are within their limits
//	findCaller        caller.go           the caller is looked up
//	chargeAnswer      cost_limits.go      use beyond the estimate is charged
//	showStop          cost_answer.go      an answer that became too large is one error
//	scopeResponse     scope.go            a query reads one snapshot
//	scopeRootField    scope.go            so does each field of a mutation
//
// For operations of documents that were read before there is less work: see executor_known.go.
type Executor struct {
	*executor.Executor
	resolver  *Resolver
	schema    *ast.Schema
	maxima    *graph.Limits
	documents *documents
	reader    documentReader
	variables variables
	payloads  payloads
}

var _ graphql.GraphExecutor = (*Executor)(nil)

// Executor returns an executor of operations with these resolvers.
func (r *Resolver) Executor() *Executor {
	maxima := graph.NewLimits(r.engine.Limits().Named)
	executable := graph.NewSchema(r, maxima)
	schema := executable.Schema()
	e := &Executor{Executor: executor.New(executable), resolver: r, schema: schema, maxima: maxima, documents: newDocuments(),
		reader: newDocumentReader(r.limits, schema), variables: variables{schema}, payloads: newPayloads()}
	e.SetQueryCache(readDocuments{})
	e.SetErrorPresenter(r.present)
	e.SetRecoverFunc(recovered)
	e.Use(steps{e})
	e.AroundOperations(r.findCaller)
	e.AroundResponses(r.chargeAnswer)
	e.AroundResponses(showStop)
	e.AroundResponses(r.scopeResponse)
	e.AroundRootFields(r.scopeRootField)
	return e
}

// steps are the steps before an operation.
type steps struct{ *Executor }

var _ interface {
	graphql.HandlerExtension
	graphql.OperationParameterMutator
	graphql.OperationContextMutator
} = steps{}

func (steps) ExtensionName() string { return "Steps" }

func (steps) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters runs the steps up to a valid document, before gqlgen would parse it.
func (s steps) MutateOperationParameters(ctx context.Context, params *graphql.RawParams) *gqlerror.Error {
	if err := s.resolver.takeFirstPoint(ctx); err != nil {
		return err
	}
	return s.reader.readDocument(ctx, params)
}

// MutateOperationContext runs the steps up to an operation that may run.
func (s steps) MutateOperationContext(ctx context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	operation.DisableIntrospection = accountOf(ctx) == ""
	if err := s.variables.check(operation); err != nil {
		return err
	}
	return s.checkOperation(ctx, operation)
}

// checkOperation runs the last steps before an operation.
func (e *Executor) checkOperation(ctx context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	if err := e.checkSize(ctx, operation); err != nil {
		return err
	}
	return e.checkInputs(operation)
}

// CreateOperationContext implements graphql.GraphExecutor.
func (e *Executor) CreateOperationContext(ctx context.Context, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	operation := e.known(ctx, params)
	var errs gqlerror.List
	if operation != nil {
		errs = e.prepareKnown(ctx, operation)
	} else {
		operation, errs = e.prepareUnknown(ctx, params)
	}
	if len(errs) == 0 {
		e.answerRefusals(operation)
		weigh(operation, e.resolver.limits.MaxAnswer)
	}
	return operation, errs
}

// prepareUnknown leaves it to gqlgen to make the context of an operation, and keeps the document. Documents of strangers are
// not kept: they would take the place of others.
func (e *Executor) prepareUnknown(ctx context.Context, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
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

type executorKey struct{}

// DispatchOperation implements graphql.GraphExecutor. A subscription finds the executor in its context: each of its items
// is shown by an execution of its own.
func (e *Executor) DispatchOperation(ctx context.Context, operation *graphql.OperationContext) (graphql.ResponseHandler, context.Context) {
	if operation.Operation.Operation == ast.Subscription {
		ctx = context.WithValue(ctx, executorKey{}, e)
	}
	return e.Executor.DispatchOperation(ctx, operation)
}
