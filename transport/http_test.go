package transport_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"foyer/transport"
)

// call is an HTTP request and the response that it must have. A header is a
// list of names and values; POSTs have a JSON content type unless they name
// another.
type call struct {
	name   string
	method string // POST
	query  url.Values
	header []string
	body   string

	status      int
	contentType string // application/json
	want        string // the body, as JSON; not compared if empty
	code        string // of the first error; none if empty
	answers     []string
}

func (c call) run(t *testing.T, s *server) {
	t.Helper()
	response, body := c.send(t, s)
	if response.StatusCode != c.status {
		t.Fatalf("got status %d, want %d: %s", response.StatusCode, c.status, body)
	}
	wantType := c.contentType
	if wantType == "" {
		wantType = "application/json"
	}
	if got := response.Header.Get("Content-Type"); got != wantType+"; charset=utf-8" {
		t.Fatalf("got content type %q, want %q", got, wantType)
	}
	if c.want != "" {
		sameJSON(t, body, c.want)
	}
	c.checkCode(t, body)
	for i := 0; i < len(c.answers); i += 2 {
		if got := response.Header.Get(c.answers[i]); got != c.answers[i+1] {
			t.Fatalf("got %s %q, want %q", c.answers[i], got, c.answers[i+1])
		}
	}
}

