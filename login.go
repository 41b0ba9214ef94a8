package main

import (
	"context"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"foyer/engine"
	"foyer/transport"
)

func newLoginCounter(in promauto.Factory) *prometheus.CounterVec {
	return in.NewCounterVec(prometheus.CounterOpts{Name: "foyer_logins_total",
		Help: "Log-ins by outcome: succeeded, failed (a wrong email or password) or limited (refused because too many had failed)."},
		[]string{"outcome"})
}

// logins counts log-ins, and tells of those that were refused.
type logins struct {
	counted  *prometheus.CounterVec
	refusals *refusals
}

// report is told of each log-in.
func (l logins) report(ctx context.Context, r engine.LoginReport) {
	l.counted.WithLabelValues(string(r.Outcome)).Inc()
	if r.Outcome == engine.LoginSucceeded {
		return
	}
	account := slog.String("emailHash", r.Pseudonym)
	if r.Agent != 0 {
		account = slog.String("account", r.Agent.String())
	}
	l.refusals.refused(ctx, r.From, transport.ReasonLogin, slog.String("outcome", string(r.Outcome)), account)
}
