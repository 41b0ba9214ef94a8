package live

import "sort"

const (
	// ringSlots and ringBytes are how far back the items of a group reach: by their number, and by their encoded size.
	ringSlots = 4096
	ringBytes = 4 << 20
	// keptBytes is how much of that is in memory for each member. Items that are needed again are encoded again.
	keptBytes = 64 << 10
)

// slot is an event in a ring.
type slot struct {
	*entry
	wanted    bool   // whether its type was asked for; if not, it is here for members from whom it hides a conversation
	shown     *Shown // nil before a member needs it, and after its payload was removed
	size      int    // of its payload, even if that is no longer in memory
	unlocated error  // why it is not known who sees its contact
}

// isReady reports whether the slot has all that members need. The caller holds the mutex of the group.
func (s *slot) isReady() bool {
	return (s.shown != nil || !s.wanted) && s.isLocated(s.shown.asOf())
}

// bytes returns the size of the payload, if the slot is shown.
func (s *slot) bytes() int {
	if s.shown == nil {
		return 0
	}
	return len(s.shown.Payload)
}

// ring is the newest events that concern a group, one slot after another. Slots are counted from the beginning of the group.
type ring struct {
	slots []*slot
	first int // the count of slots[0]
	bytes int // of all payloads
	kept  int // of those in memory
	full  int // the count of the first slot whose payload may be in memory
}

// end returns the count that the next slot will have.
func (r *ring) end() int { return r.first + len(r.slots) }

// at returns a slot that is in the ring.
func (r *ring) at(count int) *slot { return r.slots[count-r.first] }

// after returns the count of the first slot with a greater number in the log.
func (r *ring) after(number int64) int {
	return r.first + sort.Search(len(r.slots), func(i int) bool { return r.slots[i].number > number })
}

// add appends a slot.
func (r *ring) add(s *slot) {
	r.slots = append(r.slots, s)
	s.size = s.bytes()
	r.bytes += s.size
	r.kept += s.size
}

// refill stores a slot's encoded item again, unless the slot has left the ring or was refilled meanwhile.
func (r *ring) refill(s *slot, shown Shown) {
	count := r.after(s.number - 1)
	if count == r.end() || r.at(count) != s || s.shown != nil {
		return
	}
	r.bytes += len(shown.Payload) - s.size
	r.kept += len(shown.Payload)
	s.shown, s.size = &shown, len(shown.Payload)
	r.full = min(r.full, count)
}

// trim removes the oldest slots beyond the size of a ring and those up to a number of the log. It returns the number of the
// last slot that it removed, or zero.
func (r *ring) trim(upTo int64) (floor int64) {
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
	return floor
}

// release removes the oldest payloads, of slots before a count, beyond what this many members need.
func (r *ring) release(before, members int) {
	for r.kept > members*keptBytes && r.full < before {
		r.empty(r.at(r.full))
		r.full++
	}
}

// empty removes the payload of a slot from memory.
func (r *ring) empty(s *slot) {
	if s.shown != nil {
		r.kept -= s.size
		s.shown = nil
	}
}
