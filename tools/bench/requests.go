package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// requests measures how fast the requests of workflows are sent that are due at once, and that no more are under way at
// once than may be.
type requests struct {
	Runs int           `default:"10000" help:"Runs that each send a request."`
	Idle time.Duration `default:"10s" help:"How long the server is watched afterwards."`
}

// outside is the host that is asked. It answers nobody before it is opened.
type outside struct {
	open, last chan struct{}
	want       int

	mu                 sync.Mutex
	seen               map[string]bool // by idempotency key
	busy, atOnce, more int             // more: those that were sent again
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

// Run prints the table.
func (in requests) Run(ctx context.Context) error { return show(ctx, in.rows) }

func (in requests) rows(ctx context.Context) (rows []measured, err error) {
	dir, remove, err := scratch()
	if err != nil {
		return nil, err
	}
	defer remove()
	if err := os.Setenv("FOYER_HTTP_ALLOW", "127.0.0.1"); err != nil { // for the server that is started
		return nil, err
	}
	host := &outside{open: make(chan struct{}), last: make(chan struct{}), want: in.Runs, seen: make(map[string]bool, in.Runs)}
	listener := httptest.NewServer(host)
	defer listener.Close()
	s, err := start(ctx, dir, filepath.Join(dir, "server.db"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	channel, _, err := channelWithWorkflow(ctx, s, "Requests", fmt.Sprintf(
		`{"key": "ask", "http": {"method": "POST", "url": %q, "body": {"text": "{{ message.text }}"}, "save": {"tier": "tier"}, "timeout": "PT30S"}}`,
		listener.URL))
	if err != nil {
		return nil, err
	}
	if err := receiveAll(ctx, s, channel, in.Runs); err != nil {
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
	pause(ctx, in.Idle/5) // the last outcomes are recorded
	before = s.cpu()
	pause(ctx, in.Idle)
	host.mu.Lock()
	defer host.mu.Unlock()
	return []measured{
		{
			name: fmt.Sprintf("%d requests that were due at once", in.Runs), perSecond: float64(in.Runs) / took.Seconds(),
			cpu: used / time.Duration(in.Runs), note: fmt.Sprintf("%d under way at once, %d sent again", host.atOnce, host.more),
		},
		{
			name: "idle afterwards",
			note: fmt.Sprintf("%.1f MB resident, %.2f %% of a processor", float64(s.resident())/1e6, 100*float64(s.cpu()-before)/float64(in.Idle)),
		},
	}, ctx.Err()
}
