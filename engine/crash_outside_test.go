package engine_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"foyer/outbox/fetch"
	"foyer/vault"
)

// crashRequest is a workflow that sends a request for every conversation and stores the answer. The address is a
// secret, since each process has a server of its own.
const crashRequest = `
format: 1
name: Request
trigger: { on: conversation.opened }
settings: { exitOnAgentAction: false }
steps:
  - key: call
    http: { method: POST, url: "{{ secrets.OUTSIDE }}/{{ conversation.number }}", body: { text: "{{ message.text }}" }, save: { said: said } }
  - key: keep
    note: { text: "{{ vars.said }}" }
`

// crashServer is what the workflows of a workload send requests to. It records each request beside the database.
type crashServer struct {
	server *httptest.Server
	client *fetch.Client
	key    *vault.Key
}

func requestsFile(path string) string { return path + ".requests" }

func openCrashServer(path string) (*crashServer, error) {
	key, err := vault.NewKey(bytes.Repeat([]byte{7}, vault.KeySize))
	if err != nil {
		return nil, err
	}
	allowed, err := fetch.ParseAllowed("127.0.0.1")
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(requestsFile(path), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintln(file, r.URL.Path, r.Header.Get("Idempotency-Key"))
		_, _ = fmt.Fprintf(w, `{"said": "number %s"}`, r.URL.Path[1:])
	}))
	server.Config.RegisterOnShutdown(func() { _ = file.Close() })
	return &crashServer{server: server, client: fetch.New(fetch.Options{Allowed: []fetch.Allowed{allowed}}), key: key}, nil
}

func (s *crashServer) end() {
	s.client.Close()
	s.server.Close()
}

// checkRequests checks that every conversation's request was sent, by whichever process, always with the same key, and
// that no two conversations have the same key.
func checkRequests(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(requestsFile(path))
	if err != nil {
		t.Fatal(err)
	}
	keys, of := map[string]string{}, map[string]string{}
	for line := range strings.Lines(string(text)) {
		conversation, key, _ := strings.Cut(strings.TrimSpace(line), " ")
		if known := keys[conversation]; known != "" && known != key || key == "" || of[key] != "" && of[key] != conversation {
			t.Errorf("the request of %s has the keys %q and %q", conversation, known, key)
		}
		keys[conversation], of[key] = key, conversation
	}
	if len(keys) < 6 {
		t.Errorf("requests were sent for %d conversations", len(keys))
	}
}
