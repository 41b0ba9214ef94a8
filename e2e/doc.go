// Package e2e tests the program as a whole: it builds foyer, runs it as a process with a database of its own, uses it
// as its users do, over HTTP and websockets, and stops or kills it.
//
// It owns these tests and nothing else, and may import anything, but tests assert what the published API shows. Every
// test ends with a graceful stop and `foyer verify`. FOYER_SOAK=1 makes the loops long. FOYER_E2E_PROGRAM names a
// program to test instead of building one.
package e2e
