package telemetry

import (
	"context"
	"log/slog"

	"foyer/account"
	"foyer/engine"
	"foyer/outbox"
	"foyer/transport"
)

// RunEnd records a run that has ended. It is for engine.Options.OnRunEnd.
func (r *Recorder) RunEnd(end engine.RunEnd) {
	r.runs.WithLabelValues(end.WorkflowID.String(), string(end.Status)).Inc()
}

// Attempt records an attempt at a task that is over. It is for engine.Options.OnAttempt.
func (r *Recorder) Attempt(a outbox.Attempt) {
	r.tasks.WithLabelValues(string(a.Kind), string(a.Outcome)).Observe(a.Took.Seconds())
}

// Login records a log-in, and writes to the log those that were refused. It is for account.Options.OnLogin.
func (r *Recorder) Login(ctx context.Context, report account.LoginReport) {
	r.logins.WithLabelValues(string(report.Outcome)).Inc()
	if report.Outcome == account.LoginSucceeded {
		return
	}
	account := slog.String("emailHash", report.Pseudonym)
	if report.Agent != 0 {
		account = slog.String("account", report.Agent.String())
	}
	r.refusals.add(ctx, report.From, transport.ReasonLogin, slog.String("outcome", string(report.Outcome)), account)
}

// WatchEngine adds gauges of what waits in the engine. It is called once.
func (r *Recorder) WatchEngine(e *engine.Engine) {
	r.watch("foyer_tasks_waiting", "Tasks, such as requests of workflows, that are under way or wait for an attempt.", e.Outbox().Waiting)
	r.watch("foyer_conversations_stranded",
		"Open conversations that are awake and have no assignee, no place in a queue and no workflow run that goes on.",
		e.StrandedConversations)
}
