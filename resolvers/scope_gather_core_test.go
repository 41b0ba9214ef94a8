package resolvers

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"
)

// doubled gathers numbers and returns their doubles; reads has the keys of each read.
func doubled(wait time.Duration) (g *gatherer[int, int], reads func() [][]int) {
	var mu sync.Mutex
	var seen [][]int
	g = newGatherer(wait, func(keys []int) (map[int]int, error) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, slices.Sorted(slices.Values(keys)))
		found := make(map[int]int)
		for _, key := range keys {
			if key < 0 {
				return nil, errors.New("negative")
			}
			found[key] = 2 * key
		}
		return found, nil
	})
	return g, func() [][]int {
		mu.Lock()
		defer mu.Unlock()
		return seen
	}
}

func TestSiblingsShareOneRead(t *testing.T) {
	g, reads := doubled(time.Second)
	var siblings sync.WaitGroup
	for key := range 20 {
		siblings.Go(func() {
			if value, err := g.Load(t.Context(), key/2); value != key/2*2 || err != nil {
				t.Errorf("Load(%d) returned %d, %v", key/2, value, err)
			}
		})
	}
	siblings.Wait()
	if got := reads(); len(got) != 1 || !slices.Equal(got[0], []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) {
		t.Errorf("reads of %v", got)
	}
}

func TestWhatIsKnownIsNotReadAgain(t *testing.T) {
	g, reads := doubled(0)
	g.Prime(1, 100)
	g.expect([]int{1, 2, 2, 3})
	values, err := g.LoadAll(t.Context(), []int{3, 1, 4, 2})
	if err != nil || !slices.Equal(values, []int{6, 100, 8, 4}) {
		t.Errorf("LoadAll returned %v, %v", values, err)
	}
	if got := reads(); len(got) != 2 || !slices.Equal(got[0], []int{2, 3}) || !slices.Equal(got[1], []int{4}) {
		t.Errorf("reads of %v", got)
	}
}

func TestAllWhoSharedAReadSeeItsFailure(t *testing.T) {
	g, reads := doubled(0)
	g.expect([]int{1, -1})
	for _, key := range []int{1, -1, 1} {
		if _, err := g.Load(t.Context(), key); err == nil {
			t.Errorf("Load(%d) did not fail", key)
		}
	}
	if value, err := g.Load(t.Context(), 2); value != 4 || err != nil {
		t.Errorf("the next read returned %d, %v", value, err)
	}
	if got := reads(); len(got) != 2 {
		t.Errorf("reads of %v", got)
	}
}

func TestNobodyWaitsForAReadThatPanicked(t *testing.T) {
	g := newGatherer(0, func([]int) (map[int]int, error) { panic("read") })
	func() {
		defer func() { _ = recover() }()
		_, _ = g.Load(t.Context(), 1)
	}()
	if _, err := g.Load(t.Context(), 1); !errors.Is(err, errUnread) {
		t.Errorf("the next to ask got %v", err)
	}
}

func TestWhoeverIsGoneWaitsForNoRead(t *testing.T) {
	reading, finish := make(chan struct{}), make(chan struct{})
	g := newGatherer(0, func([]int) (map[int]int, error) {
		close(reading)
		<-finish
		return nil, nil
	})
	var first sync.WaitGroup
	first.Go(func() { _, _ = g.Load(t.Context(), 1) })
	<-reading
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.Load(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("Load returned %v", err)
	}
	close(finish)
	first.Wait()
}
