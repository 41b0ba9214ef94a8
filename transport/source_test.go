package transport_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"foyer/transport"
)

// spring is a Source with endless items. It offers as many as its sink takes.
type spring struct {
	text string

	mu    sync.Mutex
	sink  transport.Sink
	place int64

	told chan int64    // receives the place that TooSlowAt was called with
	left chan struct{} // closed when the subscription is over
	once sync.Once
}

// Pull offers items until there is no room.
func (s *spring) Pull() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.sink.Offer(fmt.Appendf(nil, `{"data":{"texts":"%d %s"}}`, s.place+1, s.text), s.place+1) {
		s.place++
	}
}

func (s *spring) Leave() { s.once.Do(func() { close(s.left) }) }

// TooSlowAt returns an error with the place.
func (s *spring) TooSlowAt(place int64) *gqlerror.Error {
	s.told <- place
	return &gqlerror.Error{Message: "Too slow", Extensions: map[string]any{"code": "CONSUMER_TOO_SLOW", "cursor": place}}
}

// fromSpring makes the stream "texts" use a source.
func (s *server) fromSpring(size int) *spring {
	source := &spring{text: strings.Repeat("x", size), told: make(chan int64, 1), left: make(chan struct{})}
	s.schema.streams["texts"] = func(ctx context.Context, _ map[string]any) (<-chan any, error) {
		source.mu.Lock()
		source.sink = transport.SinkOf(ctx)
		source.mu.Unlock()
		if source.sink.Attach(source) {
			source.Pull()
		}
		return nil, nil
	}
	return source
}

// Over plain TCP one pool of writers serves all connections. A client that takes nothing gets a writer of its
// own, which waits for it.
func TestWhoTakesNothingFromASourceIsToldTheLastItemItTook(t *testing.T) {
	t.Parallel()
	for _, size := range []int{500, 20_000, 200_000} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			s := newServer(t, func(c *transport.Config) { c.WriteTimeout = noticed })
			source := s.fromSpring(size)
			deaf, fast := s.connect(t), s.connect(t)
			deaf.subscribe("1", `subscription { texts(size: 1, count: 1) }`)
			place := receive(t, source.told, "the socket to take nothing any more")
			fast.subscribe("1", `subscription { ticks(count: 1) }`)
			fast.expect(`{"id":"1","type":"next","payload":{"data":{"ticks":0}}}`)
			receive(t, source.left, "the source to be left")
			deaf.expectItemsTo(place)
			code, extensions := deaf.expectError("1")
			if code == "" || extensions["cursor"] != float64(place) || extensions["code"] != "CONSUMER_TOO_SLOW" {
				t.Errorf("the error is %q %v, want the place %d", code, extensions, place)
			}
			deaf.expectClose(websocket.CloseTryAgainLater)
			_ = deaf.Close()
			if got := s.observed.disconnected(t); got != websocket.CloseTryAgainLater {
				t.Errorf("observed %d", got)
			}
		})
	}
}

// expectItemsTo reads the items of a spring from the first to a place.
func (c *client) expectItemsTo(place int64) {
	c.t.Helper()
	for n := int64(1); n <= place; n++ {
		var item struct {
			Type    string
			Payload struct{ Data struct{ Texts string } }
		}
		if err := json.Unmarshal([]byte(c.next()), &item); err != nil {
			c.t.Fatal(err)
		}
		if item.Type != "next" || !strings.HasPrefix(item.Payload.Data.Texts, fmt.Sprint(n, " ")) {
			c.t.Fatalf("got %s %.20s, want item %d of %d", item.Type, item.Payload.Data.Texts, n, place)
		}
	}
}

func TestASourceServesAnEventStream(t *testing.T) {
	for _, size := range []int{10, 20_000} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			s := newServer(t)
			source := s.fromSpring(size)
			f := s.open(t, subscription(`subscription { texts(size: 1, count: 1) }`))
			for n := 1; n <= 1000; n++ { // more than may wait at a time
				if got, want := f.next().data, fmt.Sprintf(`{"data":{"texts":"%d x`, n); !strings.HasPrefix(got, want) {
					t.Fatalf("got %.30s, want %s", got, want)
				}
			}
			f.leave()
			receive(t, source.left, "the source to be left")
		})
	}
}

func TestASourceEndsAnEventStreamAfterItsItems(t *testing.T) {
	s := newServer(t)
	s.schema.streams["texts"] = func(ctx context.Context, _ map[string]any) (<-chan any, error) {
		sink := transport.SinkOf(ctx)
		sink.Attach(&spring{left: make(chan struct{})})
		sink.Offer([]byte(`{"data":{"texts":"last"}}`), 1)
		sink.End(&gqlerror.Error{Message: "Over", Extensions: map[string]any{"code": "SCOPE_CHANGED"}})
		if sink.Offer([]byte(`{"data":{"texts":"later"}}`), 2) {
			t.Error("an item was taken after the end")
		}
		return nil, nil
	}
	f := s.open(t, subscription(`subscription { texts(size: 1, count: 1) }`))
	f.expect(`{"data":{"texts":"last"}}`)
	f.expectCode("SCOPE_CHANGED")
	f.expectComplete()
}

func TestASourceEndsAStreamOfAWebsocketAfterItsItems(t *testing.T) {
	s := newServer(t)
	source := &spring{left: make(chan struct{})}
	s.schema.streams["texts"] = func(ctx context.Context, _ map[string]any) (<-chan any, error) {
		sink := transport.SinkOf(ctx)
		sink.Attach(source)
		sink.Offer([]byte(`{"data":{"texts":"last"}}`), 1)
		sink.End(&gqlerror.Error{Message: "over", Extensions: map[string]any{"code": "SCOPE_CHANGED", "head": "e.7"}})
		sink.End(gqlerror.Errorf("too late"))
		if sink.Offer([]byte(`{"data":{"texts":"later"}}`), 2) {
			t.Error("an item was taken after the end")
		}
		return nil, nil
	}
	c := s.connect(t)
	c.subscribe("1", `subscription { texts(size: 1, count: 1) }`)
	c.expect(`{"id":"1","type":"next","payload":{"data":{"texts":"last"}}}`)
	c.expect(`{"id":"1","type":"error","payload":[{"message":"over","extensions":{"code":"SCOPE_CHANGED","head":"e.7"}}]}`)
	receive(t, source.left, "the source to be left")
	c.send(`{"type":"ping"}`)
	c.expect(`{"type":"pong"}`)
}

func TestAnEventStreamThatASourceFindsTooSlowIsNotCompleted(t *testing.T) {
	s := newServer(t)
	source := s.fromSpring(10)
	f := s.open(t, subscription(`subscription { texts(size: 1, count: 1) }`))
	f.next()
	source.mu.Lock()
	sink := source.sink
	source.mu.Unlock()
	sink.TooSlow()
	receive(t, source.left, "the source to be left")
	if rest := f.rest(); strings.Contains(rest, "event: complete") {
		t.Error("it was completed")
	}
}
