package transport_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"foyer/transport"
)

func TestSubscriptionSendsItsItemsAndThenCompletes(t *testing.T) {
	c := newServer(t).connect(t)
	c.subscribe("one", `subscription { ticks(count: 3) }`)
	c.expect(`{"id":"one","type":"next","payload":{"data":{"ticks":0}}}`)
	c.expect(`{"id":"one","type":"next","payload":{"data":{"ticks":1}}}`)
	c.expect(`{"id":"one","type":"next","payload":{"data":{"ticks":2}}}`)
	c.expect(`{"id":"one","type":"complete"}`)
	// The id is free again.
	c.subscribe("one", `subscription { ticks(count: 1) }`)
	c.expect(`{"id":"one","type":"next","payload":{"data":{"ticks":0}}}`)
	c.expect(`{"id":"one","type":"complete"}`)
}

func TestQueriesAndMutationsWorkOverTheSocket(t *testing.T) {
	c := newServer(t).connect(t)
	c.subscribe("q", `{ hello }`)
	c.expect(`{"id":"q","type":"next","payload":{"data":{"hello":"world"}}}`)
	c.expect(`{"id":"q","type":"complete"}`)
	c.send(`{"type":"subscribe","id":"m","payload":{"query":"mutation($v: Int!) { set(value: $v) }","variables":{"v":5}}}`)
	c.expect(`{"id":"m","type":"next","payload":{"data":{"set":5}}}`)
	c.expect(`{"id":"m","type":"complete"}`)
	c.subscribe("f", `{ broken(code: "TEAPOT") }`)
	c.expect(`{"id":"f","type":"next","payload":{"errors":[{"message":"it broke","extensions":{"code":"TEAPOT"}}],"data":{"broken":null}}}`)
	c.expect(`{"id":"f","type":"complete"}`)
}

func TestIDsAreEchoedAsJSON(t *testing.T) {
	c := newServer(t).connect(t)
	id := "a\"b\\c\u2028<ü>\n"
	c.subscribe(id, `{ hello }`)
	for _, kind := range []string{"next", "complete"} {
		var got struct{ ID, Type string }
		if err := json.Unmarshal([]byte(c.next()), &got); err != nil {
			t.Fatal(err)
		}
		if got.ID != id || got.Type != kind {
			t.Fatalf("got %q %q", got.Type, got.ID)
		}
	}
}

func TestOperationsThatCannotStartEndWithAnError(t *testing.T) {
	tests := []struct{ name, query, code string }{
		{"a syntax error", `subscription {`, "BAD_REQUEST"},
		{"an unknown field", `subscription { nope }`, "VALIDATION_FAILED"},
		{"an argument left out", `subscription { ticks }`, "VALIDATION_FAILED"},
		{"a deferred fragment", `{ ... @defer { hello } }`, "VALIDATION_FAILED"},
		{"a query too long", `{ hello ` + strings.Repeat(" ", 2048) + `}`, "BAD_REQUEST"},
		{"a resolver's error", `subscription { refused(code: "CURSOR_INVALID") }`, "CURSOR_INVALID"},
		{"a resolver's error without a code", `subscription { refused }`, "INTERNAL"},
		{"a resolver's panic", `subscription { panics }`, "INTERNAL"},
		{"a panic of a query", `{ panics }`, "INTERNAL"},
	}
	s := newServer(t, func(c *transport.Config) { c.MaxQuery = 1 << 10 })
	c := s.connect(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c.t = t
			c.subscribe("1", test.query)
			c.expectCode("1", test.code)
			// No complete follows, and the id is free.
			c.send(`{"type":"ping"}`)
			c.expect(`{"type":"pong"}`)
		})
	}
	if !strings.Contains(s.log.String(), "a resolver's panic") {
		t.Errorf("the panic was not logged: %s", s.log)
	}
}

