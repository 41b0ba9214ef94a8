package store

import "sync"

// health remembers whether the storage is in doubt.
type health struct {
	mu      sync.Mutex
	err     error
	damaged bool // only a new start, by a person who looked, ends it
	probing bool
	count   int64 // failures so far
}

// fail puts the storage in doubt.
func (h *health) fail(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.count++
	if !h.damaged {
		h.err, h.damaged = err, isDamage(err)
	}
}

// failures counts the failures so far.
func (h *health) failures() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.count
}

// stored says that a change was stored, and that there were before failures before it began.
func (h *health) stored(before int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.damaged && h.count == before {
		h.err = nil
	}
}

// ask returns the failure, if there is one, and whether the caller should try whether it persists.
func (h *health) ask() (probe bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	probe = h.err != nil && !h.damaged && !h.probing
	h.probing = h.probing || probe
	return probe, h.err
}

// probed says that the try is over.
func (h *health) probed() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.probing = false
}