func (c call) send(t *testing.T, s *server) (*http.Response, string) {
	t.Helper()
	response, err := s.Client().Do(c.request(t.Context(), t, s))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

func (c call) request(ctx context.Context, t *testing.T, s *server) *http.Request {
	t.Helper()
	method := c.method
	if method == "" {
		method = http.MethodPost
	}
	target := s.URL + "/graphql"
	if c.query != nil {
		target += "?" + c.query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(c.header); i += 2 {
		if c.header[i+1] == "" {
			request.Header.Del(c.header[i])
			continue
		}
		request.Header.Set(c.header[i], c.header[i+1])
	}
	return request
}

func (c call) checkCode(t *testing.T, body string) {
	t.Helper()
	got := firstCode(t, body)
	if got != c.code {
		t.Fatalf("got the code %q, want %q: %s", got, c.code, body)
	}
	if c.code != "" && c.want == "" && strings.Contains(body, `"data"`) {
		t.Fatalf("a request error has an entry for data: %s", body)
	}
}

func TestHTTPAnswersByTheLetter(t *testing.T) {
	const (
		hello    = `{"query":"{ hello }"}`
		world    = `{"data":{"hello":"world"}}`
		response = "application/graphql-response+json"
	)
	csrf := []string{"X-Foyer-Csrf", "1"}
	invalid := `{"query":"{ nope }"}`
	tests := []call{
		{name: "a query", body: hello, status: 200, want: world},
		{name: "a mutation", body: `{"query":"mutation { set(value: 3) }"}`, status: 200, want: `{"data":{"set":3}}`},
		{name: "variables", body: `{"query":"query($v: Int!) { number(value: $v) }","variables":{"v":7}}`,
			status: 200, want: `{"data":{"number":7}}`},
		{name: "an operation by name", body: `{"query":"query A { hello } query B { echo(text: \"b\") }","operationName":"B"}`,
			status: 200, want: `{"data":{"echo":"b"}}`},
		{name: "members that are null", body: `{"query":"{ hello }","operationName":null,"variables":null,"extensions":null}`,
			status: 200, want: world},
		{name: "members it does not know", body: `{"query":"{ hello }","more":1}`, status: 200, want: world},
		{name: "white space around the JSON", body: " \n" + hello + "\n ", status: 200, want: world},

		// Content types of the request.
		{name: "JSON in UTF-8", header: []string{"Content-Type", "application/json; charset=UTF-8"}, body: hello, status: 200, want: world},
		{name: "JSON in another charset", header: []string{"Content-Type", "application/json; charset=latin1"}, body: hello, status: 415, code: "BAD_REQUEST"},
		{name: "no content type", header: []string{"Content-Type", ""}, body: hello, status: 415, code: "BAD_REQUEST"},
		{name: "a form", header: []string{"Content-Type", "application/x-www-form-urlencoded"}, body: "query={hello}", status: 415, code: "BAD_REQUEST"},
		{name: "text, with the header against forgery", header: append([]string{"Content-Type", "text/plain"}, csrf...), body: hello, status: 415, code: "BAD_REQUEST"},
		{name: "a compressed body", header: []string{"Content-Encoding", "gzip"}, body: hello, status: 415, code: "BAD_REQUEST"},

		// Media types of the response.
		{name: "accepts anything", header: []string{"Accept", "*/*"}, body: hello, status: 200, want: world},
		{name: "accepts any application", header: []string{"Accept", "application/*"}, body: hello, status: 200, want: world},
		{name: "accepts the response type", header: []string{"Accept", response}, body: hello, status: 200, contentType: response, want: world},
		{name: "accepts both alike", header: []string{"Accept", "application/json, " + response}, body: hello, status: 200, contentType: response, want: world},
		{name: "prefers JSON", header: []string{"Accept", response + ";q=0.5, application/json"}, body: hello, status: 200, want: world},
		{name: "prefers the response type", header: []string{"Accept", "application/json;q=0.9, " + response + ";q=0.91"}, body: hello, status: 200, contentType: response, want: world},
		{name: "names the response type among others", header: []string{"Accept", "text/html, " + response + ", */*"}, body: hello, status: 200, contentType: response, want: world},
		{name: "rules JSON out", header: []string{"Accept", "application/json;q=0, */*;q=0.1"}, body: hello, status: 200, contentType: response, want: world},
		{name: "rules the response type out", header: []string{"Accept", response + ";q=0, */*"}, body: hello, status: 200, want: world},
		{name: "accepts JSON in UTF-8", header: []string{"Accept", "application/json; charset=utf-8"}, body: hello, status: 200, want: world},
		{name: "accepts HTML only", header: []string{"Accept", "text/html"}, body: hello, status: 406, code: "BAD_REQUEST"},
		{name: "accepts nothing", header: []string{"Accept", "*/*;q=0"}, body: hello, status: 406, code: "BAD_REQUEST"},
		{name: "accepts nonsense", header: []string{"Accept", "application/json;q=high"}, body: hello, status: 406, code: "BAD_REQUEST"},

		// Requests that are not GraphQL requests.
		{name: "no body", status: 400, code: "BAD_REQUEST"},
		{name: "half a body", body: `{"query":"{ he`, status: 400, code: "BAD_REQUEST"},
		{name: "two bodies", body: hello + hello, status: 400, code: "BAD_REQUEST"},
		{name: "trailing garbage", body: hello + "x", status: 400, code: "BAD_REQUEST"},
		{name: "a batch", body: "[" + hello + "]", status: 400, code: "BAD_REQUEST"},
		{name: "a string", body: `"{ hello }"`, status: 400, code: "BAD_REQUEST"},
		{name: "null", body: `null`, status: 400, code: "BAD_REQUEST"},
		{name: "not UTF-8", body: "{\"query\":\"{ echo(text: \\\"\xff\\\") }\"}", status: 400, code: "BAD_REQUEST"},
		{name: "no query", body: `{}`, status: 400, code: "BAD_REQUEST"},
		{name: "no query, for the response type", header: []string{"Accept", response}, body: `{}`, status: 400, contentType: response, code: "BAD_REQUEST"},
		{name: "an empty query", body: `{"query":""}`, status: 400, code: "BAD_REQUEST"},
		{name: "a query that is no string", body: `{"query":{"a":1}}`, status: 400, code: "BAD_REQUEST"},
		{name: "a name that is no string", body: `{"query":"{ hello }","operationName":1}`, status: 400, code: "BAD_REQUEST"},
		{name: "variables that are no object", body: `{"query":"{ hello }","variables":[1]}`, status: 400, code: "BAD_REQUEST"},
		{name: "extensions that are no object", body: `{"query":"{ hello }","extensions":"x"}`, status: 400, code: "BAD_REQUEST"},
		{name: "a body too large", body: `{"query":"{ hello }","extensions":{"x":"` + strings.Repeat("x", 9<<10) + `"}}`, status: 413, code: "BAD_REQUEST"},
		{name: "a query too long", body: `{"query":"{ hello ` + strings.Repeat(" ", 1<<10) + `}"}`, status: 400, code: "BAD_REQUEST"},

		// Request errors of GraphQL.
		{name: "a syntax error", body: `{"query":"{"}`, status: 200, code: "BAD_REQUEST"},
		{name: "a syntax error, for the response type", header: []string{"Accept", response}, body: `{"query":"{"}`, status: 400, contentType: response, code: "BAD_REQUEST"},
		{name: "an unknown field", body: invalid, status: 200, code: "VALIDATION_FAILED"},
		{name: "an unknown field, for the response type", header: []string{"Accept", response}, body: invalid, status: 400, contentType: response, code: "VALIDATION_FAILED"},
		{name: "an unknown operation", body: `{"query":"query A { hello }","operationName":"B"}`, status: 200, code: "VALIDATION_FAILED"},
		{name: "a variable of the wrong type", body: `{"query":"query($v: Int!) { number(value: $v) }","variables":{"v":"x"}}`, status: 200, code: "VALIDATION_FAILED"},
		{name: "a variable of the wrong type, for the response type", header: []string{"Accept", response},
			body: `{"query":"query($v: Int!) { number(value: $v) }","variables":{"v":"x"}}`, status: 400, contentType: response, code: "VALIDATION_FAILED"},
		{name: "a deferred fragment", body: `{"query":"{ ... @defer { hello } }"}`, status: 200, code: "VALIDATION_FAILED"},
		{name: "a deferred spread in a fragment", header: []string{"Accept", response},
			body:   `{"query":"{ ...a } fragment a on Query { ... on Query { ...b @defer } } fragment b on Query { hello }"}`,
			status: 400, contentType: response, code: "VALIDATION_FAILED"},
		{name: "a subscription", body: `{"query":"subscription { ticks(count: 1) }"}`, status: 400, code: "BAD_REQUEST"},

		// Errors of the execution.
		{name: "a field error", header: []string{"Accept", response}, body: `{"query":"{ hello broken(code: \"TEAPOT\") }"}`, status: 200, contentType: response, code: "TEAPOT",
			want: `{"errors":[{"message":"it broke","extensions":{"code":"TEAPOT"}}],"data":{"hello":"world","broken":null}}`},
		{name: "a field error that leaves no data", header: []string{"Accept", response}, body: `{"query":"{ required }"}`, status: 200, contentType: response,
			want: `{"errors":[{"message":"nothing there"}],"data":null}`},
		{name: "an overload", body: `{"query":"{ broken(code: \"OVERLOADED\") }"}`, status: 503, code: "OVERLOADED", answers: []string{"Retry-After", "1"}},
		{name: "an overload, for the response type", header: []string{"Accept", response}, body: `{"query":"{ broken(code: \"OVERLOADED\") }"}`, status: 503, contentType: response, code: "OVERLOADED", answers: []string{"Retry-After", "1"}},
		{name: "an overload of a part", body: `{"query":"{ hello broken(code: \"OVERLOADED\") }"}`, status: 200, code: "OVERLOADED", answers: []string{"Retry-After", ""},
			want: `{"errors":[{"message":"it broke","extensions":{"code":"OVERLOADED"}}],"data":{"hello":"world","broken":null}}`},
		{name: "a panic", header: []string{"Accept", response}, body: `{"query":"{ panics }"}`, status: 500, contentType: response, code: "INTERNAL"},

		// GET.
		{name: "GET a query", method: "GET", header: csrf, query: url.Values{"query": {"{ hello }"}}, status: 200, want: world},
		{name: "GET with a token", method: "GET", header: []string{"Authorization", "Bearer alice"}, query: url.Values{"query": {"{ hello }"}}, status: 200, want: world},
		{name: "GET with a JSON content type", method: "GET", header: []string{"Content-Type", "application/json"}, query: url.Values{"query": {"{ hello }"}}, status: 200, want: world},
		{name: "GET that may be forged", method: "GET", query: url.Values{"query": {"{ hello }"}}, status: 400, code: "BAD_REQUEST"},
		{name: "GET that may be forged, as a form", method: "GET", header: []string{"Content-Type", "text/plain"}, query: url.Values{"query": {"{ hello }"}}, status: 400, code: "BAD_REQUEST"},
		{name: "GET with variables", method: "GET", header: csrf,
			query: url.Values{"query": {"query($v: Int!) { number(value: $v) }"}, "variables": {`{"v":7}`}}, status: 200, want: `{"data":{"number":7}}`},
		{name: "GET an operation by name", method: "GET", header: csrf,
			query: url.Values{"query": {"query A { hello } query B { echo(text: \"b\") }"}, "operationName": {"A"}, "extensions": {`{}`}}, status: 200, want: world},
		{name: "GET without a query", method: "GET", header: csrf, status: 400, code: "BAD_REQUEST"},
		{name: "GET two queries", method: "GET", header: csrf, query: url.Values{"query": {"{ hello }", "{ hello }"}}, status: 400, code: "BAD_REQUEST"},
		{name: "GET bad variables", method: "GET", header: csrf, query: url.Values{"query": {"{ hello }"}, "variables": {"{} {}"}}, status: 400, code: "BAD_REQUEST"},
		{name: "GET bad extensions", method: "GET", header: csrf, query: url.Values{"query": {"{ hello }"}, "extensions": {"1"}}, status: 400, code: "BAD_REQUEST"},
		{name: "GET bad UTF-8", method: "GET", header: csrf, query: url.Values{"query": {"{ echo(text: \"\xff\") }"}}, status: 400, code: "BAD_REQUEST"},
		{name: "GET a query too long", method: "GET", header: csrf, query: url.Values{"query": {"{ hello " + strings.Repeat(" ", 1<<10) + "}"}}, status: 400, code: "BAD_REQUEST"},
		{name: "GET a mutation", method: "GET", header: csrf, query: url.Values{"query": {"mutation { set(value: 1) }"}}, status: 405, code: "BAD_REQUEST", answers: []string{"Allow", "POST"}},
		{name: "GET a subscription", method: "GET", header: csrf, query: url.Values{"query": {"subscription { ticks(count: 1) }"}}, status: 400, code: "BAD_REQUEST"},
		{name: "PUT", method: "PUT", header: csrf, body: hello, status: 405, code: "BAD_REQUEST", answers: []string{"Allow", "GET, POST"}},
		{name: "OPTIONS", method: "OPTIONS", status: 405, code: "BAD_REQUEST", answers: []string{"Allow", "GET, POST"}},

		// Authentication.
		{name: "a bad token", header: []string{"Authorization", "Bearer bad"}, body: hello, status: 401, code: "UNAUTHENTICATED", answers: []string{"Www-Authenticate", "Bearer"}},
		{name: "a bad token, for the response type", header: []string{"Authorization", "bearer bad", "Accept", response}, body: hello, status: 401, contentType: response, code: "UNAUTHENTICATED"},
		{name: "a token whose session has ended", header: []string{"Authorization", "Bearer ended"}, body: hello, status: 401, code: "UNAUTHENTICATED", answers: []string{"Www-Authenticate", "Bearer"}},
		{name: "a forbidden token", header: []string{"Authorization", "Bearer elsewhere"}, body: hello, status: 403, code: "FORBIDDEN"},
		{name: "another scheme is no token", header: []string{"Authorization", "Basic bad"}, body: hello, status: 200, want: world},
		{name: "an outage of authentication", header: []string{"Authorization", "Bearer outage"}, body: hello, status: 500, code: "INTERNAL"},
		{name: "an overload of authentication", header: []string{"Authorization", "Bearer overloaded"}, body: hello, status: 503, code: "OVERLOADED", answers: []string{"Retry-After", "1"}},
		{name: "a panic of authentication", header: []string{"Authorization", "Bearer panic"}, body: hello, status: 500, code: "INTERNAL"},
	}
	s := newServer(t, func(c *transport.Config) { c.MaxBody, c.MaxQuery = 8<<10, 1<<10 })
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { test.run(t, s) })
	}
}

