package transport

import "sync"

// crowd counts what each of many has under way, up to a number: operations, or bytes.
type crowd[K comparable] struct {
	most int

	mu sync.Mutex
	of map[K]int
}

func newCrowd[K comparable](most int) *crowd[K] { return &crowd[K]{most: most, of: make(map[K]int)} }

// enter counts n in, and reports whether there was room for them. Then leave must be called.
func (c *crowd[K]) enter(key K, n int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of[key]+n > c.most {
		return false
	}
	c.of[key] += n
	return true
}

func (c *crowd[K]) leave(key K, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of[key] -= n; c.of[key] == 0 {
		delete(c.of, key)
	}
}
