// Package resolvers answers GraphQL: it checks who asks and what they see, calls the engine, and pages the store.
//
// It owns nothing but the way from a field to a use case or a read. Each entity has a file with its fields, its queries
// and its mutations. Everything that decides anything is in package engine.
//
// Callers. Authenticate keeps a token in the context; each operation finds out afresh who is behind it, so a changed
// role or visibility counts at once. Nothing below a field asks for the token.
//
// Snapshots. A scope is one snapshot of the database with its loaders: a query has one, each field of a mutation one
// that begins after its commit, each item of a stream one. Only so many snapshots are read at a time, so nothing here
// opens a second one inside a scope.
//
// Visibility. What is not visible is null. A field that reaches an object from elsewhere than from a visible
// conversation asks the scope whether it is visible.
//
// Concurrency. A Resolver is safe for concurrent use, and so is a scope: siblings are resolved in parallel. Nothing
// here outlives its operation.
package resolvers
