package template

import (
	"slices"
	"time"
)

// taken is what a filter takes; nil: anything.
type taken struct {
	kinds     []Kind
	complaint string
	example   any // for trying the filter's arguments
}

// What a filter takes, if not anything; never written to.
var (
	takesNumber = &taken{[]Kind{Number, Text}, "it takes a number", 1}                      // also texts that are numbers
	takesTime   = &taken{[]Kind{Time, Date, Text}, "it takes a time or a date", sampleTime} // also texts that are times or dates
	takesList   = &taken{[]Kind{List}, "it takes a list", []any{}}
)

// accepts reports whether the filter may take a value of a kind.
func (t *taken) accepts(kind Kind) bool {
	return t == nil || kind == Unknown || slices.Contains(t.kinds, kind)
}

// sample returns a value that the filter takes.
func (t *taken) sample() any {
	if t == nil {
		return "x"
	}
	return t.example
}

var sampleTime = time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)

func sampleRendering() *rendering { return &rendering{world: World{Now: sampleTime}} }
