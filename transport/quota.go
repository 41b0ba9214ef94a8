package transport

import "sync"

// quota counts something for each of many keys, such as operations under way or bytes in memory, up to a
// limit.
type quota[K comparable] struct {
	most int

	mu    sync.Mutex
	taken map[K]int
}

func newQuota[K comparable](most int) *quota[K] { return &quota[K]{most: most, taken: make(map[K]int)} }

// take counts n more, and reports whether there was room for them. If so, giveBack must be called.
func (q *quota[K]) take(key K, n int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.taken[key]+n > q.most {
		return false
	}
	q.taken[key] += n
	return true
}

func (q *quota[K]) giveBack(key K, n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.taken[key] -= n; q.taken[key] == 0 {
		delete(q.taken, key)
	}
}
