package main

import (
	"context"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// The outcomes of an operation.
const (
	outcomeOK      = "ok"
	outcomeRefused = "refused" // there is something that the caller can do better
	outcomeFailed  = "failed"  // there is not
)

// measured is an executor whose operations are measured.
type measured struct {
	graphql.GraphExecutor
	metrics *metrics
}

// measure makes an executor tell how long its operations take.
func (m *metrics) measure(e graphql.GraphExecutor) graphql.GraphExecutor { return measured{e, m} }

// CreateOperationContext implements graphql.GraphExecutor. What does not become an operation is counted here.
func (m measured) CreateOperationContext(ctx context.Context, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	start := time.Now()
	operation, errs := m.GraphExecutor.CreateOperationContext(ctx, params)
	if len(errs) > 0 {
		m.metrics.operations.WithLabelValues("invalid", outcome(errs)).Observe(time.Since(start).Seconds())
	}
	return operation, errs
}

// DispatchOperation implements graphql.GraphExecutor.
func (m measured) DispatchOperation(
	ctx context.Context, operation *graphql.OperationContext,
) (graphql.ResponseHandler, context.Context) {
	if operation.Operation.Operation == ast.Subscription {
		return m.GraphExecutor.DispatchOperation(ctx, operation) // the transport knows more of these
	}
	start := time.Now()
	next, ctx := m.GraphExecutor.DispatchOperation(ctx, operation)
	return func(ctx context.Context) *graphql.Response {
		response := next(ctx)
		if response != nil {
			m.metrics.operations.WithLabelValues(string(operation.Operation.Operation), outcome(response.Errors)).
				Observe(time.Since(start).Seconds())
		}
		return response
	}, ctx
}

// outcome tells whose fault the errors of a response are.
func outcome(errs gqlerror.List) string {
	if len(errs) == 0 {
		return outcomeOK
	}
	for _, err := range errs {
		switch code, _ := err.Extensions["code"].(string); code {
		case "INTERNAL", "OVERLOADED":
			return outcomeFailed
		}
	}
	return outcomeRefused
}

// liveMetrics is told what happens on websockets, and to subscriptions. With refusals it is a transport.Observer.
type liveMetrics struct {
	streams       prometheus.Gauge
	items         prometheus.Counter
	open          prometheus.Gauge
	closed        *prometheus.CounterVec
	frames, bytes prometheus.Counter
}

func newLiveMetrics(in promauto.Factory) liveMetrics {
	counter := func(name, help string) prometheus.Counter {
		return in.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	return liveMetrics{
		streams: in.NewGauge(prometheus.GaugeOpts{Name: "foyer_graphql_subscriptions", Help: "Subscriptions under way."}),
		items:   counter("foyer_graphql_subscription_items_total", "Items that subscriptions gave."),
		open:    in.NewGauge(prometheus.GaugeOpts{Name: "foyer_websocket_connections", Help: "Open websockets."}),
		closed: in.NewCounterVec(prometheus.CounterOpts{Name: "foyer_websocket_closed_total",
			Help: "Ended websockets by close code, 1006 where the connection was just gone."}, []string{"code"}),
		frames: counter("foyer_websocket_written_frames_total", "Frames written to websockets."),
		bytes:  counter("foyer_websocket_written_bytes_total", "Bytes written to websockets."),
	}
}

// Connected implements transport.Observer.
func (l liveMetrics) Connected() { l.open.Inc() }

// Disconnected implements transport.Observer. Clients can close with any code, so that unusual ones share a label.
func (l liveMetrics) Disconnected(code int) {
	label := "other"
	switch code {
	case 1000, 1001, 1002, 1005, 1006, 1007, 1009, 1011, 1012, 1013, 4400, 4401, 4403, 4406, 4408, 4409, 4429:
		label = strconv.Itoa(code)
	}
	l.open.Dec()
	l.closed.WithLabelValues(label).Inc()
}

// Written implements transport.Observer.
func (l liveMetrics) Written(frames, bytes int) {
	l.frames.Add(float64(frames))
	l.bytes.Add(float64(bytes))
}

// Subscribed implements transport.Observer.
func (l liveMetrics) Subscribed() { l.streams.Inc() }

// Unsubscribed implements transport.Observer.
func (l liveMetrics) Unsubscribed() { l.streams.Dec() }

// Item implements transport.Observer.
func (l liveMetrics) Item() { l.items.Inc() }
