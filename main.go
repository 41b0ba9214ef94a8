package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"syscall"
	_ "time/tzdata" // hours must not depend on what the machine has

	"github.com/alecthomas/kong"

	"foyer/internal/client"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// From the first signal on the system's own handling is back, so that a second one ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], terminal{os.Stdout, os.Stderr}))
}

// terminal is where a command talks to whoever started it: results on out, everything else on err.
type terminal struct{ out, err io.Writer }

// logger makes a log on the terminal.
func (t terminal) logger(f logFlags) *slog.Logger {
	options := &slog.HandlerOptions{Level: slog.Level(f.LogLevel)}
	if f.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(t.err, options))
	}
	return slog.New(slog.NewTextHandler(t.err, options))
}

// run runs the command that the arguments name until it is done or ctx ends, and returns the exit code.
func run(ctx context.Context, args []string, t terminal) int {
	exit := -1
	parser, err := kong.New(new(commandLine), kong.Name("foyer"),
		kong.Description("A self-hosted help desk with a GraphQL API. Without a command it serves."),
		kong.Writers(t.out, t.err), kong.Exit(func(code int) { exit = code }), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		return t.fail(err)
	}
	command, err := parser.Parse(args)
	switch {
	case exit >= 0: // help was asked for and given
		return exit
	case err != nil:
		t.warn(parser, nil, os.Environ()) // it may be why
		return t.fail(err)
	}
	t.warn(parser, command, os.Environ())
	command.BindTo(ctx, (*context.Context)(nil))
	if err := command.Run(t); err != nil {
		return t.fail(withToken(err))
	}
	return exitOK
}

// withToken returns where a token comes from, where a server refused the one it was sent.
func withToken(err error) error {
	unknown := false
	if refused, ok := errors.AsType[*client.Error](err); ok {
		unknown = slices.ContainsFunc(refused.Problems, func(p client.Problem) bool { return p.Extensions.Code == "UNAUTHENTICATED" })
	}
	if closed, ok := errors.AsType[*client.ClosedError](err); ok {
		unknown = closed.Code == 4401 || closed.Code == 4403
	}
	if !unknown {
		return err
	}
	return fmt.Errorf("%w (--token or FOYER_TOKEN: an API key, or the token of a log-in)", err)
}

func (t terminal) fail(err error) int {
	_, _ = fmt.Fprintf(t.err, "foyer: %s\n", withoutValues(err)) // there is nowhere left to tell that this failed
	return exitFailed
}

// fromVariable is how kong says which variable a value came from, and what it is.
var fromVariable = regexp.MustCompile(`\(from envar (\w+)="(?:[^"\\]|\\.)*"\)`)

// withoutValues is the text of an error without the values of environment variables: a database's URL may have a password.
func withoutValues(err error) string { return fromVariable.ReplaceAllString(err.Error(), "(from $1)") }
