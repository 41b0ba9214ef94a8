package transport_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"foyer/transport"
)

// unfinished begins a request and sends less of its body than announced. It returns a reader of the response, and a
// function that ends the connection.
func (s *server) unfinished(t *testing.T, token, sent string) (*bufio.Reader, func()) {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_, err = fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"+
		"Content-Length: %d\r\n\r\n%s", token, len(sent)+1, sent)
	if err != nil {
		t.Fatal(err)
	}
	return bufio.NewReader(conn), func() { _ = conn.Close() }
}

// until sends requests until the response has a status: the server notices only after a while that a client is
// gone.
func until(t *testing.T, s *server, status int, token, body string) {
	t.Helper()
	for ctx, cancel := context.WithTimeout(t.Context(), patience); ; {
		response, _ := call{body: body, header: []string{"Authorization", "Bearer " + token}}.send(t, s)
		if response.StatusCode == status {
			cancel()
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("got %d to the last, want %d", response.StatusCode, status)
		}
	}
}

// underWay waits until account a has a number of operations under way, and at least a number of bytes of
// requests.
func (s *server) underWay(t *testing.T, operations, bytes int) {
	t.Helper()
	for late := time.Now().Add(patience); ; runtime.Gosched() {
		gotOperations, gotBytes := s.handler.UnderWay("a")
		if gotOperations == operations && gotBytes >= bytes {
			return
		}
		if time.Now().After(late) {
			t.Fatalf("got %d operations and %d bytes, want %d and %d", gotOperations, gotBytes, operations, bytes)
		}
	}
}

func TestARequestWhoseBodyIsStillComingIsAnOperationUnderWay(t *testing.T) {
	s := newServer(t, accounted, func(c *transport.Config) { c.MaxOperationsPerAccount = 2 })
	_, end := s.unfinished(t, "a-first", `{"query":`)
	s.unfinished(t, "a-second", `{"query":`)
	s.underWay(t, 2, 0)
	until(t, s, http.StatusTooManyRequests, "a-third", `{"query":"{ hello }"}`)
	call{body: `{"query":"{ hello }"}`, header: []string{"Authorization", "Bearer b"}, status: 200}.run(t, s)
	end()
	until(t, s, http.StatusOK, "a-third", `{"query":"{ hello }"}`)
}

func TestStrangersWhoSendSlowlyKeepNobodyFromAsking(t *testing.T) {
	s := newServer(t, accounted, func(c *transport.Config) { c.MaxOperationsPerAddress = 1 })
	s.unfinished(t, "", `{"query":`)
	s.unfinished(t, "", `{"query":`)
	call{body: `{"query":"{ hello }"}`, status: 200}.run(t, s)
}

func TestAnAccountSendsSoMuchAtATime(t *testing.T) {
	s := newServer(t, accounted, func(c *transport.Config) { c.MaxIncomingPerAccount = 64 << 10 })
	large := `{"query":"{ hello }","variables":{"x":"` + strings.Repeat("x", 40<<10) + `"}}`
	_, end := s.unfinished(t, "a-first", large)
	s.underWay(t, 1, 36<<10)
	until(t, s, http.StatusTooManyRequests, "a-second", large)
	refused := call{body: large, header: []string{"Authorization", "Bearer a-second"}, status: 429, code: "RATE_LIMITED"}
	refused.answers = []string{"Retry-After", "1"}
	refused.run(t, s)
	call{body: large, header: []string{"Authorization", "Bearer b"}, status: 200}.run(t, s)
	call{body: `{"query":"{ hello }"}`, header: []string{"Authorization", "Bearer a-second"}, status: 200}.run(t, s)

	c := s.dial(t)
	c.send(initAs + `a-third"}}`)
	c.expect(`{"type":"connection_ack"}`)
	c.subscribe("small", `{ hello }`)
	c.expect(`{"id":"small","type":"next","payload":{"data":{"hello":"world"}}}`)
	c.expect(`{"id":"small","type":"complete"}`)
	c.send(`{"id":"large","type":"subscribe","payload":` + large + `}`)
	c.expectClose(websocket.CloseTryAgainLater)
	end()
	until(t, s, http.StatusOK, "a-second", large)
}

func TestWhatAWebsocketIsSentIsHeldUntilItsOperationHasRun(t *testing.T) {
	s := newServer(t, accounted, func(c *transport.Config) { c.MaxIncomingPerAccount = 64 << 10 })
	begun, finish := make(chan struct{}), make(chan struct{})
	s.schema.fields["waits"] = func(context.Context, map[string]any) (any, error) {
		begun <- struct{}{}
		<-finish
		return "done", nil
	}
	padding := strings.Repeat("x", 40<<10)
	large := `{"query":"{ hello }","variables":{"x":"` + padding + `"}}`
	c := s.dial(t)
	c.send(initAs + `a-first"}}`)
	c.expect(`{"type":"connection_ack"}`)
	for _, id := range []string{"1", "2"} { // a subscription keeps nothing of its message once it has begun
		c.send(`{"id":"` + id + `","type":"subscribe","payload":{"query":"subscription { ticks(count: 1) }","variables":{"x":"` + padding + `"}}}`)
		for ended := false; !ended; {
			ended = strings.Contains(c.next(), `"complete"`)
		}
	}
	c.send(`{"id":"3","type":"subscribe","payload":{"query":"{ waits }","variables":{"x":"` + padding + `"}}}`)
	receive(t, begun, "the operation to begin")
	call{body: large, header: []string{"Authorization", "Bearer a-second"}, status: 429, code: "RATE_LIMITED"}.run(t, s)
	close(finish)
	c.expect(`{"id":"3","type":"next","payload":{"data":{"waits":"done"}}}`)
	c.expect(`{"id":"3","type":"complete"}`)
	until(t, s, http.StatusOK, "a-second", large)
}

func TestNoMoreIsKeptForAStrangersBodyThanItMayHave(t *testing.T) {
	s := newServer(t, accounted)
	reader, _ := s.unfinished(t, "", `{"query":"`+strings.Repeat("x", 17<<10))
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	if response.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("got %d", response.StatusCode)
	}
}
