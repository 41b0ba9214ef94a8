package main

import (
	"context"
	"log/slog"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"foyer/internal/ratelimit"
	"foyer/transport"
)

// refusals counts the requests that are refused and writes them to the log: those that an operator should see at info,
// the others at debug. What a stranger can cause without end is not written without end: lines at info are limited for
// each address and in all, and the next line says how many were left out. At debug all of them are written.
type refusals struct {
	log     *slog.Logger
	counts  *prometheus.CounterVec
	account func(context.Context) string // whose request it is; "" where nobody knows

	byAddress, inAll *ratelimit.Limits
	omitted          atomic.Int64
}

// maxAddresses is how many addresses are remembered to limit their lines.
const maxAddresses = 4096

// longestDetail is how many bytes of what a client sent are written to the log.
const longestDetail = 200

// newRefusals makes refusals that know nobody's account until account is set.
func newRefusals(counts *prometheus.CounterVec, log *slog.Logger, clock func() time.Time) *refusals {
	return &refusals{
		log: log, counts: counts, account: func(context.Context) string { return "" },
		byAddress: ratelimit.New(ratelimit.Every(10*time.Second, 10), maxAddresses, clock),
		inAll:     ratelimit.New(ratelimit.Rate{PerSecond: 5, Burst: 100}, 1, clock),
	}
}

func newRefusedCounter(in promauto.Factory) *prometheus.CounterVec {
	counts := in.NewCounterVec(prometheus.CounterOpts{Name: "foyer_refused_total", Help: "Requests that were refused, by reason."},
		[]string{"reason"})
	for _, reason := range transport.Reasons() {
		counts.WithLabelValues(string(reason)) // so that a rate can be taken from the first one on
	}
	return counts
}

// refused counts a refused request from an address, and writes it to the log.
func (r *refusals) refused(ctx context.Context, from netip.Addr, reason transport.Reason, details ...slog.Attr) {
	r.counts.WithLabelValues(string(reason)).Inc()
	level := slog.LevelDebug
	if notable(reason) {
		level = slog.LevelInfo
	}
	if !r.log.Enabled(ctx, level) {
		return
	}
	if !r.log.Enabled(ctx, slog.LevelDebug) && !r.mayWrite(from) {
		r.omitted.Add(1)
		return
	}
	attributes := []slog.Attr{slog.String("reason", string(reason)), slog.String("address", from.String())}
	if account := r.account(ctx); account != "" {
		attributes = append(attributes, slog.String("account", account))
	}
	for _, detail := range details {
		attributes = append(attributes, shortened(detail))
	}
	if omitted := r.omitted.Swap(0); omitted > 0 {
		attributes = append(attributes, slog.Int64("leftOut", omitted))
	}
	r.log.LogAttrs(ctx, level, "refused a request", attributes...)
}

// notable reports whether an operator should see a refusal: someone tries to get in, or meets a limit.
func notable(reason transport.Reason) bool {
	switch reason {
	case transport.ReasonOrigin, transport.ReasonCSRF, transport.ReasonLogin, transport.ReasonRate, transport.ReasonCost,
		transport.ReasonSize, transport.ReasonConnections:
		return true
	default:
		return false
	}
}

// mayWrite reports whether another line about an address may be written.
func (r *refusals) mayWrite(from netip.Addr) bool {
	return r.byAddress.Allow(ratelimit.Network(from), 1) && r.inAll.Allow("", 1)
}

// shortened returns a detail of bounded size: an Origin header may have 64 KiB.
func shortened(detail slog.Attr) slog.Attr {
	if text := detail.Value.Resolve(); text.Kind() == slog.KindString && len(text.String()) > longestDetail {
		return slog.String(detail.Key, text.String()[:longestDetail]+"…")
	}
	return detail
}

// observer is told what happens outside of operations.
type observer struct {
	liveMetrics
	metrics  *metrics
	refusals *refusals
}

var _ transport.Observer = observer{}

// Refused implements transport.Observer.
func (o observer) Refused(ctx context.Context, reason transport.Reason, details ...slog.Attr) {
	o.refusals.refused(ctx, transport.Address(ctx), reason, details...)
}

// hookRefusals are the reasons behind the codes that refused webhooks are answered with; never written to.
var hookRefusals = map[string]transport.Reason{
	"NOT_FOUND": transport.ReasonUnauthenticated, "RATE_LIMITED": transport.ReasonRate, "TOO_LARGE": transport.ReasonSize,
	"METHOD_NOT_ALLOWED": transport.ReasonRequest, "UNSUPPORTED_MEDIA_TYPE": transport.ReasonRequest,
	"INVALID": transport.ReasonRequest, "IDEMPOTENCY_MISMATCH": transport.ReasonRequest, "OVERLOADED": transport.ReasonOverloaded,
}

// hook is told of each incoming webhook that was answered.
func (o observer) hook(ctx context.Context, from netip.Addr, outcome string, took time.Duration) {
	o.metrics.hook(outcome, took)
	if reason, refused := hookRefusals[outcome]; refused {
		o.refusals.refused(ctx, from, reason, slog.String("of", "webhook"))
	}
}
