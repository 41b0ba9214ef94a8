package transport_test

import (
	"context"
	"testing"

	"foyer/transport"
)

func TestSubscriptionsAndTheirItemsAreCountedHoweverTheyAreServed(t *testing.T) {
	s := newServer(t)
	s.schema.streams["texts"] = func(ctx context.Context, _ map[string]any) (<-chan any, error) {
		sink := transport.SinkOf(ctx)
		sink.Attach(&spring{left: make(chan struct{})})
		for place := range 2 {
			sink.Offer([]byte(`{"data":{"texts":"x"}}`), int64(place))
		}
		return nil, nil
	}
	const shared, own = `subscription { texts(size: 1, count: 1) }`, `subscription { ticks(count: 3) }`
	c := s.connect(t)
	c.subscribe("shared", shared)
	s.observed.followed(t, 1, 2)
	c.subscribe("own", own)
	s.observed.followed(t, 1, 5)
	c.subscribe("query", `{ hello }`)
	f := s.open(t, subscription(shared))
	s.observed.followed(t, 2, 7)
	_ = s.open(t, subscription(own)).rest()
	s.observed.followed(t, 2, 10)
	f.leave()
	s.observed.followed(t, 1, 10)
	c.send(`{"type":"complete","id":"shared"}`)
	s.observed.followed(t, 0, 10)
	c.subscribe("shared", shared)
	s.observed.followed(t, 1, 12)
	c.abort()
	s.observed.disconnected(t)
	s.observed.followed(t, 0, 12)
}
