package telemetry

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"foyer/transport"
)

// Responses returns a handler that counts the responses of next by status.
func (r *Recorder) Responses(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		seen := &seenStatus{ResponseWriter: w}
		defer func() { r.responses.WithLabelValues(seen.label(request)).Inc() }()
		next.ServeHTTP(seen, request)
	})
}

// seenStatus remembers the status of a response. Code that hijacks the connection reaches it by Unwrap.
type seenStatus struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (s *seenStatus) WriteHeader(status int) {
	s.status = cmp.Or(s.status, status)
	s.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (s *seenStatus) Write(content []byte) (int, error) {
	s.status = cmp.Or(s.status, http.StatusOK)
	return s.ResponseWriter.Write(content)
}

// Unwrap is for http.ResponseController.
func (s *seenStatus) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// label returns the status as a label. Without a status the connection became a websocket, or the client was gone.
func (s *seenStatus) label(r *http.Request) string {
	switch {
	case s.status != 0:
		return strconv.Itoa(s.status)
	case r.Header.Get("Upgrade") != "":
		return strconv.Itoa(http.StatusSwitchingProtocols)
	default:
		return "none"
	}
}

// webhookRefusals maps the codes of refused webhooks to the reasons that are recorded; never written to.
var webhookRefusals = map[string]transport.Reason{
	"NOT_FOUND": transport.ReasonUnauthenticated, "RATE_LIMITED": transport.ReasonRate, "TOO_LARGE": transport.ReasonSize,
	"METHOD_NOT_ALLOWED": transport.ReasonRequest, "UNSUPPORTED_MEDIA_TYPE": transport.ReasonRequest,
	"INVALID": transport.ReasonRequest, "IDEMPOTENCY_MISMATCH": transport.ReasonRequest, "OVERLOADED": transport.ReasonOverloaded,
}

// Webhook records an incoming webhook that was answered. It is for webhook.Config.OnAnswer.
func (r *Recorder) Webhook(ctx context.Context, from netip.Addr, outcome string, took time.Duration) {
	r.webhooks.WithLabelValues(strings.ToLower(outcome)).Observe(took.Seconds())
	if reason, refused := webhookRefusals[outcome]; refused {
		r.refusals.add(ctx, from, reason, slog.String("of", "webhook"))
	}
}

// fileRefusals maps the codes of refused uploads and downloads to the reasons that are recorded; never written to.
var fileRefusals = map[string]transport.Reason{
	"UNAUTHENTICATED": transport.ReasonUnauthenticated, "NOT_FOUND": transport.ReasonUnauthenticated, "RATE_LIMITED": transport.ReasonRate,
	"LIMIT_EXCEEDED": transport.ReasonSize, "METHOD_NOT_ALLOWED": transport.ReasonRequest, "INVALID": transport.ReasonRequest,
	"REQUIRED": transport.ReasonRequest, "FORBIDDEN": transport.ReasonForbidden, "OVERLOADED": transport.ReasonOverloaded,
}

// File records an upload or a download that was answered. It is for file.Config.OnAnswer.
func (r *Recorder) File(ctx context.Context, from netip.Addr, operation, outcome string, took time.Duration) {
	r.files.WithLabelValues(operation, strings.ToLower(outcome)).Observe(took.Seconds())
	if reason, refused := fileRefusals[outcome]; refused {
		r.refusals.add(ctx, from, reason, slog.String("of", operation))
	}
}
