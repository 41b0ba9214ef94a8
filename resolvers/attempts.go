package resolvers

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"foyer/engine"
)

// maxAddresses bounds how many addresses are remembered.
const maxAddresses = 10_000

// attempts counts log-ins that failed, by address.
type attempts struct {
	allowed engine.Attempts
	clock   func() time.Time

	mu    sync.Mutex
	known map[netip.Addr]*address
}

// address is what is remembered of one.
type address struct {
	failures *rate.Limiter
	trying   int // log-ins under way: each may fail
}

func newAttempts(allowed engine.Attempts, clock func() time.Time) *attempts {
	return &attempts{allowed: allowed, clock: clock, known: make(map[netip.Addr]*address)}
}

// begin tells whether a log-in may be tried from an address. If so, done must be told whether it failed.
func (a *attempts) begin(from netip.Addr) (done func(failed bool), ok bool) {
	if a.allowed.Interval == 0 {
		return func(bool) {}, true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	from = network(from)
	now := a.clock()
	known := a.known[from]
	if known == nil {
		if len(a.known) >= maxAddresses {
			a.forget(now)
		}
		known = &address{failures: rate.NewLimiter(rate.Every(a.allowed.Interval), a.allowed.Burst)}
		a.known[from] = known
	}
	if known.failures.TokensAt(now)-float64(known.trying) < 1 {
		return nil, false
	}
	known.trying++
	return func(failed bool) {
		a.mu.Lock()
		defer a.mu.Unlock()
		known.trying--
		if failed {
			known.failures.AllowN(a.clock(), 1)
		}
	}, true
}

// forget makes room: addresses without recent failures go first and, where that is not enough, half of the others,
// whichever. The caller holds mu.
func (a *attempts) forget(now time.Time) {
	for from, known := range a.known {
		if known.trying == 0 && known.failures.TokensAt(now) >= float64(a.allowed.Burst) {
			delete(a.known, from)
		}
	}
	for from := range a.known {
		if len(a.known) <= maxAddresses/2 {
			return
		}
		delete(a.known, from)
	}
}
