package resolvers

import (
	"context"
	"sync"
	"time"

	"foyer/graph"
	"foyer/inbox"
	"foyer/internal/cache"
	"foyer/store"
)

const (
	// countAge is how old the count of a view may be.
	countAge = 10 * time.Second
	// countsKept is how many bytes the keys of counts that are kept may have in all.
	countsKept = 4 << 20
	// countSize is how many bytes a count takes besides its key.
	countSize = 200
)

// viewCounts keeps how many conversations filters let through, for viewers who see the same. Each is counted by one of those
// who ask for it, and the others wait: a thousand front ends that ask at once cost as much as one.
type viewCounts struct {
	clock func() time.Time
	kept  *cache.Cache[string, *viewCount]
}

// viewCount is one count. Its lock is held while it is counted.
type viewCount struct {
	mu    sync.Mutex
	at    time.Time // zero: it was not counted yet
	count int
	exact bool
}

func newViewCounts(clock func() time.Time) *viewCounts {
	return &viewCounts{clock: clock, kept: cache.New[string, *viewCount](countsKept)}
}

// of returns the count for a filter and a viewer. The caller has a snapshot already: somebody who counts never waits for those
// who wait for the count.
func (c *viewCounts) of(r *store.Reader, account string, access inbox.Access, f store.ConversationFilter) (count int, exact bool, err error) {
	key, err := f.CountKey(access)
	if err != nil {
		return 0, false, err
	}
	kept, known := c.kept.Get(key)
	if !known {
		kept = &viewCount{}
		c.kept.Put(account, key, kept, len(key)+countSize)
		if first, put := c.kept.Get(key); put {
			kept = first // a sibling may have been first
		}
	}
	kept.mu.Lock()
	defer kept.mu.Unlock()
	if now := c.clock(); kept.at.IsZero() || now.Sub(kept.at) >= countAge || now.Before(kept.at) {
		if kept.count, kept.exact, err = r.ConversationTally(access, f, maxCount); err != nil {
			kept.at = time.Time{}
			return 0, false, err
		}
		kept.at = now
	}
	return kept.count, kept.exact, nil
}

// ViewCounts returns how many conversations views have for the caller, in the order of the ids.
func (r queryResolver) ViewCounts(ctx context.Context, ids []inbox.ID) ([]*graph.ViewCount, error) {
	s := scopeOf(ctx)
	snapshot, err := s.reader()
	if err != nil {
		return nil, err
	}
	access, err := s.access()
	if err != nil {
		return nil, err
	}
	counts := make([]*graph.ViewCount, 0, len(ids))
	for _, id := range ids {
		v, err := s.savedView(id.SavedView())
		if err != nil {
			return nil, err
		}
		if v == nil {
			continue
		}
		f, err := filterOf(s.caller, v)
		if err != nil {
			return nil, err
		}
		n, exact, err := r.counts.of(snapshot, accountOf(ctx), access, f)
		if err != nil {
			return nil, err
		}
		counts = append(counts, &graph.ViewCount{View: v, Count: int32(n), Capped: !exact})
	}
	return counts, nil
}
