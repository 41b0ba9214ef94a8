// Package e2e proves what Foyer promises on the program itself: its tests build foyer, run it as a process with a
// database of its own, speak with it as its users do, over HTTP and websockets, and stop it or kill it.
//
// It owns these tests and nothing else, and may import anything, though what a test asserts is what the published API
// shows. Every test ends with a graceful stop and `foyer verify`. FOYER_SOAK=1 makes the loops long, FOYER_E2E_PROGRAM
// names a program to test instead of building one.
package e2e
