// Package client speaks GraphQL with a Foyer server as any integration does: over HTTP, and over a websocket for
// subscriptions. It is what the commands that need a running server are built on.
//
// It imports nothing of this module, so that what it can do is what the published API can do. A Client is safe for
// concurrent use and starts no goroutine that outlives a call.
package client
