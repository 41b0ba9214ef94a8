// Package client is a client of the published API, as any integration may have one: GraphQL over HTTP, and over a websocket
// for subscriptions. The commands that need a running server use it.
//
// It imports nothing of this module, so that it can do only what the API can do. A Client is safe for
// concurrent use and starts no goroutine that outlives a call.
package client
