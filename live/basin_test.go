package live

import (
	"slices"
	"sync"
	"testing"
	"time"
)

// basin is a Sink with room for a number of items.
type basin struct {
	mu      sync.Mutex
	room    int
	dry     Reception // what Offer returns without room
	refused bool
	got     []string
	places  []int64
	took    []time.Duration
	more    chan struct{} // closed by the next item, if somebody waits for it
	ended   chan *EndError
	slow    chan struct{}
}

func newBasin(room int) *basin {
	return &basin{room: room, dry: Full, ended: make(chan *EndError, 1), slow: make(chan struct{})}
}

func (b *basin) Offer(shown Shown, place int64) Reception {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.room == 0 {
		b.refused = true
		return b.dry
	}
	b.room--
	b.got = append(b.got, string(shown.Payload))
	b.places = append(b.places, place)
	b.took = append(b.took, shown.Took)
	if b.more != nil {
		close(b.more)
		b.more = nil
	}
	return Taken
}

func (b *basin) End(err *EndError) { b.ended <- err }

func (b *basin) TooSlow() { close(b.slow) }

// pour makes room.
func (b *basin) pour(m *Member, room int) {
	b.mu.Lock()
	b.room += room
	refused := b.refused
	b.refused = false
	b.mu.Unlock()
	if refused {
		m.Pull()
	}
}

func (b *basin) all() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.got)
}

// await waits until n items are there.
func (b *basin) await(t testing.TB, n int) []string {
	t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		b.mu.Lock()
		if len(b.got) >= n {
			defer b.mu.Unlock()
			return slices.Clone(b.got)
		}
		if b.more == nil {
			b.more = make(chan struct{})
		}
		more := b.more
		b.mu.Unlock()
		select {
		case <-more:
		case <-late.C:
			got := b.all()
			t.Fatalf("got %d items of %d: %q", len(got), n, got)
		}
	}
}

// patience is how long a test waits for what must come. It is long: a busy machine is no failure.
const patience = 2 * time.Minute
