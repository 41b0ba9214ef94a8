package transport

import "sync"

// crowd counts what each of many has under way, up to a number.
type crowd[K comparable] struct {
	most int

	mu sync.Mutex
	of map[K]int
}

func newCrowd[K comparable](most int) *crowd[K] { return &crowd[K]{most: most, of: make(map[K]int)} }

// enter counts one in, and reports whether there was room for it. Then leave must be called.
func (c *crowd[K]) enter(key K) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of[key] >= c.most {
		return false
	}
	c.of[key]++
	return true
}

func (c *crowd[K]) leave(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of[key]--; c.of[key] == 0 {
		delete(c.of, key)
	}
}
