package main

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strings"

	"foyer/internal/heap"
)

// heapFloor is how large the heap may always get between two collections, in bytes.
const heapFloor = 64 << 20

// serveCommand is `foyer serve`.
type serveCommand struct {
	Database      databaseURL `env:"FOYER_DATABASE" default:"sqlite:foyer.db" placeholder:"URL" help:"The database (${env}; ${default})."`
	OwnerEmail    string      `env:"FOYER_OWNER_EMAIL" default:"owner@localhost" placeholder:"EMAIL" help:"The email address of the owner whom the first start creates (${env}; ${default})."`
	OwnerPassword string      `hidden:"" env:"FOYER_OWNER_PASSWORD" help:"The owner's password (${env}); without it, one is generated, into a file beside the database."`
	serverFlags
}

// Validate is called by kong.
func (c *serveCommand) Validate() error {
	if !strings.Contains(c.OwnerEmail, "@") {
		return errors.New("--owner-email: want an email address")
	}
	return c.check()
}

// Run serves until ctx ends.
func (c *serveCommand) Run(ctx context.Context, t terminal) error {
	defer heap.Raise(heapFloor)()
	defer addProcessor()()
	return c.main(t).Run(ctx)
}

// addProcessor returns Go one processor more, until the function it gives is called. The writer of the database waits for the
// disk in calls to C, and Go takes its processor for busy until it notices: with two, half of them. An operator who set
// GOMAXPROCS has the last word.
func addProcessor() (remove func()) {
	if os.Getenv("GOMAXPROCS") != "" {
		return func() {}
	}
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	return runtime.SetDefaultGOMAXPROCS
}

func (c *serveCommand) main(t terminal) *Main {
	config := c.config(c.Database.path)
	config.OwnerEmail, config.OwnerPassword = c.OwnerEmail, c.OwnerPassword
	return NewMain(config, t.out, t.logger(c.logFlags))
}

func (f *serverFlags) config(database string) Config {
	config := Config{Listen: string(f.Listen), MetricsListen: string(f.MetricsListen), Database: database, ShutdownTimeout: f.ShutdownTimeout,
		Limits: f.limits(), TrustedProxies: f.proxies(), LogRetention: f.LogRetention, SessionLifetime: f.SessionLifetime,
		HTTPAllow: f.allowed(), HookRateLimit: f.HookRateLimit, SecretKey: f.SecretKey}
	for _, origin := range f.AllowOrigin {
		config.AllowOrigins = append(config.AllowOrigins, string(origin))
	}
	return config
}
