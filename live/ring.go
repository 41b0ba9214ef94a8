package live

import (
	"sort"
	"time"
)

const (
	// ringSlots and ringBytes are how far back the items of a group reach: by their number, and by the size they were
	// shown in.
	ringSlots = 4096
	ringBytes = 4 << 20
	// keptBytes is how much of that is kept for each member. What is needed again is shown again.
	keptBytes = 64 << 10
)

// Shown is an item as clients see it, or why it cannot be shown.
type Shown struct {
	Payload []byte
	Err     error
	// AsOf is the number of the newest event in the snapshot that the item was read from; zero where nothing was read.
	AsOf int64
	// Took is how long it took to show the item; of one that members share, the part of each.
	Took time.Duration
}

// asOf is AsOf, and zero of what was not shown.
func (s *Shown) asOf() int64 {
	if s == nil {
		return 0
	}
	return s.AsOf
}

// slot is an event in a ring.
type slot struct {
	*entry
	wanted bool   // by its type; otherwise it is here for whom it hides something from
	shown  *Shown // nil until somebody is to get it, and when there is no room for it any more
	size   int    // of its payload, also when that is not kept any more
	blind  error  // why it is not known who sees it
}

// isReady reports whether the slot has all that members need. The caller holds the lock of the group.
func (s *slot) isReady() bool {
	return (s.shown != nil || !s.wanted) && s.isDescribed(s.shown.asOf())
}

// ring is the newest part of what a group has to do with, one slot after another. Slots are counted from the beginning of
// the group.
type ring struct {
	slots []*slot
	first int // the count of slots[0]
	bytes int
	kept  int // bytes that are in memory
	full  int // the count of the first slot whose payload may be in memory
}

// end is the count of the slot to come.
func (r *ring) end() int { return r.first + len(r.slots) }

// at returns a slot that is in the ring.
func (r *ring) at(count int) *slot { return r.slots[count-r.first] }

// after returns the count of the first slot after a number of the log.
func (r *ring) after(number int64) int {
	return r.first + sort.Search(len(r.slots), func(i int) bool { return r.slots[i].number > number })
}

// add appends a slot.
func (r *ring) add(s *slot) {
	r.slots = append(r.slots, s)
	if s.shown != nil {
		shown := *s.shown
		s.shown, s.size = nil, 0
		r.fill(s, shown)
	}
}

// fill puts into a slot what it looks like.
func (r *ring) fill(s *slot, shown Shown) {
	if s.shown != nil {
		return
	}
	r.bytes += len(shown.Payload) - s.size
	r.kept += len(shown.Payload)
	s.shown, s.size = &shown, len(shown.Payload)
}

// refill is fill for a slot that may have left the ring meanwhile, or whose payload was let go of.
func (r *ring) refill(s *slot, shown Shown) {
	count := r.after(s.number - 1)
	if count < r.end() && r.at(count) == s {
		r.fill(s, shown)
		r.full = min(r.full, count)
	}
}

// trim lets go of the oldest slots beyond what a ring holds and of those up to a number of the log, and of payloads
// beyond what so many members need. It returns the number of the last slot that left, or zero.
func (r *ring) trim(upTo int64, members int) (floor int64) {
	for len(r.slots) > 1 && (len(r.slots) > ringSlots || r.bytes > ringBytes) || len(r.slots) > 0 && r.slots[0].number <= upTo {
		s := r.slots[0]
		floor = s.number
		r.empty(s)
		r.bytes -= s.size
		r.slots[0] = nil
		r.slots = r.slots[1:]
		r.first++
	}
	r.full = max(r.full, r.first)
	for r.kept > members*keptBytes && r.full < r.end()-1 {
		r.empty(r.at(r.full))
		r.full++
	}
	return floor
}

// empty lets go of a payload.
func (r *ring) empty(s *slot) {
	if s.shown != nil {
		r.kept -= s.size
		s.shown = nil
	}
}
