// Package ratelimit limits how often something may happen, separately for each of many keys: addresses, accounts, tokens.
//
// Limits is safe for concurrent use and starts no goroutine. Keys are kept as keyed hashes of 64 bits, never as text, so
// that a long key costs no more than a short one. The number of keys that are remembered is limited: a bucket that is
// full again is forgotten first, then the one that was used least recently.
package ratelimit

import (
	"container/list"
	"hash/maphash"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rate is how much may be taken: Burst at once, and PerSecond more with each second. The zero PerSecond limits nothing.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Every returns the rate that allows burst at once and then one after each interval. A zero interval limits nothing.
func Every(interval time.Duration, burst int) Rate {
	if interval <= 0 {
		return Rate{Burst: burst}
	}
	return Rate{PerSecond: float64(time.Second) / float64(interval), Burst: burst}
}

// Level is the state of a bucket.
type Level struct {
	// Tokens is how many are left. It is below zero if more was charged than there was.
	Tokens float64
	// Wait is how long it takes until the bucket has the requested number, or zero if it has.
	Wait time.Duration
	// Full is how long it takes until the bucket is full.
	Full time.Duration
}

// Limits holds a bucket for each key.
type Limits struct {
	rate     Rate
	capacity int
	clock    func() time.Time
	seed     maphash.Seed

	mu      sync.Mutex
	buckets map[uint64]*list.Element
	used    list.List // of *bucket, the last used first
}

type bucket struct {
	key     uint64
	limiter *rate.Limiter
}

// New returns limits of one rate for at most capacity keys at a time.
func New(r Rate, capacity int, clock func() time.Time) *Limits {
	return &Limits{rate: r, capacity: capacity, clock: clock, seed: maphash.MakeSeed(), buckets: make(map[uint64]*list.Element)}
}

// Rate returns what each key may take.
func (l *Limits) Rate() Rate { return l.rate }

// Unlimited reports whether nothing is limited.
func (l *Limits) Unlimited() bool { return l.rate.PerSecond <= 0 }

// Allow takes n from the key's bucket and reports whether it had as many; if not, it takes nothing.
func (l *Limits) Allow(key string, n int) bool {
	_, ok := l.Take(key, n)
	return ok
}

// Take takes n from the key's bucket and reports whether it had as many; if not, it takes nothing. It returns the level
// afterwards. If nothing was taken, Wait is how long it takes until n are there.
func (l *Limits) Take(key string, n int) (Level, bool) {
	if l.Unlimited() {
		return Level{Tokens: float64(l.rate.Burst)}, true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock()
	limiter := l.limiter(key, now)
	ok := limiter.AllowN(now, n)
	level := l.level(limiter, now)
	if missing := float64(n) - level.Tokens; !ok && missing > 0 {
		level.Wait = l.after(missing)
	}
	return level, ok
}

// Charge takes n from the key's bucket, which were spent already, whether they are there or not. The level's Wait is how long
// it takes until the bucket is out of debt.
func (l *Limits) Charge(key string, n int) Level {
	if l.Unlimited() || n <= 0 {
		return l.Peek(key)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock()
	limiter := l.limiter(key, now)
	for n > 0 { // a reservation takes no more than a burst at a time
		part := min(n, max(1, l.rate.Burst))
		limiter.ReserveN(now, part)
		n -= part
	}
	level := l.level(limiter, now)
	if level.Tokens < 0 {
		level.Wait = l.after(-level.Tokens)
	}
	return level
}

// Return puts back n that were taken for something that did not happen or does not count. No bucket gets fuller than full.
func (l *Limits) Return(key string, n int) {
	if l.Unlimited() || n <= 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if known := l.buckets[l.hash(key)]; known != nil {
		known.Value.(*bucket).limiter.ReserveN(l.clock(), -n)
	}
}

// Peek returns the level of the key's bucket and takes nothing. Wait is how long it takes until one is there.
func (l *Limits) Peek(key string) Level {
	full := Level{Tokens: float64(l.rate.Burst)}
	if l.Unlimited() {
		return full
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	known := l.buckets[l.hash(key)]
	if known == nil {
		return full
	}
	level := l.level(known.Value.(*bucket).limiter, l.clock())
	if level.Tokens < 1 {
		level.Wait = l.after(1 - level.Tokens)
	}
	return level
}

// Len returns how many keys are remembered.
func (l *Limits) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.buckets)
}

func (l *Limits) hash(key string) uint64 { return maphash.String(l.seed, key) }

// limiter returns the key's bucket, or a new, full one if it has none. The caller holds mu.
func (l *Limits) limiter(key string, now time.Time) *rate.Limiter {
	hash := l.hash(key)
	if known := l.buckets[hash]; known != nil {
		l.used.MoveToFront(known)
		return known.Value.(*bucket).limiter
	}
	l.makeRoom(now)
	b := &bucket{key: hash, limiter: rate.NewLimiter(rate.Limit(l.rate.PerSecond), l.rate.Burst)}
	l.buckets[hash] = l.used.PushFront(b)
	return b.limiter
}

// lookedAt is how many of the least recently used buckets are checked for full ones each time a new key comes.
const lookedAt = 8

// makeRoom forgets full buckets among those used least recently, and others only if there is no room otherwise.
// The caller holds mu.
func (l *Limits) makeRoom(now time.Time) {
	for e, n := l.used.Back(), 0; e != nil && n < lookedAt; n++ {
		previous := e.Prev()
		if b := e.Value.(*bucket); b.limiter.TokensAt(now) >= float64(l.rate.Burst) {
			l.forget(e)
		}
		e = previous
	}
	for len(l.buckets) >= l.capacity {
		l.forget(l.used.Back())
	}
}

func (l *Limits) forget(e *list.Element) {
	delete(l.buckets, l.used.Remove(e).(*bucket).key)
}

func (l *Limits) level(limiter *rate.Limiter, now time.Time) Level {
	tokens := limiter.TokensAt(now)
	return Level{Tokens: tokens, Full: l.after(float64(l.rate.Burst) - tokens)}
}

// after returns how long it takes until n tokens have come.
func (l *Limits) after(tokens float64) time.Duration {
	return time.Duration(max(0, tokens) / l.rate.PerSecond * float64(time.Second))
}
