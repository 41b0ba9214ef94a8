package main

import (
	"io"
	"net/http"
	"sync/atomic"
)

// health is whether the server should be sent requests.
type health struct{ ready atomic.Bool }

func (h *health) started()  { h.ready.Store(true) }
func (h *health) stopping() { h.ready.Store(false) }

// healthz says that the process is up.
func (s *server) healthz(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok\n") }

// readyz says whether requests are welcome: not while the server stops or the database is in doubt.
func (s *server) readyz(w http.ResponseWriter, r *http.Request) {
	if !s.health.ready.Load() {
		say(w, http.StatusServiceUnavailable, "stopping\n")
		return
	}
	if err := s.db.Ready(); err != nil {
		s.log.WarnContext(r.Context(), "not ready", "error", err)
		say(w, http.StatusServiceUnavailable, "the database is in doubt; the log says more\n")
		return
	}
	say(w, http.StatusOK, "ready\n")
}

// endpoints tells whoever comes by what there is.
func (s *server) endpoints(w http.ResponseWriter, _ *http.Request) {
	metrics := "  /metrics  for Prometheus\n"
	if s.ownMetrics {
		metrics = ""
	}
	say(w, http.StatusOK, `This is Foyer, a help desk with a GraphQL API.

  /graphql  GraphQL over HTTP (GET, POST); subscriptions over websockets
            (graphql-transport-ws) and server-sent events
  /hooks/…  incoming webhooks, which start workflows
  /healthz  whether the process is up
  /readyz   whether it takes requests
`+metrics+`  /workflow.schema.json  the JSON Schema of workflow documents
`)
}

// say answers with a text.
func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // whoever asked is gone
}
