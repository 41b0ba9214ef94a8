package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"foyer/store"
	"foyer/transport"
	"foyer/webhook"
)

// Main is one server.
type Main struct {
	config    Config
	out       io.Writer
	log       *slog.Logger
	listening chan struct{}
	// address and metricsAddress are set once listening is closed; metricsAddress only if /metrics has its own listener.
	address, metricsAddress net.Addr
}

// NewMain returns a server, which Run starts. It prints on out what its operator must see once: the file of a generated
// password.
func NewMain(config Config, out io.Writer, log *slog.Logger) *Main {
	return &Main{config: config, out: out, log: log, listening: make(chan struct{})}
}

// Listening returns a channel that is closed once the server answers requests. If Run fails before, it stays open.
func (m *Main) Listening() <-chan struct{} { return m.listening }

// URL returns the server's base URL, once it is listening.
func (m *Main) URL() string { return "http://" + m.address.String() }

// Run serves until ctx ends and then stops gracefully: it accepts no more connections, ends the streams with 1012, lets
// requests under way finish, stops the workers and closes the database. It returns after all of that, or with an error when
// ShutdownTimeout is over. It can be called once.
func (m *Main) Run(ctx context.Context) error {
	// The addresses first: if one is taken, no database may be created.
	l, err := m.listen(ctx)
	if err != nil {
		return err
	}
	s, err := m.open(ctx)
	if err != nil {
		return errors.Join(err, l.close())
	}
	s.start(l)
	m.address = l.main.Addr()
	m.log.InfoContext(ctx, "serving", "url", m.URL(), "database", m.config.Database)
	if l.metrics != nil {
		m.metricsAddress = l.metrics.Addr()
		m.log.InfoContext(ctx, "serving metrics", "url", "http://"+m.metricsAddress.String()+metricsPath)
	}
	close(m.listening)

	var failure error
	select {
	case <-ctx.Done():
		m.log.InfoContext(ctx, "stopping")
	case failure = <-s.failed:
		m.log.ErrorContext(ctx, "stopping because a part failed", "error", failure)
	}
	if err := s.stop(m.config.ShutdownTimeout); err != nil {
		return errors.Join(failure, err)
	}
	m.log.InfoContext(ctx, "stopped")
	return failure
}

// listeners are where a server accepts connections.
type listeners struct {
	main    net.Listener
	metrics net.Listener // nil: main serves /metrics too
}

// listen opens every listener that the configuration names, or none.
func (m *Main) listen(ctx context.Context) (l listeners, err error) {
	if l.main, err = new(net.ListenConfig).Listen(ctx, "tcp", m.config.Listen); err != nil {
		return l, fmt.Errorf("--listen %s: %w", m.config.Listen, err)
	}
	if m.config.MetricsListen == "" {
		return l, nil
	}
	if l.metrics, err = new(net.ListenConfig).Listen(ctx, "tcp", m.config.MetricsListen); err != nil {
		return l, errors.Join(fmt.Errorf("--metrics-listen %s: %w", m.config.MetricsListen, err), l.main.Close())
	}
	return l, nil
}

func (l listeners) close() error {
	if l.metrics == nil {
		return l.main.Close()
	}
	return errors.Join(l.main.Close(), l.metrics.Close())
}

// server is what runs between start and stop.
type server struct {
	log      *slog.Logger
	db       *store.DB
	graphql  *transport.Handler
	webhooks *webhook.Handler
	files    http.Handler
	http     *http.Server
	workers  map[string]worker
	ready    atomic.Bool // whether clients should send it requests
	// metricsHTTP serves /metrics if it has a listener of its own.
	metricsHTTP  *http.Server
	metricsApart bool

	// work is the context of the workers, and requests that of HTTP requests.
	work, requests        context.Context //nolint:containedctx // they begin and end with the server
	stopWork, cutRequests context.CancelFunc
	running               sync.WaitGroup
	// failed receives the first failure of a part that should run until it is stopped.
	failed chan error
}

// errEnded is the failure of a part that ended without an error.
var errEnded = errors.New("without a reason")

// worker works until its context ends.
type worker func(context.Context) error

// start starts the workers and answers requests.
func (s *server) start(l listeners) {
	for name, run := range s.workers {
		s.running.Go(func() {
			err := run(s.work)
			if s.work.Err() == nil { // it was not told to end
				s.fail(fmt.Errorf("the part that does %s ended: %w", name, cmp.Or(err, errEnded)))
			}
		})
	}
	s.serve(s.http, l.main)
	if l.metrics != nil {
		s.serve(s.metricsHTTP, l.metrics)
	}
	s.ready.Store(true)
}

// serve answers requests on a listener until its server is shut down.
func (s *server) serve(with *http.Server, on net.Listener) {
	s.running.Go(func() {
		if err := with.Serve(on); !errors.Is(err, http.ErrServerClosed) {
			s.fail(fmt.Errorf("serve on %s: %w", on.Addr(), err))
		}
	})
}

// fail stops the server. The first of several failures is the one that Run returns.
func (s *server) fail(err error) {
	select {
	case s.failed <- err:
	default:
		s.log.Error("another part failed", "error", err)
	}
}

// stop stops everything in order and waits for it, for timeout at most.
func (s *server) stop(timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	stopped := make(chan error, 1)
	go func() { stopped <- s.windDown(ctx, timeout) }()
	select {
	case err := <-stopped:
		return err
	case <-ctx.Done():
		// What still runs ends with the process.
		return fmt.Errorf("stopping took longer than %v (--shutdown-timeout)", timeout)
	}
}

// windDown lets requests and streams end for two thirds of the time; then it cuts them, so that the rest is left for
// the workers and the database.
func (s *server) windDown(ctx context.Context, timeout time.Duration) error {
	s.ready.Store(false)
	drain, cancel := context.WithTimeout(ctx, timeout*2/3)
	defer cancel()
	streams := make(chan error, 1)
	go func() { streams <- s.graphql.Shutdown(drain) }()
	err := errors.Join(s.http.Shutdown(drain), <-streams)
	err = errors.Join(err, s.metricsHTTP.Shutdown(drain)) // last, so that the stop can be watched
	s.cutRequests()
	if err != nil {
		err = errors.Join(fmt.Errorf("requests or streams were cut off: %w", err), s.http.Close(), s.metricsHTTP.Close())
	}
	s.stopWork()
	s.running.Wait()
	return errors.Join(err, s.db.Close())
}
