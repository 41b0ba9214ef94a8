package heap_test

import (
	"os"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"foyer/internal/heap"
)

func TestPercentLeadsToTheFloorAndNeverBelowTheDefault(t *testing.T) {
	for _, row := range []struct {
		floor, live uint64
		want        int
	}{
		{64, 0, 1600}, {64, 1, 1600}, {64, 8, 700}, {64, 16, 300}, {64, 31, 106}, {64, 32, 100}, {64, 64, 100}, {64, 1 << 40, 100},
	} {
		if got := heap.Percent(row.floor<<20, row.live<<20); got != row.want {
			t.Errorf("floor %d MiB, %d in use: %d, want %d", row.floor, row.live, got, row.want)
		}
	}
}

// gcPercent returns GOGC as it is set.
func gcPercent() int {
	percent := debug.SetGCPercent(100)
	debug.SetGCPercent(percent)
	return percent
}

func TestWhatIsHeldDecidesAfterEachCollection(t *testing.T) {
	if os.Getenv("GOGC") != "" {
		t.Skip("GOGC is set, and has the last word")
	}
	before := gcPercent()
	lower := heap.Raise(64 << 20)
	if got := gcPercent(); got <= 100 {
		t.Errorf("GOGC is %d with next to nothing held", got)
	}
	held := make([]byte, 256<<20)
	reached(t, "much is held", func(percent int) bool { return percent == 100 })
	runtime.KeepAlive(held)
	reached(t, "little is held again", func(percent int) bool { return percent > 100 })
	lower()
	if got := gcPercent(); got != before {
		t.Errorf("GOGC is %d in the end, it was %d", got, before)
	}
}

// reached collects until GOGC is as it should be: cleanups run some time after the collection that they wait for.
func reached(t *testing.T, when string, right func(percent int) bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !right(gcPercent()); runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("GOGC is %d when %s", gcPercent(), when)
		}
		runtime.GC()
	}
}

func TestAnOperatorWhoSetsGOGCHasTheLastWord(t *testing.T) {
	t.Setenv("GOGC", "150")
	before := gcPercent()
	defer heap.Raise(64 << 20)()
	if got := gcPercent(); got != before {
		t.Errorf("GOGC is %d, it was %d", got, before)
	}
}
