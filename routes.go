package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"time"

	"foyer/engine"
	"foyer/engine/workflow"
	"foyer/file"
	"foyer/internal/telemetry"
)

// metricsPath is the path of the metrics.
const metricsPath = "/metrics"

// routes returns the handler of every path.
func (s *server) routes(recorder *telemetry.Recorder) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/graphql", s.graphql)
	mux.Handle(strings.TrimSuffix(file.Path, "/"), s.files)
	mux.Handle(file.Path+"{id}/{name}", s.files)
	mux.Handle(engine.WebhookPath+"{token}", s.webhooks)
	mux.Handle("GET "+workflow.SchemaPath, workflowSchema())
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.HandleFunc("GET /{$}", s.index)
	if !s.metricsApart {
		mux.Handle("GET "+metricsPath, recorder.Handler())
	}
	return recorder.Responses(mux)
}

// metricsRoutes returns the handler of a listener that serves only the metrics.
func metricsRoutes(recorder *telemetry.Recorder) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET "+metricsPath, recorder.Handler())
	return mux
}

// healthz answers as long as the process is up.
func (s *server) healthz(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, "ok\n") }

// readyz answers whether clients should send requests: not while the server stops or the database is in doubt.
func (s *server) readyz(w http.ResponseWriter, r *http.Request) {
	if !s.ready.Load() {
		reply(w, http.StatusServiceUnavailable, "stopping\n")
		return
	}
	if err := s.db.Ready(); err != nil {
		s.log.WarnContext(r.Context(), "not ready", "error", err)
		reply(w, http.StatusServiceUnavailable, "the database is in doubt; the log says more\n")
		return
	}
	reply(w, http.StatusOK, "ready\n")
}

// index lists the paths.
func (s *server) index(w http.ResponseWriter, _ *http.Request) {
	metrics := "  /metrics  for Prometheus\n"
	if s.metricsApart {
		metrics = ""
	}
	reply(w, http.StatusOK, `This is Foyer, a help desk with a GraphQL API.

  /graphql  GraphQL over HTTP (GET, POST); subscriptions over websockets
            (graphql-transport-ws) and server-sent events
  /files    files: POST one, GET /files/…
  /hooks/…  incoming webhooks, which start workflows
  /healthz  whether the process is up
  /readyz   whether it takes requests
`+metrics+`  /workflow.schema.json  the JSON Schema of workflow documents
`)
}

// reply answers with a text.
func reply(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // fails only if the client is gone
}

// workflowSchema returns a handler that serves the JSON Schema of workflow documents. Editors fetch it from anywhere. It
// says nothing about the workspace, so anybody may read it, from any page.
func workflowSchema() http.HandlerFunc {
	text := workflow.Schema()
	hash := sha256.Sum256(text)
	tag := `"` + hex.EncodeToString(hash[:8]) + `"`
	return func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Type", "application/schema+json")
		header.Set("Cache-Control", "public, max-age=3600")
		header.Set("ETag", tag)
		header.Set("Access-Control-Allow-Origin", "*")
		header.Set("X-Content-Type-Options", "nosniff")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(text)) // answers If-None-Match and ranges
	}
}
