package telemetry

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"foyer/store"
)

// Batch records a batch of the store. It is for store.Options.OnBatch.
func (r *Recorder) Batch(b store.BatchReport) {
	r.batchSize.Observe(float64(b.Functions))
	r.batchTime.Observe(b.Took.Seconds())
	r.commitTime.Observe(b.Commit.Seconds())
	if b.Repeated {
		r.repeated.Inc()
	}
	if b.Replayed {
		r.replayed.Inc()
	}
}

// Checkpoint records a checkpoint of the store. It is for store.Options.OnCheckpoint.
func (r *Recorder) Checkpoint(took time.Duration) { r.checkpointTime.Observe(took.Seconds()) }

// SlowFunction records a change that held up the store's writer. It is for store.Options.OnSlow.
func (r *Recorder) SlowFunction(operation string, _ time.Duration) {
	r.slow.WithLabelValues(operation).Inc()
}

// WatchStore adds gauges of the changes that wait for the store's writer. It is called once.
func (r *Recorder) WatchStore(db *store.DB) {
	for queue, length := range map[string]func() int{
		"people":     func() int { people, _ := db.Waiting(); return people },
		"background": func() int { _, background := db.Waiting(); return background },
	} {
		r.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "foyer_store_waiting",
			Help: "Changes that wait for the writer.", ConstLabels: prometheus.Labels{"queue": queue}},
			func() float64 { return float64(length()) }))
	}
}
