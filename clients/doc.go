// Package clients proves that the API serves the clients that people use. Its test builds foyer, creates a help desk, and
// runs the tests of this folder in Node, with npm packages of exact versions, each file against a server of its own.
// FOYER_CLIENTS_TEST names a single file to run.
//
// It owns these tests and the recipes that docs/clients.md quotes (recipes), and may import anything. server.js and
// desk.js start a server and read its log, follower.js stores what a subscription shows, and resuming.js has the
// interruptions that every client's subscription must survive. No recipe needs them.
package clients
