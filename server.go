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
	"time"

	"foyer/engine"
	"foyer/internal/secretfile"
	"foyer/internal/telemetry"
	"foyer/internal/version"
	"foyer/outbox/fetch"
	"foyer/resolvers"
	"foyer/store"
	"foyer/transport"
	"foyer/vault"
	"foyer/webhook"
)

// Main is one server.
type Main struct {
	config    Config
	out       io.Writer
	log       *slog.Logger
	listening chan struct{}
	// address and metricsAddress are set once listening is closed; metricsAddress only where /metrics has its own listener.
	address, metricsAddress net.Addr
}

// NewMain makes a server that prints on out what its operator must see once: where a generated password is. Run starts it.
func NewMain(config Config, out io.Writer, log *slog.Logger) *Main {
	return &Main{config: config, out: out, log: log, listening: make(chan struct{})}
}

// Listening is closed once the server answers requests. It never is where Run fails before.
func (m *Main) Listening() <-chan struct{} { return m.listening }

// URL returns the server's base URL, once it is listening.
func (m *Main) URL() string { return "http://" + m.address.String() }

// Run serves until ctx ends and then stops gracefully: it takes no more connections, ends the streams with 1012, lets
// requests under way finish, stops what works in the background and closes the database. It returns after all of that,
// or when the time for it is over, with an error then. It can be called once.
func (m *Main) Run(ctx context.Context) error {
	// The address first: where it is taken there is nothing to create.
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

// open puts the server together, without starting anything but the database.
func (m *Main) open(ctx context.Context) (*server, error) {
	recorder := telemetry.New(version.String(), m.log)
	db, err := store.Open(ctx, store.Options{
		Path: m.config.Database, Logger: m.log, OnBatch: recorder.Batch, OnCheckpoint: recorder.Checkpoint,
		OnSlow: recorder.SlowFunction,
	})
	if err != nil {
		return nil, err
	}
	recorder.WatchStore(db)
	e, err := m.engine(ctx, db, recorder)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	recorder.WatchEngine(e)
	s := &server{log: m.log, db: db, failed: make(chan error, 1), ownMetrics: m.config.MetricsListen != ""}
	s.work, s.stopWork = context.WithCancel(context.Background())
	s.requests, s.cutRequests = context.WithCancel(context.Background())
	wired := wire(e, db, m.config, m.log)
	s.workers = wired.workers
	recorder.NameAccounts(wired.account)
	s.graphql = transport.New(transport.Config{
		Executor:       recorder.Measure(wired.executor),
		Authenticate:   wired.authenticate,
		Account:        wired.account,
		CheckOrigin:    transport.AllowOrigins(m.config.AllowOrigins...),
		ClientAddress:  transport.ClientAddress(m.config.TrustedProxies...),
		StreamPosition: resolvers.Position,
		ResumeArgument: resolvers.ResumeArgument,
		Logger:         m.log,
		Observer:       recorder,

		MaxBody:                int64(m.config.Limits.MaxBody),
		MaxMessage:             int64(m.config.Limits.MaxBody),
		MaxQuery:               m.config.Limits.MaxQuery,
		MaxSubscriptions:       m.config.Limits.MaxSubscriptions,
		MaxConnections:         m.config.Limits.MaxConnections,
		MaxConnectionsPerToken: m.config.Limits.MaxConnectionsPerToken,

		MaxConnectionsPerAddress: m.config.Limits.MaxConnectionsPerAddress,
		MaxWaitingPerAddress:     m.config.Limits.MaxWaitingPerAddress,
		ConnectionRate:           m.config.Limits.ConnectionRate,
		StrangerRate:             m.config.Limits.StrangerRate,
		MaxOperationsPerAccount:  m.config.Limits.MaxOperationsPerAccount,
		MaxOperationsPerAddress:  m.config.Limits.MaxOperationsPerAddress,
		OperationTimeout:         m.config.Limits.OperationTimeout,
		MaxAnswer:                m.config.Limits.MaxAnswer,
	})
	s.hooks = webhook.New(webhook.Config{Receiver: e, ClientAddress: transport.ClientAddress(m.config.TrustedProxies...),
		MaxBody: int64(m.config.Limits.MaxBody), Rate: m.config.HookRateLimit, Logger: m.log, OnAnswer: recorder.Webhook})
	s.http = s.httpServer(s.routes(recorder))
	s.http.ConnState = transport.LimitPlainConnections(m.config.Limits.MaxConnectionsPerAddress/plainShare, m.config.TrustedProxies...)
	s.metricsHTTP = s.httpServer(metricsOnly(recorder))
	return s, nil
}

const (
	// maxHeader is how large the head of a request may be, its URL included, in bytes: any number of strangers may send half
	// of one.
	maxHeader = 16 << 10
	// plainShare is which part of the connections that an address may have may be plain HTTP.
	plainShare = 4
)

// httpServer makes what answers requests with a handler.
func (s *server) httpServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
		BaseContext:       func(net.Listener) context.Context { return s.requests },
	}
}

