package hooks

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxKnown bounds how many are remembered.
const maxKnown = 10_000

// limiter limits how often something happens, for each of many.
type limiter[K comparable] struct {
	rate  rate.Limit
	burst int
	clock func() time.Time

	mu    sync.Mutex
	known map[K]*rate.Limiter
}

func newLimiter[K comparable](perSecond float64, burst int, clock func() time.Time) *limiter[K] {
	return &limiter[K]{rate: rate.Limit(perSecond), burst: burst, clock: clock, known: make(map[K]*rate.Limiter)}
}

// take counts one more, and tells whether it may be.
func (l *limiter[K]) take(who K) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock()
	known := l.known[who]
	if known == nil {
		l.forget(now)
		known = rate.NewLimiter(l.rate, l.burst)
		l.known[who] = known
	}
	return known.AllowN(now, 1)
}

// free tells whether one more may be, without counting it.
func (l *limiter[K]) free(who K) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	known := l.known[who]
	return known == nil || known.TokensAt(l.clock()) >= 1
}

// forget makes room where there is none: first those of whom there was nothing for long, then, where that is not enough,
// half of the others, whichever. The caller holds mu.
func (l *limiter[K]) forget(now time.Time) {
	if len(l.known) < maxKnown {
		return
	}
	for who, known := range l.known {
		if known.TokensAt(now) >= float64(l.burst) {
			delete(l.known, who)
		}
	}
	for who := range l.known {
		if len(l.known) <= maxKnown/2 {
			return
		}
		delete(l.known, who)
	}
}
