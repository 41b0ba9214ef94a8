package transport_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/gorilla/websocket"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"foyer/transport"
)

// refusing makes the executor refuse every operation with this code.
func refusing(s *server, code string) {
	s.executor.AroundOperations(func(context.Context, graphql.OperationHandler) graphql.ResponseHandler {
		return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{{Message: "no", Extensions: map[string]any{"code": code}}}})
	})
}

func TestEachRefusedRequestIsToldOnceWithItsReasonAndAddress(t *testing.T) {
	const hello = `{"query":"{ hello }"}`
	for _, c := range []struct {
		behaviour string
		code      string // the code with which the executor refuses everything
		call      call
		want      transport.Reason // "": none
	}{
		{behaviour: "nothing is wrong", call: call{body: hello}},
		{behaviour: "a page of another origin", call: call{body: hello, header: []string{"Origin", "https://evil.example.com"}}, want: transport.ReasonOrigin},
		{behaviour: "such a page that asks first", call: call{method: http.MethodOptions, header: []string{"Origin", "https://evil.example.com", "Access-Control-Request-Method", "POST"}}, want: transport.ReasonOrigin},
		{behaviour: "a GET that could be forged", call: call{method: http.MethodGet, query: url.Values{"query": {"{ hello }"}}}, want: transport.ReasonCSRF},
		{behaviour: "another method", call: call{method: http.MethodPut, body: hello}, want: transport.ReasonRequest},
		{behaviour: "another content type", call: call{body: "x", header: []string{"Content-Type", "text/plain"}}, want: transport.ReasonRequest},
		{behaviour: "an answer nobody can give", call: call{body: hello, header: []string{"Accept", "image/png"}}, want: transport.ReasonRequest},
		{behaviour: "no JSON", call: call{body: "{"}, want: transport.ReasonRequest},
		{behaviour: "a mutation by GET", call: call{method: http.MethodGet, query: url.Values{"query": {"mutation { set(value: 1) }"}}, header: []string{"X-Foyer-Csrf", "1"}}, want: transport.ReasonRequest},
		{behaviour: "a large body", call: call{body: `{"query":"{ hello }","variables":{"x":"` + strings.Repeat("x", 300) + `"}}`}, want: transport.ReasonSize},
		{behaviour: "a long document", call: call{body: `{"query":"{ hello ` + strings.Repeat(" ", 100) + `}"}`}, want: transport.ReasonSize},
		{behaviour: "a token that is nobody's", call: call{body: hello, header: []string{"Authorization", "Bearer bad"}}, want: transport.ReasonUnauthenticated},
		{behaviour: "no GraphQL", call: call{body: `{"query":"{ hello"}`}, want: transport.ReasonRequest},
		{behaviour: "an unknown field", call: call{body: `{"query":"{ goodbye }"}`}, want: transport.ReasonInvalid},
		{behaviour: "a document that the server has forgotten", call: call{body: `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + strings.Repeat("0", 64) + `"}}}`}},
		{behaviour: "a budget that is spent", code: "RATE_LIMITED", call: call{body: hello}, want: transport.ReasonRate},
		{behaviour: "too dear an operation", code: "QUERY_TOO_COMPLEX", call: call{body: hello}, want: transport.ReasonCost},
		{behaviour: "what the caller may not do", code: "FORBIDDEN", call: call{body: hello}, want: transport.ReasonForbidden},
		{behaviour: "a session that has ended", code: "UNAUTHENTICATED", call: call{body: hello}, want: transport.ReasonUnauthenticated},
		{behaviour: "a busy server", code: "OVERLOADED", call: call{body: hello}, want: transport.ReasonOverloaded},
		{behaviour: "a failure of ours", code: "INTERNAL", call: call{body: hello}},
	} {
		t.Run(c.behaviour, func(t *testing.T) {
			s := newServer(t, func(config *transport.Config) { config.MaxBody, config.MaxQuery = 200, 60 })
			if c.code != "" {
				refusing(s, c.code)
			}
			c.call.send(t, s)
			var want []string
			if c.want != "" {
				want = []string{string(c.want) + " from 127.0.0.1"}
			}
			if got := s.observed.refusals(); !slices.Equal(got, want) {
				t.Errorf("reported %q, want %q", got, want)
			}
			if c.code == "" || c.want == "" {
				return
			}
			socket := s.connect(t)
			socket.subscribe("x", "{ hello }")
			socket.subscribe("y", "{ hello }")
			for range 2 {
				if _, _, err := socket.ReadMessage(); err != nil {
					t.Fatal(err)
				}
			}
			if got, want := s.observed.refusals(), slices.Repeat(want, 2); !slices.Equal(got, want) {
				t.Errorf("for two over a websocket reported %q, want %q", got, want)
			}
		})
	}
}

func TestWebsocketsThatAreClosedForWhatTheirClientsSentAreRefusals(t *testing.T) {
	for _, c := range []struct {
		behaviour string
		sent      []string
		want      []transport.Reason
	}{
		{"a client that leaves", nil, nil},
		{"no token", []string{`{"type":"connection_init"}`}, []transport.Reason{transport.ReasonUnauthenticated}},
		{"a token that is nobody's", []string{initAs + `ended"}}`}, []transport.Reason{transport.ReasonUnauthenticated}},
		{"a page of another kind", []string{initAs + `elsewhere"}}`}, []transport.Reason{transport.ReasonForbidden}},
		{"no message", []string{`{`}, []transport.Reason{transport.ReasonRequest}},
		{"a flood before the init", slices.Repeat([]string{`{"type":"ping"}`}, 17), []transport.Reason{transport.ReasonRequest}},
		{"a second init", []string{initAs + `alice"}}`, initAs + `alice"}}`}, []transport.Reason{transport.ReasonRequest}},
		{"a large message", []string{`{"type":"ping","payload":{"x":"` + strings.Repeat("x", 200) + `"}}`}, []transport.Reason{transport.ReasonSize}},
		{"one operation too many", []string{initAs + `alice"}}`,
			`{"type":"subscribe","id":"1","payload":{"query":"subscription { holds }"}}`,
			`{"type":"subscribe","id":"2","payload":{"query":"{ hello }"}}`}, []transport.Reason{transport.ReasonConnections}},
		{"a long document", []string{initAs + `alice"}}`,
			`{"type":"subscribe","id":"1","payload":{"query":"{ hello ` + strings.Repeat(" ", 60) + `}"}}`}, []transport.Reason{transport.ReasonSize}},
	} {
		t.Run(c.behaviour, func(t *testing.T) {
			s := newServer(t, func(config *transport.Config) {
				config.MaxMessage, config.MaxQuery, config.MaxSubscriptions = 200, 60, 1
			})
			socket := s.dial(t)
			for _, message := range c.sent {
				socket.send(message)
			}
			// When the server answers this, or closes by itself, it has handled what was sent before.
			_ = socket.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(patience))
			for open := true; open; {
				_, _, err := socket.ReadMessage()
				open = err == nil
			}
			s.observed.disconnected(t)
			var want []string
			for _, reason := range c.want {
				want = append(want, string(reason)+" from 127.0.0.1")
			}
			if got := s.observed.refusals(); !slices.Equal(got, want) {
				t.Errorf("reported %q, want %q", got, want)
			}
		})
	}
}

func TestConnectionsThatHaveNoPlaceAreRefusals(t *testing.T) {
	s := newServer(t, func(c *transport.Config) { c.MaxConnections, c.MaxConnectionsPerToken = 2, 1 })
	s.connect(t)
	more := holds("alice")
	more.header = append(more.header, "Accept", "text/event-stream")
	more.send(t, s)
	s.left(t, 1)
	s.open(t, holds("bob"))
	for range 2 {
		if _, _, err := s.tryDial("graphql-transport-ws"); err == nil {
			t.Fatal("a third one is admitted")
		}
	}
	if _, _, err := s.tryDial("graphql-transport-ws", "Origin", "https://evil.example.com"); err == nil {
		t.Fatal("another origin is admitted")
	}
	if got := fmt.Sprint(s.observed.refusals()); got != "[connections from 127.0.0.1 connections from 127.0.0.1 connections from 127.0.0.1 connections from 127.0.0.1]" {
		t.Errorf("reported %s", got)
	}
}

func TestAnUpgradeFromAnotherOriginIsARefusal(t *testing.T) {
	s := newServer(t)
	if _, _, err := s.tryDial("graphql-transport-ws", "Origin", "https://evil.example.com"); err == nil {
		t.Fatal("the upgrade is accepted")
	}
	if got := fmt.Sprint(s.observed.refusals()); got != "[origin from 127.0.0.1]" {
		t.Errorf("reported %s", got)
	}
}
