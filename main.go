// Command foyer is the help desk's server, and its commands for a terminal.
//
// This package owns configuration, wiring, start and stop of the server; package cli has the other commands. It may import
// every other package of the module. A Main is one server: Run starts it, owns every goroutine, and returns after all of
// them have ended.
package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	_ "time/tzdata" // office hours must not depend on the time zones that the machine knows

	"foyer/cli"
	"foyer/internal/heap"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// After the first signal the system's own handling is back, so that a second one ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(cli.Run(ctx, new(commands), os.Args[1:], cli.Terminal{Out: os.Stdout, Err: os.Stderr}))
}

// commands are the commands of foyer. A flag with an environment variable is read from it if the flag is left out.
// Secrets can be given in variables, which no list of processes shows.
type commands struct {
	Serve serveCommand `cmd:"" default:"withargs" help:"Serve. This is also what happens without a command."`
	Demo  demoCommand  `cmd:"" help:"Serve a help desk of its own with real messages coming in."`
	cli.Commands
}

// serveCommand is `foyer serve`.
type serveCommand struct {
	Database      cli.Database `env:"FOYER_DATABASE" default:"sqlite:foyer.db" placeholder:"URL" help:"The database (${env}; ${default})."`
	OwnerEmail    string       `env:"FOYER_OWNER_EMAIL" default:"owner@localhost" placeholder:"EMAIL" help:"The email address of the owner whom the first start creates (${env}; ${default})."`
	OwnerPassword string       `hidden:"" env:"FOYER_OWNER_PASSWORD" help:"The owner's password (${env}); without it, one is generated, into a file beside the database."`
	serverFlags
}

// Validate is called by kong.
func (c *serveCommand) Validate() error {
	if !strings.Contains(c.OwnerEmail, "@") {
		return errors.New("--owner-email: want an email address")
	}
	return c.check()
}

// heapFloor is the size that the heap may always reach before it is collected, in bytes.
const heapFloor = 64 << 20

// Run serves until ctx ends.
func (c *serveCommand) Run(ctx context.Context, t cli.Terminal) error {
	defer heap.Raise(heapFloor)()
	defer addProcessor()()
	config := c.config(c.Database.Path)
	config.OwnerEmail, config.OwnerPassword = c.OwnerEmail, c.OwnerPassword
	return NewMain(config, t.Out, t.Logger(c.LogFlags)).Run(ctx)
}

// addProcessor lets Go use one processor more, until remove is called. The writer of the database waits for the disk in calls
// to C, and Go counts its processor as busy until it notices: with two, that is half of them. If an operator has set
// GOMAXPROCS, it is not changed.
func addProcessor() (remove func()) {
	if os.Getenv("GOMAXPROCS") != "" {
		return func() {}
	}
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	return runtime.SetDefaultGOMAXPROCS
}

// demoCommand is `foyer demo`.
type demoCommand struct {
	cli.Demo
	serverFlags
}

// Validate is called by kong.
func (c *demoCommand) Validate() error {
	return cmp.Or(c.Demo.Validate(), c.check())
}

// Run serves a help desk and keeps it busy until ctx ends.
func (c *demoCommand) Run(ctx context.Context, t cli.Terminal) error {
	log := t.Logger(c.LogFlags)
	return c.Demo.Run(ctx, t, log, func(database, owner, password string) cli.Server {
		config := c.config(database)
		config.OwnerEmail, config.OwnerPassword = owner, password
		return NewMain(config, io.Discard, log)
	})
}
