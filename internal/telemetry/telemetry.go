// Package telemetry records what a server does, as metrics for Prometheus and, for refused requests, as lines of its log.
//
// It owns the names of the metrics and which refusals an operator sees. The parts of a server report to a Recorder; none of
// them imports this package. A Recorder is safe for concurrent use and starts no goroutine.
package telemetry

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Recorder records what happens in one server. Its labels have few values each, whatever clients send.
type Recorder struct {
	log      *slog.Logger
	registry *prometheus.Registry
	refusals *refusals

	responses  *prometheus.CounterVec   // by HTTP status
	operations *prometheus.HistogramVec // queries and mutations, by type and outcome
	webhooks   *prometheus.HistogramVec // by outcome
	files      *prometheus.HistogramVec // by operation and outcome
	tasks      *prometheus.HistogramVec // attempts at them, by kind and outcome
	logins     *prometheus.CounterVec   // by outcome
	runs       *prometheus.CounterVec   // by workflow and status

	sockets            prometheus.Gauge
	closed             *prometheus.CounterVec // websockets, by close code
	frames, bytes      prometheus.Counter     // written to websockets
	subscriptions      prometheus.Gauge
	subscriptionItems  prometheus.Counter
	batchSize          prometheus.Histogram
	batchTime          prometheus.Histogram
	commitTime         prometheus.Histogram
	checkpointTime     prometheus.Histogram
	repeated, replayed prometheus.Counter
	slow               *prometheus.CounterVec // functions of the store, by operation
}

// latencies are the bounds of histograms of time: half a millisecond to ten seconds.
func latencies() []float64 {
	return []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
}

// New returns a Recorder whose metrics are in a registry of their own. Refused requests are written to log.
func New(version string, log *slog.Logger) *Recorder {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	in := promauto.With(registry)
	counter := func(name, help string) prometheus.Counter {
		return in.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	counters := func(name, help string, labels ...string) *prometheus.CounterVec {
		return in.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	gauge := func(name, help string) prometheus.Gauge {
		return in.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	}
	histogram := func(name, help string, bounds []float64) prometheus.Histogram {
		return in.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: bounds})
	}
	histograms := func(name, help string, bounds []float64, labels ...string) *prometheus.HistogramVec {
		return in.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: bounds}, labels)
	}
	in.NewGaugeVec(prometheus.GaugeOpts{Name: "foyer_build_info", Help: "The version that runs, as a label."},
		[]string{"version"}).WithLabelValues(version).Set(1)
	return &Recorder{
		log: log, registry: registry, refusals: newRefusals(newRefusedCounter(in), log, time.Now),

		responses: counters("foyer_http_responses_total", "HTTP responses by status, 101 for upgrades to websockets.", "code"),
		operations: histograms("foyer_graphql_operation_seconds",
			"Queries and mutations, by type and outcome: ok, refused (the caller's fault) or failed (the server's).",
			latencies(), "type", "outcome"),
		webhooks: histograms("foyer_hook_seconds",
			"Incoming webhooks by outcome: started, the reason why no run was started, or the code of the error that the sender got.",
			latencies(), "outcome"),
		files: histograms("foyer_file_seconds",
			"Files that were uploaded or downloaded, by operation and outcome: ok, or the code of the error that the caller got.",
			append(latencies(), 30), "operation", "outcome"),
		tasks: histograms("foyer_task_attempt_seconds",
			"Attempts at tasks, such as requests of workflows, by kind and outcome: done, retry (there will be another), "+
				"failed (there will be none), dropped (no longer needed) or interrupted (by the server's end or a failure of its own).",
			append(latencies(), 30), "kind", "outcome"),
		logins: counters("foyer_logins_total",
			"Log-ins by outcome: succeeded, failed (a wrong email or password) or limited (refused because too many had failed).",
			"outcome"),
		// There are as many labels as published workflows.
		runs: counters("foyer_workflow_runs_total", "Runs of workflows that have ended, by workflow and status.", "workflow", "status"),

		sockets:           gauge("foyer_websocket_connections", "Open websockets."),
		closed:            counters("foyer_websocket_closed_total", "Ended websockets by close code, 1006 where the connection was just gone.", "code"),
		frames:            counter("foyer_websocket_written_frames_total", "Frames written to websockets."),
		bytes:             counter("foyer_websocket_written_bytes_total", "Bytes written to websockets."),
		subscriptions:     gauge("foyer_graphql_subscriptions", "Subscriptions under way."),
		subscriptionItems: counter("foyer_graphql_subscription_items_total", "Items that subscriptions sent."),

		batchSize:      histogram("foyer_store_batch_functions", "Changes per commit.", []float64{1, 2, 4, 8, 16, 32, 64}),
		batchTime:      histogram("foyer_store_batch_seconds", "From the first change of a batch to the end of its commit.", latencies()),
		commitTime:     histogram("foyer_store_commit_seconds", "Commits alone.", latencies()),
		checkpointTime: histogram("foyer_store_checkpoint_seconds", "How long checkpoints held up the writer.", latencies()),
		repeated: counter("foyer_store_repeated_batches_total",
			"Batches in which a change failed half done, and that ran again with a savepoint for each."),
		replayed: counter("foyer_store_replayed_batches_total", "Batches that SQLite rolled back and that ran again one change at a time."),
		slow: counters("foyer_store_slow_functions_total",
			"Changes that held the writer longer than 100 ms, by the field of the mutation or the kind of timer or task.", "operation"),
	}
}

// Handler answers Prometheus with every metric.
func (r *Recorder) Handler() http.Handler {
	return promhttp.HandlerFor(r.registry, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(r.log.Handler(), slog.LevelError), Registry: r.registry,
	})
}

// watch adds a gauge whose value is counted at each scrape. If counting fails or takes longer than a second, the gauge is
// left out of that scrape.
func (r *Recorder) watch(name, help string, count func(context.Context) (int, error)) {
	r.registry.MustRegister(watched{prometheus.NewDesc(name, help, nil, nil), count})
}

// watched is a prometheus.Collector of one gauge.
type watched struct {
	desc  *prometheus.Desc
	count func(context.Context) (int, error)
}

// Describe implements prometheus.Collector.
func (w watched) Describe(to chan<- *prometheus.Desc) { to <- w.desc }

// Collect implements prometheus.Collector.
func (w watched) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if n, err := w.count(ctx); err == nil {
		to <- prometheus.MustNewConstMetric(w.desc, prometheus.GaugeValue, float64(n))
	}
}
