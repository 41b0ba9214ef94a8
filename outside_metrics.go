package main

import (
	"context"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"foyer/engine"
)

// taskMetrics is what is measured of tasks.
type taskMetrics struct{ attempts *prometheus.HistogramVec }

func newTaskMetrics(in promauto.Factory) taskMetrics {
	return taskMetrics{attempts: in.NewHistogramVec(prometheus.HistogramOpts{Name: "foyer_task_attempt_seconds",
		Help: "Attempts at tasks, such as requests of workflows, by kind and outcome: done, retry (there will be another), " +
			"failed (there will be none), dropped (nobody needed it any more) or interrupted (by the server's end or a failure of its own).",
		Buckets: append(latencies(), 30)}, []string{"kind", "outcome"})}
}

// attempt is told of each attempt that is over.
func (m taskMetrics) attempt(a engine.Attempt) {
	m.attempts.WithLabelValues(string(a.Kind), string(a.Outcome)).Observe(a.Took.Seconds())
}

func newHookMetrics(in promauto.Factory) *prometheus.HistogramVec {
	return in.NewHistogramVec(prometheus.HistogramOpts{Name: "foyer_hook_seconds",
		Help:    "Incoming webhooks by outcome: started, the reason why no run was started, or the code of the error, as the sender was told.",
		Buckets: latencies()}, []string{"outcome"})
}

// hook is told of each incoming webhook that was answered.
func (m *metrics) hook(outcome string, took time.Duration) {
	m.hooks.WithLabelValues(strings.ToLower(outcome)).Observe(took.Seconds())
}

// watchTasks shows how many tasks wait, those under way too; nothing where that cannot be found out in time.
func (m *metrics) watchTasks(e *engine.Engine) {
	m.registry.MustRegister(waitingTasks{e, prometheus.NewDesc("foyer_tasks_waiting",
		"Tasks, such as requests of workflows, that are under way or wait for an attempt.", nil, nil)})
}

// waitingTasks counts the tasks when it is asked.
type waitingTasks struct {
	engine *engine.Engine
	desc   *prometheus.Desc
}

// Describe implements prometheus.Collector.
func (w waitingTasks) Describe(to chan<- *prometheus.Desc) { to <- w.desc }

// Collect implements prometheus.Collector.
func (w waitingTasks) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if n, err := w.engine.TasksWaiting(ctx); err == nil {
		to <- prometheus.MustNewConstMetric(w.desc, prometheus.GaugeValue, float64(n))
	}
}
