package main

import (
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"foyer/internal/version"
	"foyer/store"
)

// metrics is what a server counts and measures. Its labels have few values each, whatever clients send.
type metrics struct {
	registry *prometheus.Registry
	answers  *prometheus.CounterVec // HTTP responses by status

	operations *prometheus.HistogramVec // queries and mutations

	live    liveMetrics
	refused *prometheus.CounterVec // requests that were refused, by reason
	tasks   taskMetrics
	hooks   *prometheus.HistogramVec // incoming webhooks

	logins *prometheus.CounterVec // log-ins by outcome
	runs   *prometheus.CounterVec // of workflows, by workflow and status

	batchSize, batchTime, commitTime, checkpointTime prometheus.Histogram
	repeats, replays                                 prometheus.Counter
	slow                                             *prometheus.CounterVec // functions by operation
}

// latencies are the bounds of histograms of time: half a millisecond to ten seconds.
func latencies() []float64 {
	return []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
}

// newMetrics makes metrics in a registry of their own.
func newMetrics() *metrics {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	in := promauto.With(registry)
	histogram := func(name, help string, bounds []float64) prometheus.Histogram {
		return in.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: bounds})
	}
	in.NewGaugeVec(prometheus.GaugeOpts{Name: "foyer_build_info", Help: "The version that runs, as a label."},
		[]string{"version"}).WithLabelValues(version.String()).Set(1)
	return &metrics{
		registry: registry,
		answers: in.NewCounterVec(prometheus.CounterOpts{Name: "foyer_http_responses_total",
			Help: "HTTP responses by status, 101 for upgrades to websockets."}, []string{"code"}),
		operations: in.NewHistogramVec(prometheus.HistogramOpts{Name: "foyer_graphql_operation_seconds",
			Help:    "Queries and mutations, by type and outcome: ok, refused (the caller's fault) or failed (ours).",
			Buckets: latencies()}, []string{"type", "outcome"}),
		live:           newLiveMetrics(in),
		refused:        newRefusedCounter(in),
		tasks:          newTaskMetrics(in),
		hooks:          newHookMetrics(in),
		logins:         newLoginCounter(in),
		runs:           newRunCounter(in),
		batchSize:      histogram("foyer_store_batch_functions", "Changes per commit.", []float64{1, 2, 4, 8, 16, 32, 64}),
		batchTime:      histogram("foyer_store_batch_seconds", "From the first change of a batch to the end of its commit.", latencies()),
		commitTime:     histogram("foyer_store_commit_seconds", "Commits alone.", latencies()),
		checkpointTime: histogram("foyer_store_checkpoint_seconds", "How long checkpoints held up the writer.", latencies()),
		repeats: in.NewCounter(prometheus.CounterOpts{Name: "foyer_store_repeated_batches_total",
			Help: "Batches in which a change failed half done, and that ran again with a savepoint for each."}),
		replays: in.NewCounter(prometheus.CounterOpts{Name: "foyer_store_replayed_batches_total",
			Help: "Batches that SQLite threw away and that ran again one by one."}),
		slow: in.NewCounterVec(prometheus.CounterOpts{Name: "foyer_store_slow_functions_total",
			Help: "Changes that held the writer longer than 100 ms, by the field of the mutation or the kind of timer or task."},
			[]string{"operation"}),
	}
}

// batch is told of each batch of the store.
func (m *metrics) batch(b store.BatchReport) {
	m.batchSize.Observe(float64(b.Functions))
	m.batchTime.Observe(b.Took.Seconds())
	m.commitTime.Observe(b.Commit.Seconds())
	if b.Repeated {
		m.repeats.Inc()
	}
	if b.Replayed {
		m.replays.Inc()
	}
}

// slowFunction is told of each change that held up the store's writer.
func (m *metrics) slowFunction(operation string, _ time.Duration) {
	m.slow.WithLabelValues(operation).Inc()
}

// checkpoint is told of each checkpoint of the store.
func (m *metrics) checkpoint(took time.Duration) { m.checkpointTime.Observe(took.Seconds()) }

// watch shows how many changes wait for the store's writer.
func (m *metrics) watch(db *store.DB) {
	for queue, length := range map[string]func() int{
		"people":     func() int { people, _ := db.Waiting(); return people },
		"background": func() int { _, background := db.Waiting(); return background },
	} {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "foyer_store_waiting",
			Help: "Changes that wait for the writer.", ConstLabels: prometheus.Labels{"queue": queue}},
			func() float64 { return float64(length()) }))
	}
}

// metricsPath is where Prometheus finds the metrics.
const metricsPath = "/metrics"

// only serves the metrics and nothing else.
func (m *metrics) only(log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET "+metricsPath, m.handler(log))
	return mux
}

// handler shows everything to Prometheus.
func (m *metrics) handler(log *slog.Logger) http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelError), Registry: m.registry,
	})
}

// responses counts responses by status.
func (m *metrics) responses(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		noted := &notedStatus{ResponseWriter: w}
		defer func() { m.answers.WithLabelValues(noted.code(r)).Inc() }()
		next.ServeHTTP(noted, r)
	})
}

// notedStatus notes the status of a response. Whoever hijacks the connection finds it by Unwrap.
type notedStatus struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (n *notedStatus) WriteHeader(status int) {
	if n.status == 0 {
		n.status = status
	}
	n.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (n *notedStatus) Write(content []byte) (int, error) {
	if n.status == 0 {
		n.status = http.StatusOK
	}
	return n.ResponseWriter.Write(content)
}

// Unwrap is for http.ResponseController.
func (n *notedStatus) Unwrap() http.ResponseWriter { return n.ResponseWriter }

// code returns the status as a label. Without one the connection became a websocket, or nobody was left to answer.
func (n *notedStatus) code(r *http.Request) string {
	switch {
	case n.status != 0:
		return strconv.Itoa(n.status)
	case r.Header.Get("Upgrade") != "":
		return strconv.Itoa(http.StatusSwitchingProtocols)
	default:
		return "none"
	}
}
