package telemetry

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

// refusals counts refused requests and writes them to the log: at info those that an operator should see, at debug the
// others. A stranger can cause any number of them, so lines at info are limited, for each address and overall, and the next
// line says how many were left out. A log at debug gets all of them.
type refusals struct {
	log     *slog.Logger
	counts  *prometheus.CounterVec
	account func(context.Context) string // the account that sent a request; "" if it is not known

	byAddress, overall *ratelimit.Limits
	omitted            atomic.Int64
}

// maxAddresses is how many addresses are remembered to limit their lines.
const maxAddresses = 4096

// longestDetail is how many bytes of a text that a client sent are written to the log.
const longestDetail = 200

// newRefusals returns refusals that know no accounts until account is set.
func newRefusals(counts *prometheus.CounterVec, log *slog.Logger, clock func() time.Time) *refusals {
	return &refusals{
		log: log, counts: counts, account: func(context.Context) string { return "" },
		byAddress: ratelimit.New(ratelimit.Every(10*time.Second, 10), maxAddresses, clock),
		overall:   ratelimit.New(ratelimit.Rate{PerSecond: 5, Burst: 100}, 1, clock),
	}
}

func newRefusedCounter(in promauto.Factory) *prometheus.CounterVec {
	counts := in.NewCounterVec(prometheus.CounterOpts{Name: "foyer_refused_total", Help: "Requests that were refused, by reason."},
		[]string{"reason"})
	for _, reason := range transport.Reasons() {
		counts.WithLabelValues(string(reason)) // at zero, so that the first refusal shows as a rate
	}
	return counts
}

// NameAccounts sets the function that returns the account that sent a request, or "" if it is not known. It is called
// before the first request.
func (r *Recorder) NameAccounts(account func(context.Context) string) { r.refusals.account = account }

// add counts a refused request from an address, and writes it to the log.
func (r *refusals) add(ctx context.Context, from netip.Addr, reason transport.Reason, details ...slog.Attr) {
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

// notable reports whether an operator should see a refusal: somebody tries to get in, or reaches a limit.
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
	return r.byAddress.Allow(ratelimit.Network(from), 1) && r.overall.Allow("", 1)
}

// shortened returns a detail of bounded size: an Origin header may have 64 KiB.
func shortened(detail slog.Attr) slog.Attr {
	if text := detail.Value.Resolve(); text.Kind() == slog.KindString && len(text.String()) > longestDetail {
		return slog.String(detail.Key, text.String()[:longestDetail]+"…")
	}
	return detail
}
