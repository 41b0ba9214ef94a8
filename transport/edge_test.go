package transport_test

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/gorilla/websocket"

	"foyer/internal/ratelimit"
	"foyer/transport"
)

// hand is a clock that tests move.
type hand struct {
	mu  sync.Mutex
	now time.Time
}

func (h *hand) time() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hand) wait(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// addressed makes requests come from the address in their header From.
func addressed(c *transport.Config) {
	c.ClientAddress = func(r *http.Request) netip.Addr {
		address, _ := netip.ParseAddr(r.Header.Get("From"))
		return address
	}
}

// accounted makes a token's first letter its account, and callers without a token
// strangers.
func accounted(c *transport.Config) {
	c.Account = func(ctx context.Context) string {
		token, _ := ctx.Value(viewerKey{}).(string)
		if token == "" {
			return ""
		}
		return token[:1]
	}
}

// refusedDial expects that an upgrade is refused because of a limit.
func (s *server) refusedDial(t *testing.T, header ...string) {
	t.Helper()
	conn, response, err := s.tryDial("graphql-transport-ws", header...)
	if err == nil {
		_ = conn.Close()
		t.Fatal("the upgrade was not refused")
	}
	if response == nil || response.StatusCode != http.StatusTooManyRequests || response.Header.Get("Retry-After") == "" {
		t.Fatalf("got %v, want 429 with Retry-After", response)
	}
}

func TestAnAddressMayHaveSoManyConnections(t *testing.T) {
	s := newServer(t, addressed, func(c *transport.Config) { c.MaxConnectionsPerAddress = 2 })
	for _, network := range [][3]string{{"10.0.0.1", "10.0.0.1", "10.0.0.2"}, {"2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1"}} {
		first := s.dial(t, "From", network[0])
		feed := holds("alice")
		feed.header = append(feed.header, "From", network[1])
		s.open(t, feed)
		s.refusedDial(t, "From", network[0])
		feed.header = append(feed.header, "Accept", "text/event-stream")
		feed.status, feed.code, feed.answers = 429, "RATE_LIMITED", []string{"Retry-After", "1"}
		feed.run(t, s)
		s.dial(t, "From", network[2])
		_ = first.Close()
	}
	if got := s.observed.refusedFor(transport.ReasonConnections); got != 4 {
		t.Errorf("%d refusals were observed, want 4", got)
	}
}

func TestAnAddressMayHaveSoManyWebsocketsThatAreNobodysYet(t *testing.T) {
	s := newServer(t, addressed, func(c *transport.Config) { c.MaxWaitingPerAddress = 1 })
	for range 3 {
		c := s.dial(t, "From", "10.0.0.1")
		s.refusedDial(t, "From", "10.0.0.1")
		c.send(initMessage)
		c.expect(`{"type":"connection_ack"}`) // from here on it has an account
	}
	gone := s.dial(t, "From", "10.0.0.1")
	_ = s.dial(t, "From", "10.0.0.2")
	_ = gone.Close()
	s.left(t, 4)
	s.dial(t, "From", "10.0.0.1")
	// An event stream has sent its token already.
	s.open(t, subscription(`subscription { holds }`, "Authorization", "Bearer alice", "From", "10.0.0.1"))
}

func TestAnAddressMayOpenSoManyWebsocketsPerSecond(t *testing.T) {
	clock := &hand{now: time.Unix(1_000_000, 0)}
	s := newServer(t, addressed, func(c *transport.Config) {
		c.Clock, c.ConnectionRate = clock.time, ratelimit.Rate{PerSecond: 1, Burst: 2}
	})
	s.dial(t, "From", "10.0.0.1")
	s.dial(t, "From", "10.0.0.1")
	s.refusedDial(t, "From", "10.0.0.1")
	s.dial(t, "From", "10.0.0.2")
	clock.wait(time.Second)
	s.dial(t, "From", "10.0.0.1")
	s.refusedDial(t, "From", "10.0.0.1")
}

func TestStrangersMayAskSoOftenAndDisturbNobodyElse(t *testing.T) {
	clock := &hand{now: time.Unix(1_000_000, 0)}
	s := newServer(t, addressed, accounted, func(c *transport.Config) {
		c.Clock, c.StrangerRate = clock.time, ratelimit.Rate{PerSecond: 1, Burst: 3}
	})
	from := func(address, token string) call {
		c := call{body: `{"query":"{ hello }"}`, header: []string{"From", address}, status: 200}
		if token != "" {
			c.header = append(c.header, "Authorization", "Bearer "+token)
		}
		return c
	}
	refused := func(c call) call {
		c.status, c.code = 429, "RATE_LIMITED"
		c.answers = []string{"Retry-After", "1"}
		return c
	}
	nobody := from("10.0.0.1", "ended")
	nobody.status, nobody.code = 401, "UNAUTHENTICATED"

	from("10.0.0.1", "alice").run(t, s)
	from("10.0.0.1", "").run(t, s)
	nobody.run(t, s)
	nobody.run(t, s)
	refused(from("10.0.0.1", "")).run(t, s)
	refused(nobody).run(t, s)
	refused(from("10.0.0.1", "bob")).run(t, s) // this token could be anybody's
	from("10.0.0.1", "alice").run(t, s)        // this one is known
	from("10.0.0.2", "").run(t, s)
	from("10.0.0.2", "bob").run(t, s)

	guess := s.dial(t, "From", "10.0.0.1")
	guess.send(initAs + `guess"}}`)
	guess.expectClose(websocket.CloseTryAgainLater)
	known := s.dial(t, "From", "10.0.0.1")
	known.send(initAs + `alice"}}`)
	known.expect(`{"type":"connection_ack"}`)

	clock.wait(time.Second)
	from("10.0.0.1", "").run(t, s)
	refused(from("10.0.0.1", "")).run(t, s)
	if rate, token := s.observed.refusedFor(transport.ReasonRate), s.observed.refusedFor(transport.ReasonUnauthenticated); rate != 5 || token != 2 {
		t.Errorf("%d refusals for the rate and %d for tokens were observed, want 5 and 2", rate, token)
	}
}

func TestNothingOfAStrangerIsKept(t *testing.T) {
	s := newServer(t, accounted)
	for _, c := range []struct {
		token string
		kept  bool
	}{{"", false}, {"alice", true}, {"", true}} {
		var header []string
		if c.token != "" {
			header = []string{"Authorization", "Bearer " + c.token}
		}
		ask := named(`{ hello }`, true)
		ask.header = header
		ask.wants(`{"data":{"hello":"world"}}`, "").run(t, s)
		again := named(`{ hello }`, false)
		if c.kept {
			again = again.wants(`{"data":{"hello":"world"}}`, "")
		} else {
			again = again.wants(unknown, "PERSISTED_QUERY_NOT_FOUND")
		}
		again.run(t, s)
	}
}

func TestNobodyPushesOutTheDocumentsThatOthersHaveNamed(t *testing.T) {
	s := newServer(t, accounted, func(c *transport.Config) { c.MaxPersisted = 10_000 })
	as := func(token string, c call) call {
		c.header = []string{"Authorization", "Bearer " + token}
		return c.wants(`{"data":{"hello":"world"}}`, "")
	}
	as("alice", named(`{ hello }`, true)).run(t, s)
	for i := range 100 {
		as("bob", named(`{ hello } #`+fmt.Sprint(i), true)).run(t, s)
	}
	as("alice", named(`{ hello }`, false)).run(t, s)
}

func TestTheBodyOfAStrangersRequestIsSmall(t *testing.T) {
	s := newServer(t, accounted)
	body := `{"query":"{ hello }","variables":{"x":"` + strings.Repeat("x", 16<<10) + `"}}`
	call{body: body, status: 413, code: "BAD_REQUEST"}.run(t, s)
	call{body: body, header: []string{"Authorization", "Bearer alice"}, status: 200}.run(t, s)
}

func TestAnAccountHasSoManyOperationsUnderWay(t *testing.T) {
	s := newServer(t, accounted, addressed, func(c *transport.Config) { c.MaxOperationsPerAccount, c.MaxOperationsPerAddress = 2, 1 })
	begun, finish := make(chan struct{}), make(chan struct{})
	s.schema.fields["waits"] = func(context.Context, map[string]any) (any, error) {
		begun <- struct{}{}
		<-finish
		return "done", nil
	}
	c := s.dial(t)
	c.send(initAs + `a-first"}}`)
	c.expect(`{"type":"connection_ack"}`)
	c.subscribe("held", `subscription { holds }`) // subscriptions are not counted
	s.observed.followed(t, 1, 0)
	c.subscribe("1", `{ waits }`)
	receive(t, begun, "the operation on a websocket to begin")
	var working sync.WaitGroup
	ask := func(header ...string) {
		working.Go(func() {
			response, body := call{body: `{"query":"{ waits }"}`, header: header}.send(t, s)
			if response.StatusCode != http.StatusOK {
				t.Errorf("got %d: %s", response.StatusCode, body)
			}
		})
		receive(t, begun, "an operation to begin")
	}
	ask("Authorization", "Bearer a-second")
	ask("From", "10.0.0.1")

	refused := call{body: `{"query":"{ hello }"}`, status: 429, code: "RATE_LIMITED", answers: []string{"Retry-After", "1"}}
	refused.header = []string{"Authorization", "Bearer a-third"}
	refused.run(t, s)
	refused.header = []string{"From", "10.0.0.1"}
	refused.run(t, s)
	c.subscribe("2", `{ hello }`)
	c.expectCode("2", "RATE_LIMITED")
	call{body: `{"query":"{ hello }"}`, header: []string{"Authorization", "Bearer b"}, status: 200}.run(t, s)
	call{body: `{"query":"{ hello }"}`, header: []string{"From", "10.0.0.2"}, status: 200}.run(t, s)
	if got := s.observed.refusedFor(transport.ReasonConnections); got != 3 {
		t.Errorf("%d refusals were observed, want 3", got)
	}

	close(finish)
	working.Wait()
	c.expect(`{"id":"1","type":"next","payload":{"data":{"waits":"done"}}}`)
	c.expect(`{"id":"1","type":"complete"}`)
	for range 3 {
		call{body: `{"query":"{ hello }"}`, header: []string{"Authorization", "Bearer a-third"}, status: 200}.run(t, s)
	}
}

func TestAnOperationEndsWithItsTime(t *testing.T) {
	s := newServer(t, func(c *transport.Config) { c.OperationTimeout = 10 * time.Millisecond })
	s.schema.fields["set"] = func(ctx context.Context, _ map[string]any) (any, error) {
		<-ctx.Done()
		return 3, nil
	}
	call{body: `{"query":"{ hello waits }"}`, status: 503, code: "OVERLOADED", answers: []string{"Retry-After", "1"}}.run(t, s)
	c := s.connect(t)
	c.subscribe("1", `{ waits }`)
	c.expectCode("1", "OVERLOADED")
	c.subscribe("2", `subscription { ticks(count: 1) }`)
	c.expect(`{"id":"2","type":"next","payload":{"data":{"ticks":0}}}`)
	c.expect(`{"id":"2","type":"complete"}`)
	// The answer still says what a mutation has done by then.
	call{body: `{"query":"mutation { set(value: 3) }"}`, status: 200, want: `{"data":{"set":3}}`}.run(t, s)
	if got := s.observed.refusedFor(transport.ReasonDeadline); got != 2 {
		t.Errorf("%d refusals were observed, want 2", got)
	}
}

func TestAnOperationThatTookTooLongSaysWhatItCost(t *testing.T) {
	s := newServer(t, func(c *transport.Config) { c.OperationTimeout = 10 * time.Millisecond })
	s.executor.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		graphql.RegisterExtension(ctx, "cost", 7)
		return next(ctx)
	})
	_, body := (call{body: `{"query":"{ waits }"}`}).send(t, s)
	if !strings.Contains(body, `"OVERLOADED"`) || !strings.Contains(body, `"extensions":{"cost":7}`) {
		t.Errorf("got %s", body)
	}
}

