//go:build !race

package clients_test

// raceEnabled reports whether the test runs with the race detector: the server is then built with it too.
const raceEnabled = false
