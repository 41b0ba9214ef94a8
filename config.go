package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"foyer/cli"
	"foyer/inbox"
	"foyer/outbox/fetch"
)

// Config is the configuration of a server.
type Config struct {
	// Listen is host and port. With port 0 the system chooses one.
	Listen string
	// MetricsListen is host and port of a listener of its own for /metrics. Empty: Listen has it too.
	MetricsListen string
	// Database is the path of the database file.
	Database string
	// OwnerEmail and OwnerPassword are those of the owner that the first start creates. Without a password one is
	// generated and left in a file beside the database.
	OwnerEmail, OwnerPassword string
	// PublicURL is the address by which others reach the server. Empty: links to its files are paths.
	PublicURL string
	// AllowOrigins are the origins whose pages may use the API, besides the server's own.
	AllowOrigins []string
	// TrustedProxies are the proxies whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// Limits bound what clients may ask for.
	Limits Limits
	// LogRetention is how long streams can be resumed. Zero: forever.
	LogRetention time.Duration
	// HTTPAllow lists what requests of workflows may reach outside the public internet.
	HTTPAllow []fetch.Allowed
	// HookRateLimit is how many webhooks each workflow takes per second. Zero: any number.
	HookRateLimit int
	// SecretKey is what secrets are sealed with, in base 64. Empty: that of a file beside the database.
	SecretKey string
	// SessionLifetime is how long a session lasts, however much it is used. Zero stands for the default.
	SessionLifetime time.Duration
	// ShutdownTimeout is how long stopping may take in all.
	ShutdownTimeout time.Duration
}

// serverFlags are the flags of the commands that start a server.
type serverFlags struct {
	Listen          listenAddress `env:"FOYER_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"The address to listen on (${env}; ${default})."`
	MetricsListen   listenAddress `env:"FOYER_METRICS_LISTEN" placeholder:"HOST:PORT" help:"Serve /metrics on this address, and not beside the API (${env})."`
	PublicURL       publicURL     `env:"FOYER_PUBLIC_URL" placeholder:"URL" help:"The address by which others reach this server, such as https://desk.example.com; without it, links to files are paths (${env})."`
	AllowOrigin     []originURL   `env:"FOYER_ALLOW_ORIGIN" sep:"," placeholder:"URL" help:"Allow pages of this origin to use the API, in addition to the server's own; repeatable (${env})."`
	ShutdownTimeout time.Duration `env:"FOYER_SHUTDOWN_TIMEOUT" default:"15s" help:"The longest time that stopping may take (${env}; ${default})."`
	LogRetention    time.Duration `env:"FOYER_LOG_RETENTION" default:"0s" placeholder:"DURATION" help:"For how long streams can be resumed, such as 2160h; older events that no timeline shows are removed. 0: forever (${env})."`
	SessionLifetime time.Duration `min:"1m" env:"FOYER_SESSION_LIFETIME" default:"2160h" placeholder:"DURATION" help:"How long a log-in lasts at most, however much it is used; without use it lasts 14 days (${env}; ${default})."`
	limitFlags
	HTTPAllow     []fetch.Allowed `group:"Outside" env:"FOYER_HTTP_ALLOW" sep:"," placeholder:"HOST" help:"A host, or a network such as 10.0.0.0/8, outside the public internet that the requests of workflows may go to; repeatable (${env})."`
	HookRateLimit int             `group:"Outside" min:"0" env:"FOYER_HOOK_RATE_LIMIT" default:"100" placeholder:"N" help:"How many webhooks a workflow takes per second, with bursts of ten times as many. 0: no limit (${env}; ${default})."`
	SecretKey     string          `hidden:"" env:"FOYER_SECRET_KEY" help:"What secrets are sealed with: 32 bytes in base 64 (${env}); otherwise a key is made beside the database, in a file that ends in .key."`
	cli.LogFlags
}

// check returns an error if the flags make no sense. The commands that have them call it from Validate, which kong calls.
func (f *serverFlags) check() error {
	switch {
	case f.ShutdownTimeout <= 0:
		return errors.New("--shutdown-timeout: want a duration above zero, such as 15s")
	case f.LogRetention != 0 && f.LogRetention < time.Hour:
		return errors.New("--log-retention: want an hour or more, such as 2160h, or 0 to keep everything")
	}
	return f.limitFlags.check()
}

// config returns the configuration of a server on a database.
func (f *serverFlags) config(database string) Config {
	config := Config{Listen: string(f.Listen), MetricsListen: string(f.MetricsListen), Database: database, ShutdownTimeout: f.ShutdownTimeout,
		Limits: f.limits(), LogRetention: f.LogRetention, SessionLifetime: f.SessionLifetime,
		HTTPAllow: f.HTTPAllow, HookRateLimit: f.HookRateLimit, SecretKey: f.SecretKey, PublicURL: string(f.PublicURL)}
	for _, origin := range f.AllowOrigin {
		config.AllowOrigins = append(config.AllowOrigins, string(origin))
	}
	for _, proxy := range f.TrustedProxy {
		config.TrustedProxies = append(config.TrustedProxies, netip.Prefix(proxy))
	}
	return config
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

// publicURL is the address of a server as others see it.
type publicURL string

// UnmarshalText reads the base of an http or https URL.
func (p *publicURL) UnmarshalText(text []byte) error {
	u, err := inbox.ParseURL(string(text))
	if err != nil || strings.ContainsAny(string(u), "?#") {
		return fmt.Errorf("want the address by which others reach the server, such as https://desk.example.com, not %q", text)
	}
	*p = publicURL(u)
	return nil
}
