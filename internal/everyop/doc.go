// Package everyop makes requests for every operation of the schema: every query, mutation and subscription, and every
// field of an object that takes arguments. It reads the schema, so a test that runs the requests covers operations that are
// added later too.
//
// The requests are valid, but the ids and names in them need not exist. A test that needs objects that exist provides them
// by Maker.Value.
//
// A Maker does not change once it is made, and is safe for concurrent use.
package everyop