// engine makes the engine of an open database.
func (m *Main) engine(ctx context.Context, db *store.DB, recorder *telemetry.Recorder) (*engine.Engine, error) {
	key, err := secretfile.LoadKey(m.config.SecretKey, m.config.Database, m.log)
	if err != nil {
		return nil, err
	}
	secrets := vault.New(db, key, time.Now)
	e := engine.New(db, engine.Options{Logger: m.log, Limits: m.config.Limits.Content, Secrets: secrets, OnAttempt: recorder.Attempt,
		OnRunEnd: recorder.RunEnd,
		OnLogin:  recorder.Login, SessionLifetime: m.config.SessionLifetime,
		Requests: fetch.New(fetch.Options{Allowed: m.config.HTTPAllow, UserAgent: "Foyer/" + version.Number})})
	unreadable, err := secrets.Unreadable(ctx)
	if err != nil {
		return nil, err
	}
	if len(unreadable) > 0 {
		m.log.WarnContext(ctx, "some secrets cannot be opened: bring back the key that they were sealed with, or set them again",
			"secrets", unreadable)
	}
	return e, m.ensureOwner(ctx, e)
}

// routes says what is answered where.
func (s *server) routes(recorder *telemetry.Recorder) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/graphql", s.graphql)
	mux.Handle(engine.WebhookPath+"{token}", s.hooks)
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	if !s.ownMetrics {
		mux.Handle("GET "+metricsPath, recorder.Handler())
	}
	mux.Handle("GET "+schemaPath, newSchemaFile())
	mux.HandleFunc("GET /{$}", s.endpoints)
	return recorder.Responses(mux)
}

// metricsPath is where Prometheus finds the metrics.
const metricsPath = "/metrics"

// metricsOnly serves the metrics and nothing else.
func metricsOnly(recorder *telemetry.Recorder) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET "+metricsPath, recorder.Handler())
	return mux
}

// server is what runs between start and stop.
type server struct {
	log     *slog.Logger
	db      *store.DB
	graphql *transport.Handler
	hooks   *webhook.Handler
	http    *http.Server
	workers map[string]worker
	health  health
	// metricsHTTP serves /metrics where ownMetrics says that it has a listener of its own.
	metricsHTTP *http.Server
	ownMetrics  bool

	// work is the context of the workers, requests that of HTTP requests.
	work, requests        context.Context //nolint:containedctx // they begin and end with the server
	stopWork, cutRequests context.CancelFunc
	running               sync.WaitGroup
	// failed takes the first failure of a part that should run until it is stopped.
	failed chan error
}

// errEnded stands for the failure of a part that ended without one.
var errEnded = errors.New("without a reason")

// worker works until its context ends.
type worker func(context.Context) error

// start starts the workers and answers requests.
func (s *server) start(l listeners) {
	for name, run := range s.workers {
		s.running.Go(func() {
			err := run(s.work)
			if s.work.Err() == nil { // nobody told it to end
				s.fail(fmt.Errorf("the part that does %s ended: %w", name, cmp.Or(err, errEnded)))
			}
		})
	}
	s.serve(s.http, l.main)
	if l.metrics != nil {
		s.serve(s.metricsHTTP, l.metrics)
	}
	s.health.started()
}

// serve answers requests on a listener until its server is shut down.
func (s *server) serve(with *http.Server, on net.Listener) {
	s.running.Go(func() {
		if err := with.Serve(on); !errors.Is(err, http.ErrServerClosed) {
			s.fail(fmt.Errorf("serve on %s: %w", on.Addr(), err))
		}
	})
}

// fail stops the server. Of several failures the first counts.
func (s *server) fail(err error) {
	select {
	case s.failed <- err:
	default:
		s.log.Error("another part failed", "error", err)
	}
}

// stop stops everything in order and waits for it, at most for the time given.
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

// windDown lets requests and streams end for two thirds of the time; then it cuts them, so that the rest is left for what
// works in the background and for the database.
func (s *server) windDown(ctx context.Context, timeout time.Duration) error {
	s.health.stopping()
	drain, cancel := context.WithTimeout(ctx, timeout*2/3)
	defer cancel()
	streams := make(chan error, 1)
	go func() { streams <- s.graphql.Shutdown(drain) }()
	err := errors.Join(s.http.Shutdown(drain), <-streams)
	err = errors.Join(err, s.metricsHTTP.Shutdown(drain)) // last: what stopping does can be watched
	s.cutRequests()
	if err != nil {
		err = errors.Join(fmt.Errorf("requests or streams were cut off: %w", err), s.http.Close(), s.metricsHTTP.Close())
	}
	s.stopWork()
	s.running.Wait()
	return errors.Join(err, s.db.Close())
}
