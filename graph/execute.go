// Package graph is what gqlgen generates from schema.graphql, gqlgen.yml and the Go types. Three files are written by hand:
// connection.go, the pages of lists; execute.go, which runs an operation with the generated code; and limit.go, which reads the
// limits of inputs from the schema.
package graph

import (
	"bytes"
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// responseSize is the initial size of the buffer of a response, in bytes.
const responseSize = 1 << 10

// NewSchema returns the schema, as limits describe it, with these resolvers. Unlike the schema of NewExecutableSchema it makes
// no map of all input types for each operation, which graphql.UnmarshalInputFromContext would read: Foyer's resolvers get
// inputs as arguments. The map takes 68 of the 860 allocations of a messageReceive and 7 of its 115 µs
// (BenchmarkMessageReceive/again in package resolvers).
func NewSchema(resolvers ResolverRoot, limits *Limits) graphql.ExecutableSchema {
	generated := NewExecutableSchema(Config{Schema: limits.Schema(), Resolvers: resolvers}).(*executableSchema)
	return schema{generated}
}

type schema struct{ *executableSchema }

// Exec runs operations as the generated Exec does. It leaves those to it whose answers may come in parts.
func (s schema) Exec(ctx context.Context) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx)
	if strings.Contains(operation.RawQuery, "defer") {
		return s.executableSchema.Exec(ctx)
	}
	ec := newExecutionContext(operation, s.executableSchema, nil)
	if operation.Operation.Operation == ast.Subscription {
		return ec.stream(ctx)
	}
	answered := false
	return func(ctx context.Context) *graphql.Response {
		if answered {
			return nil
		}
		answered = true
		run := ec._Query
		if operation.Operation.Operation == ast.Mutation {
			run = ec._Mutation
		}
		data := run(ctx, operation.Operation.SelectionSet)
		buffer := bytes.NewBuffer(make([]byte, 0, responseSize))
		data.MarshalGQL(buffer)
		return &graphql.Response{Data: buffer.Bytes()}
	}
}

// stream runs a subscription. The data of a response is overwritten by the next one.
func (ec *executionContext) stream(ctx context.Context) graphql.ResponseHandler {
	next := ec._Subscription(ctx, ec.OperationContext.Operation.SelectionSet)
	var buffer bytes.Buffer
	return func(ctx context.Context) *graphql.Response {
		data := next(ctx)
		if data == nil {
			return nil
		}
		buffer.Reset()
		data.MarshalGQL(&buffer)
		return &graphql.Response{Data: buffer.Bytes()}
	}
}
