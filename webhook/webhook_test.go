package webhook_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
	"foyer/webhook"
)

// receiver knows the token "known" and answers as the test says.
type receiver struct {
	answer *engine.WebhookReceived
	err    error
	bodies []string
	keys   []string
}

func (r *receiver) WebhookWorkflow(_ context.Context, token string) (inbox.WorkflowID, error) {
	if token == "known" {
		return 7, nil
	}
	return 0, nil
}

func (r *receiver) WebhookReceive(_ context.Context, _ string, body []byte, key *string) (*engine.WebhookReceived, error) {
	r.bodies = append(r.bodies, string(body))
	if key != nil {
		r.keys = append(r.keys, *key)
	}
	return r.answer, r.err
}

// site is a handler with its receiver and its clock.
type site struct {
	*testing.T
	receiver
	now     time.Time
	from    string // the sender's address
	told    []string
	sender  string // the address that the last one was reported with
	handler http.Handler
	hooks   *webhook.Handler
}

func newSite(t *testing.T, rate int) *site {
	t.Helper()
	s := &site{T: t, from: "192.0.2.1", now: time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)}
	s.answer = &engine.WebhookReceived{Run: 5}
	mux := http.NewServeMux()
	s.hooks = webhook.New(webhook.Config{
		Receiver: &s.receiver, MaxBody: 100, Rate: rate, Clock: func() time.Time { return s.now }, Logger: slog.New(slog.DiscardHandler),
		OnAnswer: func(_ context.Context, from netip.Addr, outcome string, _ time.Duration) {
			s.told, s.sender = append(s.told, outcome), from.String()
		},
		ClientAddress: func(*http.Request) netip.Addr { return netip.MustParseAddr(s.from) },
	})
	mux.Handle("/hooks/{token}", s.hooks)
	s.handler = mux
	return s
}

// post sends a webhook and returns the status and the answer.
func (s *site) post(token, body string, header ...string) (int, string) {
	s.Helper()
	request := httptest.NewRequestWithContext(s.Context(), http.MethodPost, "/hooks/"+token, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	return s.do(request)
}

func (s *site) do(request *http.Request) (int, string) {
	s.Helper()
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, request)
	if !json.Valid(recorder.Body.Bytes()) || recorder.Header().Get("Content-Type") != "application/json; charset=utf-8" {
		s.Errorf("the answer is not JSON: %q", recorder.Body)
	}
	return recorder.Code, strings.TrimSpace(recorder.Body.String())
}

func TestAWebhookIsAnsweredWithItsRunOrWhyThereIsNone(t *testing.T) {
	t.Parallel()
	s := newSite(t, 0)
	if code, said := s.post("known", `{"a": 1}`, "Idempotency-Key", "k", "Content-Type", "application/vnd.x+json; charset=UTF-8"); code != http.StatusAccepted || said != `{"run":"run_5"}` {
		t.Errorf("got %d %s", code, said)
	}
	if fmt.Sprint(s.bodies, s.keys) != `[{"a": 1}] [k]` {
		t.Errorf("it got %q with %q", s.bodies, s.keys)
	}
	s.answer = &engine.WebhookReceived{Reason: engine.WebhookNoContact, Message: "There is no such contact."}
	if code, said := s.post("known", `{}`); code != http.StatusAccepted || said != `{"reason":"CONTACT_NOT_FOUND","message":"There is no such contact."}` {
		t.Errorf("got %d %s", code, said)
	}
	if want := "[STARTED CONTACT_NOT_FOUND]"; fmt.Sprint(s.told) != want || s.sender != s.from {
		t.Errorf("reported %v from %s, want %s", s.told, s.sender, want)
	}
}

