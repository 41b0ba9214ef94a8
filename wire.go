package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"foyer/account"
	"foyer/engine"
	"foyer/file"
	"foyer/graph"
	"foyer/internal/secretfile"
	"foyer/internal/telemetry"
	"foyer/internal/version"
	"foyer/live"
	"foyer/outbox/fetch"
	"foyer/resolvers"
	"foyer/store"
	"foyer/transport"
	"foyer/vault"
	"foyer/webhook"
)

// open puts the server together. It opens the database and starts nothing else.
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
	events := live.New(db, live.Options{Logger: m.log})
	key, err := secretfile.LoadKey(m.config.SecretKey, m.config.Database, m.log)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	e, err := m.openEngine(ctx, db, key, events, recorder)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	recorder.WatchEngine(e)
	s := &server{log: m.log, db: db, failed: make(chan error, 1), metricsApart: m.config.MetricsListen != "",
		workers: map[string]worker{"timers": e.Run, "jobs": e.RunJobs, "housekeeping": e.RunHousekeeping, "connections": e.RunConnections, "activity": e.RunActivity, "tasks": e.RunTasks, "live events": events.Run}}
	if period := m.config.LogRetention; period > 0 {
		s.workers["log retention"] = func(ctx context.Context) error { return e.Retain(ctx, period) }
	}
	s.work, s.stopWork = context.WithCancel(context.Background())
	s.requests, s.cutRequests = context.WithCancel(context.Background())

	limits, clientAddress := m.config.Limits, transport.ClientAddress(m.config.TrustedProxies...)
	self := graph.Server{Version: version.Number, Build: version.Build()}
	links := file.NewLinks(key.Derive("links to files"), m.config.PublicURL, time.Now)
	r := resolvers.New(e, db, events, m.log).WithLimits(limits.Operations).WithServer(self).WithLinks(links)
	recorder.NameAccounts(r.Account)
	graphql := limits.Transport
	graphql.Executor, graphql.Authenticate = recorder.Measure(r.Executor()), r.Authenticate
	graphql.Account, graphql.Opened = r.Account, r.Opened
	graphql.StreamPosition, graphql.ResumeArgument = resolvers.Position, resolvers.ResumeArgument
	graphql.CheckOrigin, graphql.ClientAddress = transport.AllowOrigins(m.config.AllowOrigins...), clientAddress
	graphql.Cookies = transport.NewCookies(sessionCookie, m.config.AllowOrigins, m.config.TrustedProxies...)
	if graphql.Greeting, err = json.Marshal(map[string]graph.Server{"server": self}); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	graphql.Logger, graphql.Observer = m.log, recorder
	s.graphql = transport.New(graphql)
	s.webhooks = webhook.New(webhook.Config{Receiver: e, ClientAddress: clientAddress, MaxBody: limits.Transport.MaxBody,
		Rate: m.config.HookRateLimit, Logger: m.log, OnAnswer: recorder.Webhook})
	if err := m.openFiles(s, e, links, graphql, recorder); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s.http = s.httpServer(s.routes(recorder))
	s.http.ConnState = transport.LimitPlainConnections(limits.Transport.MaxConnectionsPerAddress/plainShare, m.config.TrustedProxies...)
	s.metricsHTTP = s.httpServer(metricsRoutes(recorder))
	return s, nil
}

// sessionCookie is the name of the cookie in which browsers keep a session.
const sessionCookie = "foyer_session"

const (
	// maxHeader is the size that the head of a request may have, including its URL, in bytes: any number of strangers
	// may send half of one.
	maxHeader = 16 << 10
	// plainShare is the part of an address's connections that may be plain HTTP: a quarter.
	plainShare = 4
)

// httpServer returns a server that answers requests with handler.
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

// openEngine returns the engine of an open database that somebody can log in to.
func (m *Main) openEngine(ctx context.Context, db *store.DB, key *vault.Key, events *live.Log, recorder *telemetry.Recorder) (
	*engine.Engine, error) {
	secrets := vault.New(db, key, time.Now)
	accounts := account.New(db, account.Options{Limits: m.config.Limits.Accounts, SessionLifetime: m.config.SessionLifetime, OnLogin: recorder.Login})
	e := engine.New(db, engine.Options{Logger: m.log, Limits: m.config.Limits.Content, Files: m.config.Limits.Files, Accounts: accounts, Secrets: secrets, OnAttempt: recorder.Attempt,
		OnRunEnd: recorder.RunEnd, OnSignal: events.Signal,
		Requests: fetch.New(fetch.Options{Allowed: m.config.HTTPAllow, UserAgent: "Foyer/" + version.Number})})
	unreadable, err := secrets.Unreadable(ctx)
	if err != nil {
		return nil, err
	}
	if len(unreadable) > 0 {
		m.log.WarnContext(ctx, "some secrets cannot be opened: bring back the key that they were sealed with, or set them again",
			"secrets", unreadable)
	}
	if err := e.BeginConnections(ctx); err != nil {
		return nil, err
	}
	return e, m.ensureOwner(ctx, e)
}
