package resolvers

import (
	"sync/atomic"
	"time"

	"foyer/live"
)

const (
	// chargedAt is the number of points at which items are charged. An account has one budget, and all its sockets would wait
	// for it in turn if each item were charged.
	chargedAt = 64
	// maxPause is how long a stream is delayed at most before its account's debt is checked again.
	maxPause = time.Second
)

// meter charges the items of a stream to an account, and delays them while it is in debt.
type meter struct {
	// The fields that each item needs are next to each other, in one line of the processor's cache.
	used   time.Duration // by items that are not charged yet, with bytes counted as time; guarded like Offer
	paused atomic.Bool
	ended  atomic.Bool
	budget budget

	after  func(time.Duration, func()) // calls a function later
	resume func()                      // called when items may come again
}

// deliver counts an item that was delivered.
func (m *meter) deliver(item live.Shown) {
	m.used += item.Took + time.Duration(len(item.Payload))*(pointOfTime/pointOfBytes)
	if m.used < chargedAt*pointOfTime || m.budget.Unlimited() {
		return
	}
	points := int(m.used / pointOfTime)
	m.used -= time.Duration(points) * pointOfTime
	if level := m.budget.Charge(m.budget.key, points); level.Tokens < 0 {
		m.paused.Store(true)
		m.after(min(level.Wait, maxPause), m.look)
	}
}

// look lets items come again, unless the account is still in debt.
func (m *meter) look() {
	if m.ended.Load() {
		return
	}
	if level := m.budget.Peek(m.budget.key); level.Tokens < 0 {
		m.after(min(level.Wait, maxPause), m.look)
		return
	}
	m.paused.Store(false)
	m.resume()
}
