// Package clients proves that the API serves the clients that people use: its test builds foyer, furnishes a help
// desk, and runs the tests of this folder in Node, with npm packages of exact versions, each file against a server of its
// own. FOYER_CLIENTS_TEST names one file to run alone.
//
// It owns these tests and the recipes that docs/clients.md quotes (recipes), and may import anything. server.js and
// desk.js make a server and read its log, follower.js keeps what a subscription shows, and resuming.js has what every
// client's subscription is asked to outlive; no recipe needs them.
package clients