func TestRefusalsAreWholeSentences(t *testing.T) {
	s := newServer(t, func(c *transport.Config) { c.MaxBody = 1 << 10 })
	for _, c := range []call{
		{name: "no body"},
		{name: "a body that is no JSON", body: "{"},
		{name: "a body of another type", header: []string{"Content-Type", "text/plain"}, body: `{"query":"{ hello }"}`},
		{name: "a body too large", body: `{"query":"{ hello }","extensions":{"x":"` + strings.Repeat("x", 1<<10) + `"}}`},
		{name: "a GET that may be forged", method: "GET", query: url.Values{"query": {"{ hello }"}}},
		{name: "a PUT", method: "PUT"},
		{name: "a type that is not served", header: []string{"Accept", "text/html"}, body: `{"query":"{ hello }"}`},
		{name: "a subscription", body: `{"query":"subscription { ticks(count: 1) }"}`},
		{name: "a bad token", header: []string{"Authorization", "Bearer bad"}, body: `{"query":"{ hello }"}`},
		{name: "a forbidden token", header: []string{"Authorization", "Bearer elsewhere"}, body: `{"query":"{ hello }"}`},
		{name: "an unreadable digest", body: `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}`},
		{name: "a deferred fragment", body: `{"query":"{ ... @defer { hello } }"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, body := c.send(t, s)
			var answer struct{ Errors []struct{ Message string } }
			if err := json.Unmarshal([]byte(body), &answer); err != nil || len(answer.Errors) != 1 {
				t.Fatalf("got %s, %v", body, err)
			}
			text := answer.Errors[0].Message
			if first, _ := utf8.DecodeRuneInString(text); unicode.IsLower(first) || !strings.HasSuffix(text, ".") || strings.HasSuffix(text, "..") {
				t.Errorf("this is not a sentence: %s", text)
			}
		})
	}
}

func TestHTTPDoesNotEchoWhatItRefuses(t *testing.T) {
	s := newServer(t)
	for _, body := range []string{`{"query":"{ hello }", secret`, `secret`, `{"query":{"secret":1}}`, `["secret"]`} {
		if _, answer := (call{body: body}).send(t, s); strings.Contains(answer, "secret") {
			t.Errorf("%s was answered %s", body, answer)
		}
	}
	_, answer := call{body: `{"query":"{ hello }"}`, header: []string{"Authorization", "Bearer outage"}}.send(t, s)
	if strings.Contains(answer, "secret") {
		t.Errorf("an internal error was shown: %s", answer)
	}
	if !strings.Contains(s.log.String(), "secret details") {
		t.Errorf("an internal error was not logged: %s", s.log)
	}
}

func TestHTTPKeepsLargeIntegersExact(t *testing.T) {
	s := newServer(t)
	seen := make(chan string, 1)
	s.schema.fields["echo"] = func(ctx context.Context, _ map[string]any) (any, error) {
		seen <- fmt.Sprint(graphql.GetOperationContext(ctx).Extensions["n"])
		return nil, nil
	}
	call{body: `{"query":"{ echo(text: \"\") }","extensions":{"n":9007199254740993}}`, status: 200}.run(t, s)
	if got := receive(t, seen, "the resolver"); got != "9007199254740993" {
		t.Fatalf("got %s", got)
	}
}
