package main

import (
	"bufio"
	"net/http"
	"strings"
	"testing"

	"foyer/cli"
)

func TestAnEventStreamGoesOnAfterTheLastEventAndEndsWithTheServer(t *testing.T) {
	r := serve(t, testConfig(t))
	key := r.key()
	start := r.head(key)
	if code, out, message := foyer(t, "replay", "testdata/dialogues.jsonl", "--server", r.URL(), "--token", r.session()); code != cli.ExitOK {
		t.Fatal(out, message)
	}
	whole := r.eventStream(key, start, "")
	var ids []string
	for range 5 {
		ids = append(ids, whole.id())
	}
	again := r.eventStream(key, start, ids[1])
	for _, want := range ids[2:] {
		if got := again.id(); got != want {
			t.Errorf("after the second event came %s, want %s", got, want)
		}
	}
	r.shutDown() // fails the test if it has to cut the streams
}

// eventStream is a subscription over server-sent events.
type eventStream struct {
	t     *testing.T
	lines *bufio.Scanner
}

func (r *running) eventStream(key, start, seen string) *eventStream {
	r.t.Helper()
	body := `{"query": "subscription($after: Cursor) { events(after: $after) { ... on Event { cursor } ... on StreamReady { cursor } } }",
		"variables": {"after": "` + start + `"}}`
	request, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, r.URL()+"/graphql", strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Authorization", "Bearer "+key)
	if seen != "" {
		request.Header.Set("Last-Event-Id", seen)
	}
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = response.Body.Close() })
	if response.StatusCode != http.StatusOK {
		r.t.Fatalf("answered %s", response.Status)
	}
	return &eventStream{r.t, bufio.NewScanner(response.Body)}
}

// id returns the id of the next event.
func (s *eventStream) id() string {
	s.t.Helper()
	for s.lines.Scan() {
		if id, ok := strings.CutPrefix(s.lines.Text(), "id:"); ok {
			return strings.TrimSpace(id)
		}
	}
	s.t.Fatalf("the stream ended: %v", s.lines.Err())
	return ""
}
