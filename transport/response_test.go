package transport_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"foyer/transport"
)

func TestHTTPCompressesLargeResponsesForThoseWhoAccept(t *testing.T) {
	s := newServer(t)
	tests := []struct {
		name, accept, size string
		packed             bool
	}{
		{"large", "gzip", "4000", true},
		{"large, among others", "br;q=1, gzip;q=0.5", "4000", true},
		{"large, by wildcard", "*", "4000", true},
		{"small", "gzip", "10", false},
		{"refused", "gzip;q=0, *", "4000", false},
		{"not accepted", "br", "4000", false},
		{"identity", "identity", "4000", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			response, body := call{
				body: `{"query":"{ text(size: ` + test.size + `) }"}`, header: []string{"Accept-Encoding", test.accept},
			}.send(t, s)
			if got := response.Header.Get("Content-Encoding") == "gzip"; got != test.packed {
				t.Fatalf("compressed: %v, want %v", got, test.packed)
			}
			if response.Header.Get("Vary") != "Origin, Accept, Accept-Encoding" {
				t.Errorf("got Vary %q", response.Header.Get("Vary"))
			}
			if test.packed {
				reader, err := gzip.NewReader(strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				plain, err := io.ReadAll(reader)
				if err != nil {
					t.Fatal(err)
				}
				if len(plain) < 4000 || len(body) > 1000 {
					t.Fatalf("%d bytes packed into %d", len(plain), len(body))
				}
			}
		})
	}
}

func TestSetHeaderReachesTheResponse(t *testing.T) {
	s := newServer(t)
	s.schema.fields["header"] = func(ctx context.Context, _ map[string]any) (any, error) {
		transport.SetHeader(ctx, "RateLimit-Remaining", "4")
		return "set", nil
	}
	call{body: `{"query":"{ header }"}`, status: 200, answers: []string{"Ratelimit-Remaining", "4"}}.run(t, s)
	transport.SetHeader(context.Background(), "Nothing", "happens")

	c := s.connect(t)
	c.subscribe("1", `{ header }`)
	c.expect(`{"id":"1","type":"next","payload":{"data":{"header":"set"}}}`)
}

func TestWhatIsLeftForTheEndIsDoneThenWhateverTheAnswer(t *testing.T) {
	s := newServer(t)
	ended := make(chan string, 2)
	s.schema.fields["header"] = func(ctx context.Context, _ map[string]any) (any, error) {
		taken := transport.AtEnd(ctx, func() { ended <- "first" }) && transport.AtEnd(ctx, func() { ended <- "second" })
		select {
		case early := <-ended:
			return nil, errors.New(early)
		default:
			return fmt.Sprint(taken), nil
		}
	}
	call{body: `{"query":"{ header }"}`, status: 200, want: `{"data":{"header":"true"}}`}.run(t, s)
	if first, second := <-ended, <-ended; first != "first" || second != "second" {
		t.Errorf("done were the %s and the %s", first, second)
	}
	c := s.connect(t)
	c.subscribe("1", `{ header }`)
	c.expect(`{"id":"1","type":"next","payload":{"data":{"header":"false"}}}`)
	if transport.AtEnd(context.Background(), func() {}) {
		t.Error("AtEnd accepts a function outside of a request")
	}
}

// ownCost is an extension that writes itself.
type ownCost int

func (c ownCost) AppendJSON(out []byte) []byte {
	return append(out, fmt.Sprintf(`{"own":%d}`, int(c))...)
}

func TestAnExtensionMayKnowHowItIsWritten(t *testing.T) {
	for want, extensions := range map[string]map[string]any{
		`{"a\"b":{"own":3}}`:   {`a"b`: ownCost(3)},
		`{"cost":3,"other":4}`: {"cost": ownCost(3), "other": 4},
	} {
		shown := &graphql.Response{Data: []byte(`{"a":1}`), Extensions: extensions}
		s := newServer(t, func(c *transport.Config) { c.Executor = refusingExecutor{c.Executor, shown} })
		call{body: `{"query":"{ hello }"}`, status: 200, want: `{"data":{"a":1},"extensions":` + want + `}`}.run(t, s)
	}
}

