// Package cache keeps values for several owners, up to a size.
//
// When there is no room, the owner of the most loses the value that was not used for the longest time: no owner can evict
// the values of others, however much it puts in. A Cache is safe for concurrent use and starts no goroutine.
package cache

import (
	"container/list"
	"sync"
	"sync/atomic"
)

// Cache keeps values by key. A value belongs to the owner that put it in, and everybody may read it.
type Cache[K comparable, V any] struct {
	limit int

	mu      sync.RWMutex
	size    int
	entries map[K]*list.Element
	owners  map[string]*owner
}

// owner is somebody whose values are kept.
type owner struct {
	name    string
	size    int
	entries list.List // of *entry, the oldest first
}

type entry[K comparable, V any] struct {
	key   K
	value V
	size  int
	owner *owner
	used  atomic.Bool // since it was last considered for removal
}

// New returns an empty cache for values whose sizes add up to limit.
func New[K comparable, V any](limit int) *Cache[K, V] {
	return &Cache[K, V]{limit: limit, entries: make(map[K]*list.Element), owners: make(map[string]*owner)}
}

// Get returns the value of a key and reports whether there is one.
func (c *Cache[K, V]) Get(key K) (value V, ok bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	element, ok := c.entries[key]
	if !ok {
		return value, false
	}
	kept := element.Value.(*entry[K, V])
	if !kept.used.Load() { // mostly it is set, and a write would make readers wait for each other
		kept.used.Store(true)
	}
	return kept.value, true
}

// Put keeps a value for its owner, unless the key has one already or the value is larger than the cache.
func (c *Cache[K, V]) Put(of string, key K, value V, size int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.entries[key]; ok || size > c.limit {
		return
	}
	for c.size+size > c.limit {
		c.removeFrom(c.largest())
	}
	o := c.owners[of]
	if o == nil {
		o = &owner{name: of}
		c.owners[of] = o
	}
	c.entries[key] = o.entries.PushBack(&entry[K, V]{key: key, value: value, size: size, owner: o})
	o.size += size
	c.size += size
}

// Size returns the size of all values.
func (c *Cache[K, V]) Size() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.size
}

// largest returns the owner of the most. The caller holds mu.
func (c *Cache[K, V]) largest() *owner {
	var most *owner
	for _, o := range c.owners {
		if most == nil || o.size > most.size {
			most = o
		}
	}
	return most
}

// removeFrom removes the oldest value of an owner, but spares each value that was used since it was last spared. The caller
// holds mu.
func (c *Cache[K, V]) removeFrom(o *owner) {
	for {
		oldest := o.entries.Front()
		e := oldest.Value.(*entry[K, V])
		if e.used.Swap(false) {
			o.entries.MoveToBack(oldest)
			continue
		}
		o.entries.Remove(oldest)
		delete(c.entries, e.key)
		o.size -= e.size
		c.size -= e.size
		if o.entries.Len() == 0 {
			delete(c.owners, o.name)
		}
		return
	}
}
