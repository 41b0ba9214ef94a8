// Package resolvers answers GraphQL: it checks the caller and what they see, calls the engine, and pages the store.
//
// It owns the way from a field to a use case or a read. Package engine decides everything else. Each entity has a file with
// its fields, its queries and its mutations. The other files, by prefix:
//
//	executor*      how operations run: start here, with the steps of an operation
//	cost_*         what operations cost: estimate, budget, and what is charged afterwards
//	document_*     how documents are read, judged, kept and compared
//	input_*        what comes in: variables, limits of inputs, patches
//	scope*         what one piece of work reads with: a snapshot, its loaders, what the caller sees
//	subscription*  how subscriptions are followed and share their items
//
// Callers. Authenticate puts a token into the context. Each operation looks up the caller of the token again, so a
// changed role or visibility takes effect at once.
//
// Snapshots. A scope is one snapshot of the database with its loaders: a query has one, each field of a mutation one
// that begins after its commit, each item of a stream one. Only so many snapshots are read at a time, so nothing here
// opens a second one inside a scope.
//
// Visibility. Objects that the caller does not see are null. A field that reaches an object from elsewhere than from a visible
// conversation asks the scope whether the caller sees it.
//
// Concurrency. A Resolver is safe for concurrent use, and so is a scope: siblings are resolved in parallel. Nothing
// here outlives its operation.
package resolvers