func TestResolversOfARequestEndWhenItsClientLeaves(t *testing.T) {
	s := newServer(t)
	started, ended := make(chan struct{}), make(chan struct{})
	s.schema.fields["waits"] = func(ctx context.Context, _ map[string]any) (any, error) {
		close(started)
		<-ctx.Done()
		close(ended)
		return nil, ctx.Err()
	}
	ctx, cancel := context.WithCancel(context.Background())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, strings.NewReader(`{"query":"{ waits }"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	go func() {
		<-started
		cancel()
	}()
	if _, err := s.Client().Do(request); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	receive(t, ended, "the resolver to end")
}

// mutedExecutor is an executor that returns no response.
type mutedExecutor struct{ graphql.GraphExecutor }

func (mutedExecutor) DispatchOperation(
	ctx context.Context, _ *graphql.OperationContext,
) (graphql.ResponseHandler, context.Context) {
	return func(context.Context) *graphql.Response { return nil }, ctx
}

func TestAnExecutorWithoutAnAnswerIsAnInternalError(t *testing.T) {
	s := newServer(t, func(c *transport.Config) { c.Executor = mutedExecutor{c.Executor} })
	call{body: `{"query":"{ hello }"}`, status: 500, code: "INTERNAL"}.run(t, s)
	c := s.connect(t)
	c.subscribe("1", `{ hello }`)
	c.expectCode("1", "INTERNAL")
}

// refusingExecutor returns one response to every operation.
type refusingExecutor struct {
	graphql.GraphExecutor
	response *graphql.Response
}

func (e refusingExecutor) DispatchOperation(
	ctx context.Context, _ *graphql.OperationContext,
) (graphql.ResponseHandler, context.Context) {
	return graphql.OneShot(e.response), ctx
}

func TestRequestErrorsHaveTheStatusOfTheirCode(t *testing.T) {
	tests := []struct {
		code        string
		plain, full int
	}{
		{"UNAUTHENTICATED", 401, 401},
		{"FORBIDDEN", 403, 403},
		{"RATE_LIMITED", 429, 429},
		{"OVERLOADED", 503, 503},
		{"QUERY_TOO_COMPLEX", 200, 400},
		{"INTERNAL", 500, 500},
		{"", 500, 500},
	}
	for _, test := range tests {
		t.Run(test.code, func(t *testing.T) {
			refused := graphql.ErrorResponse(context.Background(), "refused")
			want := test.code
			if want == "" {
				want = "INTERNAL"
			} else {
				refused.Errors[0].Extensions = map[string]any{"code": test.code}
			}
			s := newServer(t, func(c *transport.Config) { c.Executor = refusingExecutor{c.Executor, refused} })
			call{body: `{"query":"{ hello }"}`, status: test.plain, code: want}.run(t, s)
			call{body: `{"query":"{ hello }"}`, header: []string{"Accept", "application/graphql-response+json"},
				status: test.full, contentType: "application/graphql-response+json", code: want}.run(t, s)
		})
	}
}

func TestAResponseThatCannotBeEncodedIsAnInternalError(t *testing.T) {
	broken := &graphql.Response{Data: []byte(`{}`), Extensions: map[string]any{"channel": make(chan int)}}
	s := newServer(t, func(c *transport.Config) { c.Executor = refusingExecutor{c.Executor, broken} })
	call{body: `{"query":"{ hello }"}`, status: 500, code: "INTERNAL"}.run(t, s)
	c := s.connect(t)
	c.subscribe("1", `{ hello }`)
	c.expectCode("1", "INTERNAL")

	shown := &graphql.Response{Data: []byte(`{"a":1}`), Extensions: map[string]any{"cost": 3}}
	s = newServer(t, func(c *transport.Config) { c.Executor = refusingExecutor{c.Executor, shown} })
	call{body: `{"query":"{ hello }"}`, status: 200, want: `{"data":{"a":1},"extensions":{"cost":3}}`}.run(t, s)
}

func TestWithoutAuthenticateRequestsAreAnonymousAndWebsocketsRefused(t *testing.T) {
	s := newServer(t, func(c *transport.Config) { c.Authenticate = nil })
	call{body: `{"query":"{ hello }"}`, status: 200, want: `{"data":{"hello":"world"}}`}.run(t, s)
	c := s.dial(t)
	c.send(`{"type":"connection_init","payload":{"authorization":"Bearer alice"}}`)
	c.expectClose(4401)
}

func TestHTTPIsServedWithoutAServer(t *testing.T) {
	h := transport.New(transport.Config{Executor: refusingExecutor{response: &graphql.Response{Data: []byte(`{}`)}}})
	recorder := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodGet, "/graphql?query={a}", nil)
	request.Header.Set("Connection", "Upgrade")
	request.Header.Set("Upgrade", "websocket")
	request.Header.Set("Sec-Websocket-Version", "13")
	request.Header.Set("Sec-Websocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
	h.ServeHTTP(recorder, request)
	if recorder.Code != http.StatusInternalServerError {
		t.Fatalf("an upgrade of what cannot be upgraded was answered %d: %s", recorder.Code, recorder.Body)
	}
}