func TestErrorsOfItemsDoNotEndAStream(t *testing.T) {
	c := newServer(t).connect(t)
	c.subscribe("1", `subscription { failing }`)
	c.expect(`{"id":"1","type":"next","payload":{"errors":[{"message":"item 0"}],"data":null}}`)
	c.expect(`{"id":"1","type":"next","payload":{"errors":[{"message":"item 1"}],"data":null}}`)
	c.expect(`{"id":"1","type":"complete"}`)
}

func TestAPanicAfterAnItemEndsTheStream(t *testing.T) {
	s := newServer(t)
	s.schema.streams["holds"] = func(ctx context.Context, _ map[string]any) (<-chan any, error) {
		sink := transport.SinkOf(ctx)
		sink.Attach(&spring{left: make(chan struct{})})
		sink.Offer([]byte(`{"data":{"holds":1}}`), 1)
		panic("a resolver's panic")
	}
	c := s.connect(t)
	c.subscribe("1", `subscription { holds }`)
	c.expect(`{"id":"1","type":"next","payload":{"data":{"holds":1}}}`)
	c.expectCode("1", "INTERNAL")
	c.send(`{"type":"ping"}`)
	c.expect(`{"type":"pong"}`)
}

func TestErrorsThatCannotBeEncodedKeepTheirMessage(t *testing.T) {
	s := newServer(t)
	s.schema.streams["ends"] = func(ctx context.Context, _ map[string]any) (<-chan any, error) {
		transport.SinkOf(ctx).End(&gqlerror.Error{
			Message: "over", Extensions: map[string]any{"code": "TEAPOT", "channel": make(chan any)},
		})
		return nil, nil
	}
	c := s.connect(t)
	c.subscribe("1", `subscription { ends }`)
	c.expect(`{"id":"1","type":"error","payload":[{"message":"over","extensions":{"code":"INTERNAL"}}]}`)
}

func TestCompleteOfTheClientIsNotEchoedAndEndsTheResolver(t *testing.T) {
	s := newServer(t)
	ended := make(chan struct{}, 1)
	s.schema.streams["holds"] = func(ctx context.Context, _ map[string]any) (<-chan any, error) {
		items := make(chan any, 1)
		items <- 1
		context.AfterFunc(ctx, func() { ended <- struct{}{} })
		return items, nil
	}
	c := s.connect(t)
	for range 10 {
		c.subscribe("1", `subscription { holds }`)
		c.expect(`{"id":"1","type":"next","payload":{"data":{"holds":1}}}`)
		c.send(`{"type":"complete","id":"1"}`)
		receive(t, ended, "the resolver to end")
		c.send(`{"type":"complete","id":"1"}`)
		c.send(`{"type":"ping"}`)
		c.expect(`{"type":"pong"}`)
	}
}

func TestNothingIsSentForAnIDAfterItsComplete(t *testing.T) {
	s := newServer(t)
	// This query answers although it was completed meanwhile.
	release := make(chan struct{})
	s.schema.fields["waits"] = func(context.Context, map[string]any) (any, error) {
		<-release
		return "late", nil
	}
	c := s.connect(t)
	c.subscribe("1", `{ waits }`)
	c.send(`{"type":"complete","id":"1"}`)
	c.subscribe("1", `subscription { holds }`)
	c.send(`{"type":"ping"}`)
	c.expect(`{"type":"pong"}`)
	close(release)
	c.subscribe("2", `{ hello }`)
	c.expect(`{"id":"2","type":"next","payload":{"data":{"hello":"world"}}}`)
	c.expect(`{"id":"2","type":"complete"}`)
	// The end of the first operation has not removed the second one with the
	// same id.
	c.subscribe("1", `{ hello }`)
	c.expectClose(4409)
}

