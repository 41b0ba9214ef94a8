package telemetry

import (
	"context"
	"log/slog"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"foyer/transport"
)

// The outcomes of an operation.
const (
	outcomeOK      = "ok"
	outcomeRefused = "refused" // the caller's fault
	outcomeFailed  = "failed"  // the server's
)

// measured is an executor whose queries and mutations are recorded.
type measured struct {
	graphql.GraphExecutor
	recorder *Recorder
}

// Measure returns an executor that records how long the queries and mutations of e take.
func (r *Recorder) Measure(e graphql.GraphExecutor) graphql.GraphExecutor { return measured{e, r} }

// CreateOperationContext implements graphql.GraphExecutor. It records requests that do not become an operation.
func (m measured) CreateOperationContext(ctx context.Context, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	start := time.Now()
	operation, errs := m.GraphExecutor.CreateOperationContext(ctx, params)
	if len(errs) > 0 {
		m.recorder.operations.WithLabelValues("invalid", outcome(errs)).Observe(time.Since(start).Seconds())
	}
	return operation, errs
}

// DispatchOperation implements graphql.GraphExecutor.
func (m measured) DispatchOperation(
	ctx context.Context, operation *graphql.OperationContext,
) (graphql.ResponseHandler, context.Context) {
	if operation.Operation.Operation == ast.Subscription {
		return m.GraphExecutor.DispatchOperation(ctx, operation) // recorded by the methods of transport.Observer
	}
	start := time.Now()
	next, ctx := m.GraphExecutor.DispatchOperation(ctx, operation)
	return func(ctx context.Context) *graphql.Response {
		response := next(ctx)
		if response != nil {
			m.recorder.operations.WithLabelValues(string(operation.Operation.Operation), outcome(response.Errors)).
				Observe(time.Since(start).Seconds())
		}
		return response
	}, ctx
}

// outcome returns whose fault the errors of a response are, as a label.
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

var _ transport.Observer = (*Recorder)(nil)

// Connected implements transport.Observer.
func (r *Recorder) Connected() { r.sockets.Inc() }

// Disconnected implements transport.Observer. Clients can close with any code, so unusual ones share a label.
func (r *Recorder) Disconnected(code int) {
	label := "other"
	switch code {
	case 1000, 1001, 1002, 1005, 1006, 1007, 1009, 1011, 1012, 1013, 4400, 4401, 4403, 4406, 4408, 4409, 4429:
		label = strconv.Itoa(code)
	}
	r.sockets.Dec()
	r.closed.WithLabelValues(label).Inc()
}

// Written implements transport.Observer.
func (r *Recorder) Written(frames, bytes int) {
	r.frames.Add(float64(frames))
	r.bytes.Add(float64(bytes))
}

// Subscribed implements transport.Observer.
func (r *Recorder) Subscribed() { r.subscriptions.Inc() }

// Unsubscribed implements transport.Observer.
func (r *Recorder) Unsubscribed() { r.subscriptions.Dec() }

// Item implements transport.Observer.
func (r *Recorder) Item() { r.subscriptionItems.Inc() }

// Refused implements transport.Observer.
func (r *Recorder) Refused(ctx context.Context, reason transport.Reason, details ...slog.Attr) {
	r.refusals.add(ctx, transport.Address(ctx), reason, details...)
}
