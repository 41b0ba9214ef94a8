package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"foyer/engine"
)

// newRunCounter counts runs by workflow: there are as many labels as managers have published workflows.
func newRunCounter(in promauto.Factory) *prometheus.CounterVec {
	return in.NewCounterVec(prometheus.CounterOpts{Name: "foyer_workflow_runs_total",
		Help: "Runs of workflows that have ended, by workflow and status."}, []string{"workflow", "status"})
}

// runEnd is told of each run that has ended.
func (m *metrics) runEnd(end engine.RunEnd) {
	m.runs.WithLabelValues(end.WorkflowID.String(), string(end.Status)).Inc()
}

// watchStranded shows how many conversations nobody takes care of; nothing where that cannot be found out in time.
func (m *metrics) watchStranded(e *engine.Engine) {
	m.registry.MustRegister(strandedConversations{e, prometheus.NewDesc("foyer_conversations_stranded",
		"Open conversations that are awake and have no assignee, no place in a queue and no workflow run that goes on.", nil, nil)})
}

// strandedConversations counts the stranded conversations when it is asked.
type strandedConversations struct {
	engine *engine.Engine
	desc   *prometheus.Desc
}

// Describe implements prometheus.Collector.
func (s strandedConversations) Describe(to chan<- *prometheus.Desc) { to <- s.desc }

// Collect implements prometheus.Collector.
func (s strandedConversations) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if n, err := s.engine.StrandedConversations(ctx); err == nil {
		to <- prometheus.MustNewConstMetric(s.desc, prometheus.GaugeValue, float64(n))
	}
}
