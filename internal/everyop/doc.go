// Package everyop makes requests for every operation of the schema: every query, mutation and subscription, and every
// field of an object that takes arguments. They are made from the schema itself, so that a test which runs them leaves
// none out, one that is added later included.
//
// Requests are valid by their shape: what they name need not exist. A test that wants them to find something says what
// stands for what with Maker.Value.
//
// A Maker does not change once it is made, and serves several goroutines.
package everyop
