package transport_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"foyer/transport"
)

func TestAnEventStreamSendsItsItemsAndThenCompletes(t *testing.T) {
	s := newServer(t)
	const query = `subscription { ticks(count: 3) }`
	for name, c := range map[string]call{
		"POST":        subscription(query),
		"GET":         {method: "GET", header: []string{"X-Foyer-Csrf", "1"}, query: urlOf(query, "")},
		"with a wish": subscription(query, "Accept", "text/event-stream;q=0.1, application/json"),
		"any text":    subscription(query, "Accept", "text/*"),
		"urql":        subscription(query, "Accept", "text/event-stream, multipart/mixed"),
	} {
		t.Run(name, func(t *testing.T) {
			f := s.open(t, c)
			for header, want := range map[string]string{
				"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no", "Content-Encoding": "",
				"X-Content-Type-Options": "nosniff", "Content-Length": "",
			} {
				if got := f.response.Header.Get(header); got != want {
					t.Errorf("got %s %q, want %q", header, got, want)
				}
			}
			if first, err := f.read(); err != nil || first.name != ":" {
				t.Errorf("the stream begins with %+v, %v", first, err)
			}
			for i := range 3 {
				f.expect(fmt.Sprintf(`{"data":{"ticks":%d}}`, i))
			}
			f.expectComplete()
		})
	}
}