func TestNoAnswerIsLargerThanItMayBe(t *testing.T) {
	s := newServer(t, func(c *transport.Config) { c.MaxAnswer = 1000 })
	s.schema.fields["set"] = func(context.Context, map[string]any) (any, error) { return strings.Repeat("x", 1000), nil }
	call{body: `{"query":"{ text(size: 900) }"}`, status: 200}.run(t, s)
	call{body: `{"query":"{ text(size: 1000) }"}`, status: 200, code: "QUERY_TOO_COMPLEX"}.run(t, s)
	if _, body := (call{body: `{"query":"mutation { set(value: 1) }"}`}).send(t, s); !strings.Contains(body, "The mutation was executed.") {
		t.Errorf("got %s", body)
	}
	c := s.connect(t)
	c.subscribe("1", `{ text(size: 1000) }`)
	c.expectCode("1", "QUERY_TOO_COMPLEX")
	if got := s.observed.refusedFor(transport.ReasonAnswer); got != 3 {
		t.Errorf("%d refusals were observed, want 3", got)
	}
}

func TestErrorsTake64KiBAtMost(t *testing.T) {
	s := newServer(t)
	var many strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&many, "unknown%d ", i)
	}
	for behaviour, query := range map[string]string{
		"many errors": "{ " + many.String() + "}",
		"long errors": "{ " + strings.Repeat("hello ", 10) + strings.Repeat("x", 60_000) + " }",
		"both":        "{ " + strings.Repeat(" "+strings.Repeat("ü", 10)+"x", 10) + many.String() + "}",
	} {
		_, body := call{body: queryJSON(query)}.send(t, s)
		if len(body) > 64<<10 || firstCode(t, body) == "" {
			t.Errorf("%s: got %d bytes: %.200s", behaviour, len(body), body)
		}
		c := s.connect(t)
		c.subscribe("1", query)
		if got := c.next(); len(got) > 64<<10+200 {
			t.Errorf("%s: a websocket got %d bytes", behaviour, len(got))
		}
	}
	if _, body := (call{body: queryJSON("{ " + many.String() + "}")}).send(t, s); !strings.Contains(body, "are left out") {
		t.Error("the answer does not say that errors were left out")
	}
}
