// Package transport serves GraphQL over HTTP and over websockets on one
// endpoint.
//
// It owns everything between a socket and a gqlgen executor: content
// negotiation, status codes, request limits, the sub-protocol
// graphql-transport-ws, back pressure, and the end of streams. It knows no
// domain: who a token belongs to is answered by Config.Authenticate, what an
// operation does by the executor.
//
// It may import gqlgen's graphql package, gqlparser and gorilla/websocket, and
// nothing of this module.
//
// # HTTP
//
// GET and POST follow the GraphQL-over-HTTP specification. A response is
// application/json unless the client prefers application/graphql-response+json.
// Subscriptions are refused here.
//
// # Websockets
//
// gorilla upgrades a connection and parses its frames; everything sent goes
// through an outbox of ours. The HTTP handler returns as soon as the upgrade is
// done, so net/http frees its buffers. What an idle connection keeps is one
// goroutine that reads, with a buffer of 256 bytes.
//
// # Concurrency
//
// A Handler is safe for concurrent use. A connection has one reader goroutine,
// one goroutine per operation under way, and a writer goroutine only while
// there is something to write. The reader waits for all of them before it ends,
// and Shutdown waits for the readers. Locks are taken in the order Handler,
// connection, outbox, and none is held while the executor, Authenticate or the
// network is called.
//
// # Lifecycle
//
// New starts nothing. Shutdown closes every websocket with 1012 and refuses new
// ones; it may be called more than once, or never if no websocket was opened.
// Plain HTTP requests are waited for by http.Server.Shutdown, which knows
// nothing of the websockets: call both.
package transport
