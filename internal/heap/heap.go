// Package heap makes the garbage collector of a small process run less often. With GOGC=100 a process that holds a few
// megabytes is collected after every few megabytes of garbage, many times a second under load. Here the heap may always grow
// to a floor before it is collected; above the floor GOGC=100 applies as usual.
//
// It starts no goroutine: the runtime calls it after each collection.
package heap

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
)

// maxPercent is the largest GOGC, for a heap that is nearly empty.
const maxPercent = 1600

// tuner sets GOGC after each collection.
type tuner struct {
	floor   uint64
	percent int // the GOGC that is set; used only by cleanups, which run one after another
	stopped atomic.Bool
}

// Raise lets the heap grow to floor bytes between collections, until lower is called. If GOGC is set it does nothing.
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

// watch calls adjust after the next collection, which frees the sentinel.
func (t *tuner) watch() {
	sentinel := new([16]byte) // a smaller one would share its memory with others, and live as long as they do
	runtime.AddCleanup(sentinel, func(t *tuner) {
		if t.stopped.Load() {
			return
		}
		t.adjust()
		t.watch()
	}, t)
}

// adjust sets GOGC by the size of the heap after the last collection.
func (t *tuner) adjust() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	percent := Percent(t.floor, live[0].Value.Uint64())
	// Setting GOGC stops the world for a moment, which a small change is not worth.
	if change := percent - t.percent; change < -t.percent/10 || change > t.percent/10 {
		debug.SetGCPercent(percent)
		t.percent = percent
	}
}

// Percent returns the GOGC with which a heap of live bytes grows to floor bytes, and at least 100.
func Percent(floor, live uint64) int {
	if live >= floor/2 {
		return 100
	}
	return int(min(maxPercent, (floor-live)*100/max(live, 1)))
}