func TestWhatIsNotAWebhookIsRefusedClearly(t *testing.T) {
	t.Parallel()
	s := newSite(t, 0)
	for name, test := range map[string]struct {
		body   string
		header []string
		want   int
	}{
		"a form":           {"a=1", []string{"Content-Type", "application/x-www-form-urlencoded"}, http.StatusUnsupportedMediaType},
		"no type":          {"{}", []string{"Content-Type", ""}, http.StatusUnsupportedMediaType},
		"another charset":  {"{}", []string{"Content-Type", "application/json; charset=latin1"}, http.StatusUnsupportedMediaType},
		"something zipped": {"{}", []string{"Content-Encoding", "gzip"}, http.StatusUnsupportedMediaType},
		"too large":        {`"` + strings.Repeat("x", 100) + `"`, nil, http.StatusRequestEntityTooLarge},
	} {
		code, said := s.post("known", test.body, test.header...)
		if code != test.want || !strings.Contains(said, `{"error":{"code":"`+s.told[len(s.told)-1]+`"`) {
			t.Errorf("%s: %d %s", name, code, said)
		}
	}
	if _, said := s.post("known", `"`+strings.Repeat("x", 100)+`"`); !strings.Contains(said, "100 bytes") {
		t.Errorf("too large: %s", said)
	}
	if code, _ := s.do(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/hooks/known", http.NoBody)); code != http.StatusMethodNotAllowed {
		t.Errorf("a GET is answered with %d", code)
	}
	if len(s.bodies) > 0 {
		t.Errorf("%q was received", s.bodies)
	}
	for err, want := range map[error]int{
		inbox.Errorf(inbox.CodeInvalid, "", "x"):             http.StatusBadRequest,
		inbox.Errorf(inbox.CodeConflict, "", "x"):            http.StatusConflict,
		inbox.Errorf(inbox.CodeIdempotencyMismatch, "", "x"): http.StatusUnprocessableEntity,
		inbox.NotFound("", "webhook"):                        http.StatusNotFound,
		store.ErrOverloaded:                                  http.StatusServiceUnavailable,
		errors.New("table secrets is broken"):                http.StatusInternalServerError,
	} {
		s.err = err
		code, said := s.post("known", `{}`)
		if code != want || strings.Contains(said, "broken") || !strings.Contains(said, `"code":"`+s.told[len(s.told)-1]+`"`) {
			t.Errorf("%v: %d %s", err, code, said)
		}
	}
}

func TestUnknownTokensAreAnsweredAlikeAndNotForEver(t *testing.T) {
	t.Parallel()
	s := newSite(t, 0)
	answers := map[string]bool{}
	for _, request := range []*http.Request{
		httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/hooks/unknown", strings.NewReader(strings.Repeat("x", 1000))),
		httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/hooks/"+strings.Repeat("y", 43), http.NoBody),
		httptest.NewRequestWithContext(t.Context(), http.MethodDelete, "/hooks/KNOWN", http.NoBody),
	} {
		code, said := s.do(request)
		answers[fmt.Sprint(code, said)] = true
	}
	if len(answers) != 1 || !answers[`404{"error":{"code":"NOT_FOUND","message":"There is no such webhook."}}`] {
		t.Errorf("got %v", answers)
	}
	code := 0
	for range 60 {
		code, _ = s.post("unknown", `{}`)
	}
	if code != http.StatusTooManyRequests {
		t.Errorf("guessing is answered with %d", code)
	}
	s.now = s.now.Add(2 * time.Second)
	if code, _ := s.post("known", `{}`); code != http.StatusAccepted {
		t.Errorf("after a while a known token is answered with %d", code)
	}
}

func TestAWorkflowTakesSoManyWebhooksASecond(t *testing.T) {
	t.Parallel()
	s := newSite(t, 2)
	for i := range 21 {
		want := http.StatusAccepted
		if i == 20 {
			want = http.StatusTooManyRequests
		}
		if code, said := s.post("known", `{}`); code != want {
			t.Fatalf("webhook %d: %d %s", i, code, said)
		}
	}
	s.now = s.now.Add(time.Second)
	if code, _ := s.post("known", `{}`); code != http.StatusAccepted {
		t.Errorf("a second later: %d", code)
	}
}

func TestWhoKnowsATokenIsNotKeptOutByWhoGuesses(t *testing.T) {
	t.Parallel()
	s := newSite(t, 0)
	if code, _ := s.post("known", `{}`); code != http.StatusAccepted {
		t.Fatalf("got %d", code)
	}
	for range 61 {
		_, _ = s.post("unknown", `{}`)
	}
	if code, _ := s.post("unknown", `{}`); code != http.StatusTooManyRequests {
		t.Errorf("a guess gets %d", code)
	}
	if code, _ := s.post("known", `{}`); code != http.StatusAccepted {
		t.Errorf("a known token gets %d", code)
	}
}

func TestGuessesAreCountedByNetwork(t *testing.T) {
	t.Parallel()
	s := newSite(t, 0)
	code := 0
	for i := range 61 {
		s.from = fmt.Sprintf("2001:db8::%x", i+1)
		code, _ = s.post("unknown", `{}`)
	}
	if code != http.StatusTooManyRequests {
		t.Errorf("guessing from many addresses of one network is answered with %d", code)
	}
	s.from = "2001:db8:0:1::1"
	if code, _ := s.post("unknown", `{}`); code != http.StatusNotFound {
		t.Errorf("another network gets %d", code)
	}
}

func TestGuessesFromManyAddressesAreForgottenAtSomePoint(t *testing.T) {
	t.Parallel()
	s := newSite(t, 0)
	for i := range 3 * webhook.MaxKeys {
		s.from = fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255)
		_, _ = s.post(strings.Repeat("x", 100), `{}`)
	}
	if n := s.hooks.Remembered(); n > webhook.MaxKeys {
		t.Errorf("%d addresses are remembered, want %d at most", n, webhook.MaxKeys)
	}
}
