// Package graph is what gqlgen makes of schema.graphql, gqlgen.yml and the Go types. This file alone is written by hand: how
// an operation is run with the rest.
package graph

import (
	"bytes"
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// responseSize is how large the buffer of a response is to begin with, in bytes.
const responseSize = 1 << 10

// NewSchema returns the schema, as limits describe it, with these resolvers. Unlike that of NewExecutableSchema it makes no map of all input types
// for each operation, by which resolvers could read inputs out of a context, graphql.UnmarshalInputFromContext: ours have
// them as arguments, and the map takes as long as the rest of the operation.
func NewSchema(resolvers ResolverRoot, limits *Limits) graphql.ExecutableSchema {
	generated := NewExecutableSchema(Config{Schema: limits.Schema(), Resolvers: resolvers}).(*executableSchema)
	return schema{generated}
}

type schema struct{ *executableSchema }

// Exec runs queries and mutations as the generated Exec does, and leaves to it what has more than one response.
func (s schema) Exec(ctx context.Context) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx)
	if operation.Operation.Operation == ast.Subscription || strings.Contains(operation.RawQuery, "defer") {
		return s.executableSchema.Exec(ctx)
	}
	ec := newExecutionContext(operation, s.executableSchema, nil)
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
