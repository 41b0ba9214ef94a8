package client_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"foyer/internal/client"
)

// answers returns a client of a server that sends these answers, one after another, and the number that it has sent.
func answers(t *testing.T, statuses []int, bodies ...string) (c *client.Client, given *int) {
	t.Helper()
	given = new(int)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(statuses[*given])
		_, _ = w.Write([]byte(bodies[*given]))
		*given++
	}))
	t.Cleanup(server.Close)
	c, err := client.New(server.URL, "token")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, given
}

const fine = `{"data": {"head": "1"}}`

func TestWhatMaySucceedAMomentLaterIsRepeated(t *testing.T) {
	for reason, first := range map[string]struct {
		status int
		body   string
	}{
		"overloaded":        {http.StatusServiceUnavailable, `{"errors": [{"message": "", "extensions": {"code": "OVERLOADED"}}]}`},
		"behind a proxy":    {http.StatusServiceUnavailable, `<html>`},
		"limited":           {http.StatusTooManyRequests, `{"errors": [{"message": ""}]}`},
		"outcome not known": {http.StatusOK, `{"data": null, "errors": [{"message": "", "extensions": {"code": "INTERNAL", "outcome": "UNKNOWN"}}]}`},
	} {
		t.Run(reason, func(t *testing.T) {
			c, given := answers(t, []int{first.status, http.StatusOK}, first.body, fine)
			var answer struct{ Head string }
			if err := c.Do(t.Context(), "{ head }", nil, &answer); err != nil || answer.Head != "1" || *given != 2 {
				t.Errorf("got %v, %v after %d tries", answer, err, *given)
			}
		})
	}
}

func TestWhatIsRefusedIsNotRepeated(t *testing.T) {
	for want, first := range map[string]struct {
		status int
		body   string
	}{
		"UNAUTHENTICATED: Who?":             {http.StatusUnauthorized, `{"errors": [{"message": "Who?", "extensions": {"code": "UNAUTHENTICATED"}}]}`},
		"INTERNAL: Oh (reference r1)":       {http.StatusOK, `{"data": {"head": null}, "errors": [{"message": "Oh", "extensions": {"code": "INTERNAL", "reference": "r1"}}]}`},
		"the server answered 404 Not Found": {http.StatusNotFound, `Not here`},
	} {
		c, given := answers(t, []int{first.status}, first.body)
		err := c.Do(t.Context(), "{ head }", nil, new(struct{}))
		if err == nil || !strings.HasPrefix(err.Error(), want) || *given != 1 {
			t.Errorf("got %v after %d tries, want %s", err, *given, want)
		}
	}
}

func TestAClientThatSendsOnceFailsWhereTheServerIsTooBusy(t *testing.T) {
	c, given := answers(t, []int{http.StatusServiceUnavailable, http.StatusOK}, `<html>`, fine)
	if err := c.Once().Do(t.Context(), "{ head }", nil, new(struct{})); err == nil || *given != 1 {
		t.Errorf("got %v after %d tries", err, *given)
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "30")
		w.WriteHeader(http.StatusServiceUnavailable)
		cancel()
	}))
	t.Cleanup(server.Close)
	c, err := client.New(server.URL, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	if err := c.Do(ctx, "{ head }", nil, new(struct{})); err == nil {
		t.Error("it did not fail")
	}
}

func TestAnAddressThatIsNoneIsRefused(t *testing.T) {
	for _, address := range []string{"", "localhost:8080", "ftp://localhost", "http://", "http://\x00"} {
		if _, err := client.New(address, ""); err == nil {
			t.Errorf("%q was taken", address)
		}
	}
}
