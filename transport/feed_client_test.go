package transport_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// event is an event of a stream, read by the rules of the HTML standard. A
// comment has the name ":".
type event struct{ name, id, data string }

// feed is an event stream as its client sees it.
type feed struct {
	t        *testing.T
	response *http.Response
	lines    *bufio.Reader
	leave    context.CancelFunc
}

// open sends a request that accepts only an event stream, and expects one.
func (s *server) open(t *testing.T, c call) *feed {
	t.Helper()
	c.header = append([]string{"Accept", "text/event-stream"}, c.header...)
	ctx, leave := context.WithCancel(t.Context())
	response, err := s.Client().Do(c.request(ctx, t, s))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		leave()
		_ = response.Body.Close()
	})
	f := &feed{t: t, response: response, lines: bufio.NewReader(response.Body), leave: leave}
	if got := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || got != "text/event-stream; charset=utf-8" {
		t.Fatalf("got status %d and content type %q: %s", response.StatusCode, got, f.rest())
	}
	return f
}

// subscription returns a POST of a query, for open.
func subscription(query string, header ...string) call {
	return call{body: queryJSON(query), header: header}
}

func queryJSON(query string) string {
	return `{"query":` + quoted(query) + `}`
}

// urlOf returns the query component of a GET.
func urlOf(query, variables string) url.Values {
	values := url.Values{"query": {query}}
	if variables != "" {
		values.Set("variables", variables)
	}
	return values
}

// read reads the next event or comment.
func (f *feed) read() (event, error) {
	var e event
	for {
		line, err := f.lines.ReadString('\n')
		if err != nil {
			return e, err
		}
		line = strings.TrimSuffix(line, "\n")
		if line == "" {
			return e, nil
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "":
			e.name = ":"
		case "event":
			e.name = value
		case "id":
			e.id = value
		case "data":
			e.data = value
		default:
			f.t.Errorf("got the line %q", line)
		}
	}
}

// next reads the next event that is not a comment.
func (f *feed) next() event {
	f.t.Helper()
	for {
		e, err := f.read()
		if err != nil {
			f.t.Fatalf("read: %v", err)
		}
		if e.name != ":" {
			return e
		}
	}
}

// expect reads an event with a response.
func (f *feed) expect(data string) {
	f.t.Helper()
	if got := f.next(); got != (event{name: "next", data: data}) {
		f.t.Fatalf("got  %+v\nwant %s", got, data)
	}
}

// expectCode reads an event with a request error.
func (f *feed) expectCode(code string) {
	f.t.Helper()
	got := f.next()
	if got.name != "next" || firstCode(f.t, got.data) != code || strings.Contains(got.data, `"data"`) {
		f.t.Fatalf("got %+v, want the code %s", got, code)
	}
}

// expectComplete reads the event complete, and expects nothing after it.
func (f *feed) expectComplete() {
	f.t.Helper()
	if got := f.next(); got != (event{name: "complete"}) {
		f.t.Fatalf("got %+v, want complete", got)
	}
	f.expectEnd()
}

// expectEnd expects that the stream ends without another event.
func (f *feed) expectEnd() {
	f.t.Helper()
	if rest := strings.ReplaceAll(f.rest(), ":\n\n", ""); rest != "" {
		f.t.Fatalf("got %.200q, want the end", rest)
	}
}

// rest reads to the end of the response, and expects a proper end.
func (f *feed) rest() string {
	f.t.Helper()
	rest, err := io.ReadAll(f.lines)
	if err != nil {
		f.t.Fatalf("read: %v", err)
	}
	return string(rest)
}