func TestTheBytesOfAnEventStream(t *testing.T) {
	s := newServer(t, func(c *transport.Config) {
		c.StreamPosition = func(data json.RawMessage) string { return "at " + fmt.Sprint(len(data)) }
	})
	f := s.open(t, subscription(`subscription { ticks(count: 1) }`))
	const want = ":\n\nevent: next\nid: at 11\ndata: {\"data\":{\"ticks\":0}}\n\nevent: complete\ndata:\n\n"
	if got := f.rest(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestQueriesAreEventStreamsOnlyForThoseWhoWantThem(t *testing.T) {
	const stream, plain, response = "text/event-stream", "application/json", "application/graphql-response+json"
	tests := []struct{ accept, want string }{
		{"text/event-stream", stream},
		{"text/*", stream},
		{"text/event-stream, */*;q=0.1", stream},
		{"text/event-stream, application/json;q=0.9", stream},
		{"text/event-stream;q=0.9, application/graphql-response+json;q=0.8, application/json;q=0.7", stream},
		{"text/event-stream, application/json", plain},
		{"text/event-stream, */*", plain},
		{"text/*, application/*", plain},
		{"text/event-stream;q=0.5, application/json;q=0.6", plain},
		{"text/event-stream;q=0, */*", plain},
		{"text/html, */*", plain},
		{"*/*", plain},
		{"", plain},
		{"application/graphql-response+json, text/event-stream", response},
		// What urql sends.
		{"application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed", response},
	}
	s := newServer(t)
	for _, test := range tests {
		t.Run(test.accept, func(t *testing.T) {
			for _, query := range []string{`{ hello }`, `mutation { set(value: 1) }`} {
				answer, body := subscription(query, "Accept", test.accept).send(t, s)
				if got := answer.Header.Get("Content-Type"); answer.StatusCode != http.StatusOK || got != test.want+"; charset=utf-8" {
					t.Errorf("got %d %s: %s", answer.StatusCode, got, body)
				}
			}
		})
	}
}

func TestSubscriptionsAreServedOnlyToThoseWhoNameEventStreams(t *testing.T) {
	s := newServer(t)
	for _, accept := range []string{"", "*/*", "application/json", "text/event-stream;q=0, */*", "text/html, */*;q=0.1"} {
		c := subscription(`subscription { ticks(count: 1) }`, "Accept", accept)
		c.status, c.code = 400, "BAD_REQUEST"
		c.run(t, s)
	}
}

func TestQueriesAndMutationsWorkAsEventStreams(t *testing.T) {
	s := newServer(t)
	s.schema.fields["header"] = func(ctx context.Context, _ map[string]any) (any, error) {
		transport.SetHeader(ctx, "RateLimit-Remaining", "4")
		return "set", nil
	}
	f := s.open(t, subscription(`{ header }`))
	f.expect(`{"data":{"header":"set"}}`)
	f.expectComplete()
	if got := f.response.Header.Get("RateLimit-Remaining"); got != "4" {
		t.Errorf("got RateLimit-Remaining %q", got)
	}
	f = s.open(t, call{body: `{"query":"mutation($v: Int!) { set(value: $v) }","variables":{"v":5}}`})
	f.expect(`{"data":{"set":5}}`)
	f.expectComplete()
	f = s.open(t, subscription(`{ broken(code: "TEAPOT") }`))
	f.expect(`{"errors":[{"message":"it broke","extensions":{"code":"TEAPOT"}}],"data":{"broken":null}}`)
	f.expectComplete()
}

func TestErrorsOfAnOperationAreEvents(t *testing.T) {
	s := newServer(t, func(c *transport.Config) { c.MaxQuery = 1 << 10 })
	for name, test := range map[string]struct{ query, code string }{
		"a syntax error":                  {`subscription {`, "BAD_REQUEST"},
		"an unknown field":                {`subscription { nope }`, "VALIDATION_FAILED"},
		"an unknown field of a query":     {`{ nope }`, "VALIDATION_FAILED"},
		"an argument left out":            {`subscription { ticks }`, "VALIDATION_FAILED"},
		"a variable left out":             {`subscription($c: Int!) { ticks(count: $c) }`, "VALIDATION_FAILED"},
		"a deferred fragment":             {`{ ... @defer { hello } }`, "VALIDATION_FAILED"},
		"a resolver's error":              {`subscription { refused(code: "CURSOR_INVALID") }`, "CURSOR_INVALID"},
		"a resolver's error without code": {`subscription { refused }`, "INTERNAL"},
	} {
		t.Run(name, func(t *testing.T) {
			f := s.open(t, subscription(test.query))
			f.expectCode(test.code)
			f.expectComplete()
		})
	}
}

func TestRequestsThatAreNotTakenHaveAStatusInsteadOfAStream(t *testing.T) {
	accept := []string{"Accept", "text/event-stream"}
	const ticks = `{"query":"subscription { ticks(count: 1) }"}`
	with := func(header ...string) []string { return append(header, accept...) }
	tests := []call{
		{name: "no JSON", body: `{`, status: 400, code: "BAD_REQUEST"},
		{name: "no query", body: `{}`, status: 400, code: "BAD_REQUEST"},
		{name: "a query too long", body: queryJSON(`{ hello ` + strings.Repeat(" ", 1<<10) + `}`), status: 400, code: "BAD_REQUEST"},
		{name: "a body too large", body: `{"query":"{ hello }","extensions":{"x":"` + strings.Repeat("x", 9<<10) + `"}}`, status: 413, code: "BAD_REQUEST"},
		{name: "another content type", header: []string{"Content-Type", "text/plain"}, body: ticks, status: 415, code: "BAD_REQUEST"},
		{name: "a GET that may be forged", method: "GET", query: urlOf(`subscription { ticks(count: 1) }`, ""), status: 400, code: "BAD_REQUEST"},
		{name: "GET a mutation", method: "GET", header: []string{"X-Foyer-Csrf", "1"}, query: urlOf(`mutation { set(value: 1) }`, ""),
			status: 405, code: "BAD_REQUEST", answers: []string{"Allow", "POST"}},
		{name: "a reservation", method: "PUT", status: 405, code: "BAD_REQUEST", answers: []string{"Allow", "GET, POST"}},
		{name: "a bad token", header: []string{"Authorization", "Bearer bad"}, body: ticks, status: 401, code: "UNAUTHENTICATED"},
		{name: "a forbidden token", header: []string{"Authorization", "Bearer elsewhere"}, body: ticks, status: 403, code: "FORBIDDEN"},
		{name: "an outage of authentication", header: []string{"Authorization", "Bearer outage"}, body: ticks, status: 500, code: "INTERNAL"},
		{name: "an overload", body: `{"query":"{ broken(code: \"OVERLOADED\") }"}`, status: 503, code: "OVERLOADED", answers: []string{"Retry-After", "1"}},
		{name: "a panic of a query", body: `{"query":"{ panics }"}`, status: 500, code: "INTERNAL"},
		{name: "a panic before a stream", body: `{"query":"subscription { panics }"}`, status: 500, code: "INTERNAL"},
	}
	s := newServer(t, func(c *transport.Config) { c.MaxBody, c.MaxQuery = 8<<10, 1<<10 })
	for _, test := range tests {
		test.header = with(test.header...)
		t.Run(test.name, func(t *testing.T) { test.run(t, s) })
	}
}

func TestErrorsOfItemsDoNotEndAnEventStream(t *testing.T) {
	f := newServer(t).open(t, subscription(`subscription { failing }`))
	f.expect(`{"errors":[{"message":"item 0"}],"data":null}`)
	f.expect(`{"errors":[{"message":"item 1"}],"data":null}`)
	f.expectComplete()
}

func TestAPanicBetweenItemsEndsAnEventStream(t *testing.T) {
	s := newServer(t)
	s.schema.streams["holds"] = func(ctx context.Context, _ map[string]any) (<-chan any, error) {
		source := &unsteady{sink: transport.SinkOf(ctx)}
		source.sink.Attach(source)
		source.offer()
		return nil, nil
	}
	f := s.open(t, subscription(`subscription { holds }`))
	f.expect(`{"data":{"holds":1}}`)
	f.expectCode("INTERNAL")
	f.expectComplete()
	if !strings.Contains(s.log.String(), "run subscription: panic") {
		t.Errorf("the panic was not logged: %s", s.log)
	}
}

// unsteady is a Source that panics when it is pulled a second time.
type unsteady struct {
	spring
	sink   transport.Sink
	pulled bool
}

func (f *unsteady) Pull() {
	if f.pulled {
		panic("a source's panic")
	}
	f.pulled = true
	f.offer()
}

func (*unsteady) Leave() {}

func (f *unsteady) offer() {
	for f.sink.Offer([]byte(`{"data":{"holds":1}}`), 1) {
	}
}

func TestAnItemThatCannotBeEncodedEndsAnEventStream(t *testing.T) {
	broken := &graphql.Response{Data: []byte(`{}`), Extensions: map[string]any{"channel": make(chan int)}}
	s := newServer(t, func(c *transport.Config) { c.Executor = refusingExecutor{c.Executor, broken} })
	f := s.open(t, subscription(`subscription { holds }`))
	f.expectCode("INTERNAL")
	f.expectComplete()
	// There is no stream yet that a query could end.
	query := subscription(`{ hello }`, "Accept", "text/event-stream")
	query.status, query.code = 500, "INTERNAL"
	query.run(t, s)
}
