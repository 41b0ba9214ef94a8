// Package transport serves GraphQL over HTTP, over server-sent events and over
// websockets on one endpoint.
//
// It owns everything between a socket and a gqlgen executor: content negotiation,
// status codes, request limits, the sub-protocol graphql-transport-ws, the
// protocol graphql-sse, persisted queries, back pressure, and the end of streams.
// It knows no domain: Config.Authenticate knows who a token belongs to,
// Config.StreamPosition an item's position in its stream, and the executor what
// an operation does.
//
// It may import gqlgen's graphql package, gqlparser, gorilla/websocket and the
// packages under internal, and nothing else of this module.
//
// # HTTP
//
// GET and POST follow the GraphQL-over-HTTP specification. A response is
// application/json unless the client prefers application/graphql-response+json.
//
// A client may send the SHA-256 of a document in its place, after it has sent
// both once: automatic persisted queries, over websockets too. An unknown one is
// answered by the error PersistedQueryNotFound.
//
// # Event streams
//
// A client that accepts text/event-stream is served subscriptions, by GET and POST,
// and one that prefers it also queries and mutations: the distinct connections mode
// of graphql-sse. Requests that are not GraphQL, or that the server does not
// accept, are answered by a status as without streams; all other errors are an
// event next with errors, and complete. After a stream that ends without complete,
// the client should come back: see Config.ResumeArgument. Between two events there
// are a goroutine of the request, one of net/http that notices when the client
// leaves, and their buffers. Websockets need less.
//
// # Websockets
//
// gorilla upgrades a connection and parses its frames; everything that is sent
// goes through a sendQueue. The HTTP handler returns as soon as the upgrade is
// done, so net/http frees its buffers. An idle connection keeps only one
// goroutine that reads, with a buffer of 256 bytes.
//
// # Limits
//
// Config limits sizes, the time of operations, operations under way on a websocket,
// by account and by address, and lasting connections in all, by token and by
// address. The executor decides what operations may cost: it reports that by
// SetHeader and by an error RATE_LIMITED, which is answered 429, and finds the
// client's address by Address. Pages of the origins that Config.CheckOrigin lets
// open websockets may read all other answers too (CORS).
//
// A stranger, who has sent no token or an unknown one, is limited by address, and
// nothing of a stranger's requests is kept: see Config.Account.
//
// Each request that is refused, here or by the executor, is reported to
// Config.Observer with one of a fixed set of reasons. A refusal without an error
// that has a code, such as a failed log-in, is reported by Refused.
//
// # Concurrency
//
// A Handler is safe for concurrent use. An event stream runs in the goroutine of
// its request, and in that of a timer while a comment is sent; the items that a
// Source offers wait for it, as many as for a websocket. A websocket has one
// reader goroutine and one goroutine per operation under way. Frames are written
// by goroutines that serve all websockets, as many as there are processors, and
// only while there is something to write. A websocket has a writer of its own
// while its socket does not take everything at once, and always over TLS. The
// reader waits for all goroutines of its connection before it ends, and Shutdown
// waits for the readers, the event streams and the writers. Locks are taken in the
// order Handler, connection, send queue. None is held while the executor,
// Authenticate or the network is called, except that of an event stream while it
// writes.
//
// # Lifecycle
//
// New starts nothing. Shutdown closes every websocket with 1012, ends every
// event stream, and refuses new ones; it may be called more than once, or never
// if none was opened. Plain HTTP requests are waited for by
// http.Server.Shutdown, which knows nothing of the websockets and would wait for
// event streams in vain: call both.
package transport
