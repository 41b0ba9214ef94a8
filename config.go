package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strings"
	"time"
)

// commandLine is everything that can be configured. What has an environment variable is read from it where the flag is
// left out; secrets have one so that they need not stand in a list of processes.
type commandLine struct {
	Serve    serveCommand    `cmd:"" default:"withargs" help:"Serve. This is also what happens without a command."`
	Demo     demoCommand     `cmd:"" help:"Serve a help desk of its own with real messages coming in."`
	Replay   replayCommand   `cmd:"" help:"Replay recorded dialogues through a running server."`
	Tail     tailCommand     `cmd:"" help:"Print a running server's events as JSON lines, as they happen."`
	Workflow workflowCommand `cmd:"" help:"Check, try, draw, import and export workflows."`
	Verify   verifyCommand   `cmd:"" help:"Check the database of a stopped server against its log of events."`
	Backup   backupCommand   `cmd:"" help:"Copy the database, also while a server uses it."`
	Owner    ownerCommand    `cmd:"" help:"Let an owner in again who has lost their password."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

// serverFlags are what a server is started with.
type serverFlags struct {
	Listen          listenAddress `env:"FOYER_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"The address to listen on (${env}; ${default})."`
	MetricsListen   listenAddress `env:"FOYER_METRICS_LISTEN" placeholder:"HOST:PORT" help:"Serve /metrics on this address, and not beside the API (${env})."`
	AllowOrigin     []originURL   `env:"FOYER_ALLOW_ORIGIN" sep:"," placeholder:"URL" help:"Allow pages of this origin to use the API, in addition to the server's own; repeatable (${env})."`
	ShutdownTimeout time.Duration `env:"FOYER_SHUTDOWN_TIMEOUT" default:"15s" help:"The longest time that stopping may take (${env}; ${default})."`
	LogRetention    time.Duration `env:"FOYER_LOG_RETENTION" default:"0s" placeholder:"DURATION" help:"For how long streams can be resumed, such as 2160h; older events that no timeline shows are removed. 0: forever (${env})."`
	SessionLifetime time.Duration `env:"FOYER_SESSION_LIFETIME" default:"2160h" placeholder:"DURATION" help:"How long a log-in lasts at most, however much it is used; without use it lasts 14 days (${env}; ${default})."`
	limitFlags
	outsideFlags
	logFlags
}

// logFlags say what is logged, and how.
type logFlags struct {
	LogLevel  logLevel `env:"FOYER_LOG_LEVEL" default:"info" placeholder:"LEVEL" help:"The lowest level to log: debug, info, warn or error (${env}; ${default})."`
	LogFormat string   `env:"FOYER_LOG_FORMAT" default:"text" enum:"text,json" placeholder:"FORMAT" help:"The format of the log: text or json (${env}; ${default})."`
}

// logLevel is the lowest level that is logged.
type logLevel slog.Level

// UnmarshalText reads the name of a level.
func (l *logLevel) UnmarshalText(text []byte) error {
	if (*slog.Level)(l).UnmarshalText(text) != nil {
		return fmt.Errorf("want debug, info, warn or error, not %q", text)
	}
	return nil
}

// logging returns the flags themselves: whoever has the command finds them by this.
func (f logFlags) logging() logFlags { return f }

// connectFlags name a running server and who asks.
type connectFlags struct {
	Server string `env:"FOYER_SERVER" default:"http://127.0.0.1:8080" placeholder:"URL" help:"The address of the server (${env}; ${default})."`
	Token  string `env:"FOYER_TOKEN" required:"" placeholder:"TOKEN" help:"An API key or an agent's token (${env})."`
}

// check returns an error if the flags make no sense. The commands that have them call it from Validate, which kong calls.
func (f *serverFlags) check() error {
	if f.ShutdownTimeout <= 0 {
		return errors.New("--shutdown-timeout: want a duration above zero, such as 15s")
	}
	if f.LogRetention != 0 && f.LogRetention < time.Hour {
		return errors.New("--log-retention: want an hour or more, such as 2160h, or 0 to keep everything")
	}
	if f.SessionLifetime < time.Minute {
		return errors.New("--session-lifetime: want a minute or more, such as 2160h")
	}
	if err := f.outsideFlags.check(); err != nil {
		return err
	}
	return f.limitFlags.check()
}

// databaseURL is where the data is.
type databaseURL struct{ path string }

// UnmarshalText reads sqlite:PATH.
func (d *databaseURL) UnmarshalText(text []byte) error {
	scheme, path, found := strings.Cut(string(text), ":")
	switch {
	case found && (scheme == "postgres" || scheme == "postgresql"):
		return errors.New("PostgreSQL comes later; this version stores in SQLite, such as sqlite:foyer.db")
	case !found || scheme != "sqlite":
		return errors.New("want sqlite:PATH, such as sqlite:foyer.db") // without the text: it may have a password
	}
	path = strings.TrimPrefix(path, "//")
	if path == "" || strings.ContainsAny(path, "?#") || path == ":memory:" {
		return fmt.Errorf("want the path of a file after sqlite:, not %q", path)
	}
	d.path = path
	return nil
}

// exists returns an error if there is no database yet.
func (d *databaseURL) exists() error {
	if _, err := os.Stat(d.path); err != nil {
		return fmt.Errorf("--database: %w", err)
	}
	return nil
}

// listenAddress is a host and a port; without a host all addresses of the machine.
type listenAddress string

// UnmarshalText reads HOST:PORT.
func (a *listenAddress) UnmarshalText(text []byte) error {
	if _, _, err := net.SplitHostPort(string(text)); err != nil {
		return fmt.Errorf("want HOST:PORT, such as 127.0.0.1:8080: %w", err)
	}
	*a = listenAddress(text)
	return nil
}

// originURL is scheme, host and port of pages in a browser, or * for all.
type originURL string

// UnmarshalText reads an origin as browsers send it.
func (o *originURL) UnmarshalText(text []byte) error {
	if string(text) != "*" {
		u, err := url.Parse(string(text))
		if err != nil || u.Scheme == "" || u.Host == "" || strings.Trim(u.Path, "/") != "" {
			return fmt.Errorf("want an origin such as https://desk.example.com, or *, not %q", text)
		}
	}
	*o = originURL(text)
	return nil
}
