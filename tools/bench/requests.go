package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// requests measures how fast the requests of workflows that are due at once are sent, and how many are under way
// together.
type requests struct {
	Runs int           `default:"10000" help:"Runs that each send a request."`
	Idle time.Duration `default:"10s" help:"How long the server is watched afterwards."`
}

// outside is the host that requests go to. It answers none until open is closed.
type outside struct {
	open, last chan struct{}
	want       int

	mu                 sync.Mutex
	seen               map[string]bool // by idempotency key
	busy, atOnce, more int             // more: requests that were sent again
}

// ServeHTTP implements http.Handler.
func (o *outside) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	o.busy++
	o.atOnce = max(o.atOnce, o.busy)
	o.mu.Unlock()
	<-o.open
	_, _ = io.WriteString(w, `{"tier": "gold"}`)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.busy--
	if key := r.Header.Get("Idempotency-Key"); o.seen[key] {
		o.more++
	} else if o.seen[key] = true; len(o.seen) == o.want {
		close(o.last)
	}
}

func (in requests) rows(ctx context.Context) ([]measured, error) {
	host := &outside{open: make(chan struct{}), last: make(chan struct{}), want: in.Runs, seen: make(map[string]bool, in.Runs)}
	listener := httptest.NewServer(host)
	defer listener.Close()
	return withServer(ctx, nil, func(s *server) ([]measured, error) { return in.measure(ctx, s, host, listener.URL) },
		"FOYER_HTTP_ALLOW=127.0.0.1")
}

func (in requests) measure(ctx context.Context, s *server, host *outside, url string) ([]measured, error) {
	channel, _, err := s.seedWorkflow(ctx, "Requests", fmt.Sprintf(
		`{"key": "ask", "http": {"method": "POST", "url": %q, "body": {"text": "{{ message.text }}"}, "save": {"tier": "tier"}, "timeout": "PT30S"}}`, url))
	if err != nil {
		return nil, err
	}
	if err := s.receiveMany(ctx, channel, in.Runs, 1); err != nil {
		return nil, err
	}
	before, began := s.cpu(), time.Now()
	close(host.open)
	select {
	case <-host.last:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	took, used := time.Since(began), s.cpu()-before
	idle := s.idle(ctx, in.Idle)
	host.mu.Lock()
	defer host.mu.Unlock()
	return []measured{
		{
			name: fmt.Sprintf("%d requests that were due at once", in.Runs), perSecond: float64(in.Runs) / took.Seconds(),
			cpu: used / time.Duration(in.Runs), note: fmt.Sprintf("%d under way at once, %d sent again", host.atOnce, host.more),
		},
		{name: "idle afterwards", note: idle},
	}, ctx.Err()
}
