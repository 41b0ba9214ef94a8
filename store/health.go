package store

import "sync"

// health remembers whether the storage is in doubt.
type health struct {
	mu      sync.Mutex
	err     error
	damaged bool // the doubt ends only with a restart, by a person who has looked
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

// stored ends the doubt after a change was stored, unless something has failed since it began: before is failures then.
func (h *health) stored(before int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.damaged && h.count == before {
		h.err = nil
	}
}

// ask returns the failure, if there is one, and whether the caller should probe whether it persists.
func (h *health) ask() (probe bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	probe = h.err != nil && !h.damaged && !h.probing
	h.probing = h.probing || probe
	return probe, h.err
}

// probed ends a probe.
func (h *health) probed() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.probing = false
}
