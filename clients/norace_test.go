//go:build !race

package clients_test

// raceEnabled reports whether the race detector watches this test, and shall watch the server.
const raceEnabled = false
