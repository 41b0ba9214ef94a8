package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"foyer/internal/client"
	"foyer/store"
)

// LogFlags say what is logged, and how.
type LogFlags struct {
	LogLevel  logLevel `env:"FOYER_LOG_LEVEL" default:"info" placeholder:"LEVEL" help:"The lowest level to log: debug, info, warn or error (${env}; ${default})."`
	LogFormat string   `env:"FOYER_LOG_FORMAT" default:"text" enum:"text,json" placeholder:"FORMAT" help:"The format of the log: text or json (${env}; ${default})."`
}

// logging returns the flags themselves, for a caller who knows only that a command has them.
func (f LogFlags) logging() LogFlags { return f }

// logLevel is the lowest level that is logged.
type logLevel slog.Level

// UnmarshalText reads the name of a level.
func (l *logLevel) UnmarshalText(text []byte) error {
	if (*slog.Level)(l).UnmarshalText(text) != nil {
		return fmt.Errorf("want debug, info, warn or error, not %q", text)
	}
	return nil
}

// connectFlags name a running server and the token that it is sent.
type connectFlags struct {
	Server string `env:"FOYER_SERVER" default:"http://127.0.0.1:8080" placeholder:"URL" help:"The address of the server (${env}; ${default})."`
	Token  string `env:"FOYER_TOKEN" required:"" placeholder:"TOKEN" help:"An API key or an agent's token (${env})."`
}

// connect returns a client of the server.
func (f connectFlags) connect() (*client.Client, error) {
	c, err := client.New(f.Server, f.Token)
	if err != nil {
		return nil, fmt.Errorf("--server: %w", err)
	}
	return c, nil
}

// Database is the database that a command uses.
type Database struct{ Path string }

// UnmarshalText reads sqlite:PATH.
func (d *Database) UnmarshalText(text []byte) error {
	scheme, path, found := strings.Cut(string(text), ":")
	switch {
	case found && (scheme == "postgres" || scheme == "postgresql"):
		return errors.New("PostgreSQL comes later; this version stores in SQLite, such as sqlite:foyer.db")
	case !found || scheme != "sqlite":
		return errors.New("want sqlite:PATH, such as sqlite:foyer.db") // without the text: it may hold a password
	}
	path = strings.TrimPrefix(path, "//")
	if path == "" || strings.ContainsAny(path, "?#") || path == ":memory:" {
		return fmt.Errorf("want the path of a file after sqlite:, not %q", path)
	}
	d.Path = path
	return nil
}

// mustExist returns an error if there is no such file: opening it would make a new database of a misspelt path.
func (d Database) mustExist() error {
	if _, err := os.Stat(d.Path); err != nil {
		return fmt.Errorf("--database: %w", err)
	}
	return nil
}

// open opens the database, which must exist.
func (d Database) open(ctx context.Context, log *slog.Logger) (*store.DB, error) {
	if err := d.mustExist(); err != nil {
		return nil, err
	}
	return store.Open(ctx, store.Options{Path: d.Path, Logger: log})
}

// checkRanges returns an error for the first flag whose value is less than its tag `min` or more than its tag `max`.
func checkRanges(flags []*kong.Flag) error {
	for _, flag := range flags {
		value, isNumber := number(flag.Target)
		low, hasLow := bound(flag.Tag.Get("min"))
		high, hasHigh := bound(flag.Tag.Get("max"))
		switch {
		case isNumber && hasLow && value < low:
			return fmt.Errorf("--%s: want at least %s", flag.Name, flag.Tag.Get("min"))
		case isNumber && hasHigh && value > high:
			return fmt.Errorf("--%s: want at most %s", flag.Name, flag.Tag.Get("max"))
		}
	}
	return nil
}

// number returns the value of a flag that holds a number or a duration.
func number(value reflect.Value) (float64, bool) {
	switch {
	case value.CanInt():
		return float64(value.Int()), true
	case value.CanFloat():
		return value.Float(), true
	default:
		return 0, false
	}
}

// bound returns the number or the duration that a tag holds.
func bound(text string) (float64, bool) {
	if duration, err := time.ParseDuration(text); err == nil {
		return float64(duration), true
	}
	value, err := strconv.ParseFloat(text, 64)
	return value, err == nil
}
