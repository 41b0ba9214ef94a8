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
func (in requests) Run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "foyer-bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := os.Setenv("FOYER_HTTP_ALLOW", "127.0.0.1"); err != nil { // for the server that is started
		return err
	}
	host := &outside{open: make(chan struct{}), last: make(chan struct{}), want: in.Runs, seen: make(map[string]bool, in.Runs)}
	listener := httptest.NewServer(host)
	defer listener.Close()
	s, err := start(ctx, dir, filepath.Join(dir, "server.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	channel, _, err := channelWithWorkflow(ctx, s, "Requests", fmt.Sprintf(
		`{"key": "ask", "http": {"method": "POST", "url": %q, "body": {"text": "{{ message.text }}"}, "save": {"tier": "tier"}, "timeout": "PT30S"}}`,
		listener.URL))
	if err != nil {
		return err
	}
	if err := receiveAll(ctx, s, channel, in.Runs); err != nil {
		return err
	}
	before, began := s.cpu(), time.Now()
	close(host.open)
	select {
	case <-host.last:
	case <-ctx.Done():
		return ctx.Err()
	}
	took, used := time.Since(began), s.cpu()-before
	pause(ctx, in.Idle/5) // the last outcomes are recorded
	before = s.cpu()
	pause(ctx, in.Idle)
	host.mu.Lock()
	defer host.mu.Unlock()
	fmt.Printf("%-44s %8.0f ms %8.0f a second\n", fmt.Sprintf("%d requests that were due at once", in.Runs), ms(took), float64(in.Runs)/took.Seconds())
	fmt.Printf("%-44s %8.0f \u00b5s\n", "processor time of the server for each", float64(used.Microseconds())/float64(in.Runs))
	fmt.Printf("%-44s %8d\n", "under way at once", host.atOnce)
	fmt.Printf("%-44s %8d\n", "sent again", host.more)
	fmt.Printf("%-44s %8.3f %% of a processor, %.1f MB\n", "idle afterwards", 100*float64(s.cpu()-before)/float64(in.Idle), float64(s.resident())/1e6)
	return ctx.Err()
}