func TestOperationsPerConnectionAreLimited(t *testing.T) {
	s := newServer(t, func(c *transport.Config) { c.MaxSubscriptions = 3 })
	started, stubborn := make(chan struct{}), make(chan struct{})
	defer close(stubborn)
	s.schema.fields["waits"] = func(context.Context, map[string]any) (any, error) {
		started <- struct{}{}
		<-stubborn
		return nil, nil
	}
	c := s.connect(t)
	for i := range 3 {
		c.subscribe(fmt.Sprint(i), `subscription { holds }`)
	}
	c.subscribe("more", `subscription { holds }`)
	c.expectCode("more", "RATE_LIMITED")
	c.send(`{"type":"complete","id":"1"}`)
	c.subscribe("more", `{ hello }`)
	c.expect(`{"id":"more","type":"next","payload":{"data":{"hello":"world"}}}`)
	c.expect(`{"id":"more","type":"complete"}`)

	// A client cannot pile up goroutines by completing operations that do not
	// end.
	c = s.connect(t)
	for i := range 6 {
		c.subscribe(fmt.Sprint(i), `{ waits }`)
		receive(t, started, "the resolver to start")
		c.send(fmt.Sprintf(`{"type":"complete","id":"%d"}`, i))
	}
	c.subscribe("more", `{ hello }`)
	c.expectCode("more", "RATE_LIMITED")
}

func TestFramesOfEverySizeArriveWhole(t *testing.T) {
	c := newServer(t).connect(t)
	envelope := len(`{"id":"1","type":"next","payload":{"data":{"texts":""}}}`)
	for _, frame := range []int{125, 126, 127, 65535, 65536, 32768 - 4, 32768 - 3, 32768, 3 * 32768, 1 << 20} {
		size := frame - envelope
		c.subscribe("1", fmt.Sprintf(`subscription { texts(size: %d, count: 3) }`, size))
		want := `{"id":"1","type":"next","payload":{"data":{"texts":"` + strings.Repeat("x", size) + `"}}}`
		for range 3 {
			if got := c.next(); got != want {
				t.Fatalf("a frame of %d bytes arrived with %d: %.80s", frame, len(got), got)
			}
		}
		c.expect(`{"id":"1","type":"complete"}`)
	}
}

func TestStreamsOfOneConnectionDoNotMixUp(t *testing.T) {
	s := newServer(t)
	const connections, streams, items = 4, 50, 40
	var clients sync.WaitGroup
	for range connections {
		c := s.connect(t)
		clients.Go(func() {
			for i := range streams {
				c.subscribe(fmt.Sprint(i), fmt.Sprintf(`subscription { ticks(count: %d) }`, items))
			}
			next := make(map[string]int)
			for done := 0; done < streams; {
				var m struct {
					ID, Type string
					Payload  struct{ Data struct{ Ticks int } }
				}
				_, data, err := c.ReadMessage()
				if err != nil {
					t.Error(err)
					return
				}
				if err := json.Unmarshal(data, &m); err != nil {
					t.Errorf("%s: %v", data, err)
					return
				}
				switch {
				case m.Type == "complete" && next[m.ID] == items:
					done++
				case m.Type == "next" && m.Payload.Data.Ticks == next[m.ID]:
					next[m.ID]++
				default:
					t.Errorf("after %d items of %s came %s", next[m.ID], m.ID, data)
					return
				}
			}
		})
	}
	clients.Wait()
	s.observed.written(t, connections*(1+streams*(items+1)))
	s.observed.mu.Lock()
	defer s.observed.mu.Unlock()
	if s.observed.connected != connections {
		t.Errorf("observed %d connections, want %d", s.observed.connected, connections)
	}
}

func TestItemsDoNotShareTheExecutorsBuffer(t *testing.T) {
	s := newServer(t)
	c := s.connect(t)
	c.subscribe("1", `subscription { ticks(count: 500) }`)
	for i := range 500 {
		c.expect(fmt.Sprintf(`{"id":"1","type":"next","payload":{"data":{"ticks":%d}}}`, i))
	}
	c.expect(`{"id":"1","type":"complete"}`)
}

var _ graphql.ExecutableSchema = (*schema)(nil)
