// Package heap keeps the garbage collector from working for little: where a process holds a few megabytes, GOGC=100 makes
// it collect after each few megabytes of garbage, many times a second under load. Between two collections the heap may
// grow to a floor here, or to what GOGC=100 says where that is more: a process that holds much is collected as before.
//
// It imports nothing of Foyer's. There is no goroutine: what is to be done is done by the runtime after each collection.
package heap

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
)

// maxPercent bounds GOGC where next to nothing is held.
const maxPercent = 1600

// tuner sets GOGC after each collection.
type tuner struct {
	floor   uint64
	percent int // as it is set; only the runtime's cleanups run one after the other and read it
	stopped atomic.Bool
}

// Raise lets the heap grow to floor bytes between collections, until the function it gives is called. An operator who set
// GOGC has the last word: then it does nothing.
func Raise(floor uint64) (lower func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	t := &tuner{floor: floor}
	before := debug.SetGCPercent(maxPercent)
	t.percent = maxPercent
	t.watch()
	return func() {
		t.stopped.Store(true)
		debug.SetGCPercent(before)
	}
}

// watch waits for the next collection: nothing else keeps what the cleanup hangs on.
func (t *tuner) watch() {
	sentinel := new([16]byte) // no smaller, or it would share its place with others
	runtime.AddCleanup(sentinel, func(t *tuner) {
		if t.stopped.Load() {
			return
		}
		t.adjust()
		t.watch()
	}, t)
}

// adjust sets GOGC by what the last collection left.
func (t *tuner) adjust() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	percent := Percent(t.floor, live[0].Value.Uint64())
	// To set it stops the world for a moment: a little more or less is not worth that.
	if change := percent - t.percent; change < -t.percent/10 || change > t.percent/10 {
		debug.SetGCPercent(percent)
		t.percent = percent
	}
}

// Percent returns the GOGC with which a heap of which so many bytes are in use grows to the floor, at least 100.
func Percent(floor, live uint64) int {
	if live >= floor/2 {
		return 100
	}
	return int(min(maxPercent, (floor-live)*100/max(live, 1)))
}
