package template

import "time"

// taken is what a filter takes.
type taken int

const (
	takesAnything taken = iota
	takesNumber         // also texts that are numbers
	takesTime           // also dates, and texts that are times or dates
	takesList
)

// accepts reports whether the filter may take a value of a kind.
func (t taken) accepts(kind Kind) bool {
	switch t {
	case takesNumber:
		return kind == Number || kind == Text || kind == Unknown
	case takesTime:
		return kind == Time || kind == Date || kind == Text || kind == Unknown
	case takesList:
		return kind == List || kind == Unknown
	default:
		return true
	}
}

// complaint says what the filter takes.
func (t taken) complaint() string {
	switch t {
	case takesNumber:
		return "it takes a number"
	case takesTime:
		return "it takes a time or a date"
	default:
		return "it takes a list"
	}
}

// sample returns a value that the filter takes, for trying its arguments.
func (t taken) sample() any {
	switch t {
	case takesNumber:
		return 1
	case takesTime:
		return sampleTime
	case takesList:
		return []any{}
	default:
		return "x"
	}
}

var sampleTime = time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)

func sampleRendering() *rendering { return &rendering{world: World{Now: sampleTime}} }
