// Package cli holds the commands of the program foyer that do not serve, one file for each, and what reads a command line.
//
// It owns how commands are named, read from arguments and the environment, and reported on a terminal. It does not import
// the server: a command that needs one, such as the demo, gets a function that starts it.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"regexp"
	"slices"

	"github.com/alecthomas/kong"

	"foyer/internal/client"
)

// Commands are the commands that do not serve.
type Commands struct {
	Replay   replayCommand   `cmd:"" help:"Replay recorded dialogues through a running server."`
	Tail     tailCommand     `cmd:"" help:"Print a running server's events as JSON lines, as they happen."`
	Workflow workflowCommand `cmd:"" help:"Check, try, draw, import and export workflows."`
	Verify   verifyCommand   `cmd:"" help:"Check the database of a stopped server against its log of events."`
	Backup   backupCommand   `cmd:"" help:"Copy the database, also while a server uses it."`
	Owner    ownerCommand    `cmd:"" help:"Let an owner in again who has lost their password."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

// Exit codes.
const (
	ExitOK     = 0
	ExitFailed = 1
)

// Terminal is where a command writes: results to Out, everything else to Err.
type Terminal struct{ Out, Err io.Writer }

// Logger returns a log that is written to Err.
func (t Terminal) Logger(f LogFlags) *slog.Logger {
	options := &slog.HandlerOptions{Level: slog.Level(f.LogLevel)}
	if f.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(t.Err, options))
	}
	return slog.New(slog.NewTextHandler(t.Err, options))
}

// Run runs the command that the arguments name and returns the exit code. commands is a pointer to a struct that describes
// every command in kong's tags; the Run methods of commands take a context, which is ctx, and a Terminal.
func Run(ctx context.Context, commands any, args []string, t Terminal) int {
	exit := -1
	parser, err := kong.New(commands, kong.Name("foyer"),
		kong.Description("A self-hosted help desk with a GraphQL API. Without a command it serves."),
		kong.Writers(t.Out, t.Err), kong.Exit(func(code int) { exit = code }), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		return t.fail(err)
	}
	command, err := parser.Parse(args)
	switch {
	case exit >= 0: // help was asked for, and is printed
		return exit
	case err != nil:
		t.warn(parser, nil, os.Environ()) // a misspelt variable may be the cause
		return t.fail(err)
	}
	t.warn(parser, command, os.Environ())
	if err := checkRanges(command.Flags()); err != nil {
		return t.fail(err)
	}
	command.BindTo(ctx, (*context.Context)(nil))
	if err := command.Run(t); err != nil {
		return t.fail(withToken(err))
	}
	return ExitOK
}

// withToken adds where the token comes from to the error of a server that refused it.
func withToken(err error) error {
	refused := false
	if answer, ok := errors.AsType[*client.Error](err); ok {
		refused = slices.ContainsFunc(answer.Problems, func(p client.Problem) bool { return p.Extensions.Code == "UNAUTHENTICATED" })
	}
	if closed, ok := errors.AsType[*client.ClosedError](err); ok {
		refused = closed.Code == 4401 || closed.Code == 4403
	}
	if !refused {
		return err
	}
	return fmt.Errorf("%w (--token or FOYER_TOKEN: an API key, or the token of a log-in)", err)
}

// fail prints an error and returns the exit code.
func (t Terminal) fail(err error) int {
	_, _ = fmt.Fprintf(t.Err, "foyer: %s\n", withoutValues(err)) // there is no way to report that this failed
	return ExitFailed
}

// fromVariable matches how kong names the variable that a value came from, and the value.
var fromVariable = regexp.MustCompile(`\(from envar (\w+)="(?:[^"\\]|\\.)*"\)`)

// withoutValues returns the text of an error without the values of environment variables: the URL of a database may hold a
// password.
func withoutValues(err error) string { return fromVariable.ReplaceAllString(err.Error(), "(from $1)") }
