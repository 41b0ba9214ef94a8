package main

import (
	"context"
	"encoding/json"
	"net"
	"strings"
	"testing"

	"foyer/cli"
)

func TestTailPrintsEventsAndGoesOnAfterACursor(t *testing.T) {
	r := serve(t, testConfig(t))
	key := r.key()
	start := r.head(key)
	if code, out, message := foyer(t, "replay", "testdata/dialogues.jsonl", "--server", r.URL(), "--token", r.session()); code != cli.ExitOK {
		t.Fatal(out, message)
	}
	whole := r.tail(t, key, "--after", start, "--types", "MESSAGE_RECEIVED,CONVERSATION_ASSIGNED,CONVERSATION_CLOSED", "--count", "12")
	kinds := map[string]int{}
	var middle string
	for i, line := range whole {
		var item struct {
			Typename string `json:"__typename"`
			Cursor   string
		}
		if err := json.Unmarshal([]byte(line), &item); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if kinds[item.Typename]++; i == 5 {
			middle = item.Cursor
		}
	}
	if kinds["MessageReceived"] == 0 || kinds["ConversationAssigned"] == 0 || kinds["ConversationClosed"] == 0 {
		t.Errorf("got %v", kinds)
	}
	rest := r.tail(t, key, "--after", middle, "--types", "MESSAGE_RECEIVED,CONVERSATION_ASSIGNED,CONVERSATION_CLOSED", "--count", "6")
	if got, want := strings.Join(rest, "\n"), strings.Join(whole[6:], "\n"); got != want {
		t.Errorf("after a cursor came\n%s\nnot\n%s", got, want)
	}
}

func TestTailTellsWhyItCannotGoOn(t *testing.T) {
	r := serve(t, testConfig(t))
	for _, c := range []struct{ token, after, want string }{
		{"fk_unknown", "", "4401"},
		{"fk_unknown", "", "FOYER_TOKEN"},
		{r.key(), "nowhere", "CURSOR_INVALID"},
	} {
		code, _, message := foyer(t, "tail", "--server", r.URL(), "--token", c.token, "--after", c.after)
		if code != cli.ExitFailed || !strings.Contains(message, c.want) {
			t.Errorf("exit code %d, %q does not say %s", code, message, c.want)
		}
	}
}

func TestTailComesBackAfterARestart(t *testing.T) {
	config := testConfig(t)
	config.Listen = net.JoinHostPort(unusedHost(t), "0")
	r := serve(t, config)
	key := r.key()
	config.Listen = r.address.String()
	ctx, cancel := context.WithCancel(t.Context())
	out, log, exit := newOutput(), newOutput(), make(chan int, 1)
	go func() {
		exit <- run(ctx, []string{"tail", "--server", r.URL(), "--token", key}, cli.Terminal{Out: out, Err: log})
	}()
	out.await(t, "StreamReady")
	r.shutDown()
	log.await(t, "connecting again")
	again := serve(t, config)
	if code, printed, message := foyer(t, "replay", "testdata/dialogues.jsonl", "--server", again.URL(), "--token", r.session()); code != cli.ExitOK {
		t.Fatal(printed, message)
	}
	out.await(t, "ConversationClosed")
	cancel()
	if code := <-exit; code != cli.ExitOK {
		t.Errorf("exit code %d\n%s", code, log)
	}
}

// unusedHost is an address of this machine whose ports no other process takes, so that a server can come back to its
// port. If 127.0.0.1 is the only address, another process may be faster.
func unusedHost(t *testing.T) string {
	t.Helper()
	const host = "127.0.0.2"
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return "127.0.0.1"
	}
	_ = listener.Close()
	return host
}

// tail returns the lines that `foyer tail` prints.
func (r *running) tail(t *testing.T, key string, args ...string) []string {
	t.Helper()
	code, out, message := foyer(t, append([]string{"tail", "--server", r.URL(), "--token", key}, args...)...)
	if code != cli.ExitOK {
		t.Fatalf("exit code %d\n%s", code, message)
	}
	return strings.Split(strings.TrimSpace(out), "\n")
}
