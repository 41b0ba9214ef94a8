package main

import (
	"context"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"foyer/engine"
	"foyer/internal/ratelimit"
)

func newLoginCounter(in promauto.Factory) *prometheus.CounterVec {
	return in.NewCounterVec(prometheus.CounterOpts{Name: "foyer_logins_total",
		Help: "Log-ins by outcome: succeeded, failed (a wrong email or password) or limited (refused because too many had failed)."},
		[]string{"outcome"})
}

// logins counts log-ins, and logs those that were refused.
type logins struct {
	counted *prometheus.CounterVec
	log     *slog.Logger
	lines   *ratelimit.Limits // by network: whoever is refused could fill the disk otherwise
}

// report is told of each log-in.
func (l logins) report(ctx context.Context, r engine.LoginReport) {
	l.counted.WithLabelValues(string(r.Outcome)).Inc()
	if r.Outcome == engine.LoginSucceeded || !l.lines.Allow(ratelimit.Network(r.From), 1) {
		return
	}
	account := slog.String("emailHash", r.Pseudonym)
	if r.Agent != 0 {
		account = slog.String("account", r.Agent.String())
	}
	l.log.LogAttrs(ctx, slog.LevelInfo, "refused a log-in",
		slog.String("outcome", string(r.Outcome)), slog.String("address", r.From.String()), account)
}
