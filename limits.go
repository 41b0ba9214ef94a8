package main

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/internal/ratelimit"
	"foyer/resolvers"
)

// Limits bound what clients may ask for. Zero stands for the default, as transport.Config and resolvers.Limits have it;
// for a rate, for none.
type Limits struct {
	MaxBody, MaxQuery                      int // in bytes
	MaxTokens                              int
	MaxDepth, MaxAliases, MaxCost          int
	MaxSubscriptions                       int
	MaxConnections, MaxConnectionsPerToken int
	MaxConnectionsPerAddress               int
	MaxWaitingPerAddress                   int
	ConnectionRate, StrangerRate           ratelimit.Rate
	MaxOperationsPerAccount                int
	MaxOperationsPerAddress                int
	OperationTimeout                       time.Duration
	MaxAnswer                              int // in bytes
	Sessions, Keys                         resolvers.Rate
	Content                                engine.Limits // and log-ins
	// Introspection is the least role that may look at the schema; nobody may where it is "none", and whoever is logged in
	// where it is empty.
	Introspection string
}

// introspection returns who may look at the schema.
func (l Limits) introspection() func(inbox.Caller) bool {
	switch l.Introspection {
	case "":
		return nil
	case "none":
		return func(inbox.Caller) bool { return false }
	default:
		least := inbox.Role(strings.ToUpper(l.Introspection))
		return func(caller inbox.Caller) bool { return caller.Role.Rank() >= least.Rank() }
	}
}

// limitFlags say how much clients may ask for.
type limitFlags struct {
	MaxBody       byteSize `group:"Limits" env:"FOYER_MAX_BODY" default:"1MiB" placeholder:"SIZE" help:"How large a request, or a message on a websocket, may be (${env}; ${default})."`
	MaxQuery      byteSize `group:"Limits" env:"FOYER_MAX_QUERY" default:"64KiB" placeholder:"SIZE" help:"How long a GraphQL document may be (${env}; ${default})."`
	MaxTokens     int      `group:"Limits" env:"FOYER_MAX_TOKENS" default:"1000" placeholder:"N" help:"How many tokens it may have (${env}; ${default})."`
	MaxDepth      int      `group:"Limits" env:"FOYER_MAX_DEPTH" default:"12" placeholder:"N" help:"How deep it may go; introspection may go 16 deep (${env}; ${default})."`
	MaxAliases    int      `group:"Limits" env:"FOYER_MAX_ALIASES" default:"30" placeholder:"N" help:"How many fields may have an alias (${env}; ${default})."`
	MaxCost       int      `group:"Limits" env:"FOYER_MAX_COST" default:"5000" placeholder:"POINTS" help:"How much an operation may cost (${env}; ${default})."`
	Introspection string   `group:"Limits" env:"FOYER_INTROSPECTION" default:"agent" enum:"agent,manager,owner,none" placeholder:"ROLE" help:"The least role that may look at the schema: agent, manager, owner or none (${env}; ${default})."`

	MaxSubscriptions       int `group:"Limits" env:"FOYER_MAX_SUBSCRIPTIONS" default:"100" placeholder:"N" help:"How many operations a websocket may have under way (${env}; ${default})."`
	MaxConnections         int `group:"Limits" env:"FOYER_MAX_CONNECTIONS" default:"30000" placeholder:"N" help:"How many websockets and event streams there may be (${env}; ${default})."`
	MaxConnectionsPerToken int `group:"Limits" env:"FOYER_MAX_CONNECTIONS_PER_TOKEN" default:"15000" placeholder:"N" help:"How many of them one token may have (${env}; ${default})."`

	MaxConnectionsPerAddress int `group:"Limits" env:"FOYER_MAX_CONNECTIONS_PER_ADDRESS" default:"10000" placeholder:"N" help:"How many of them one address may have, or one IPv6 network of 64 bits (${env}; ${default})."`
	MaxWaitingPerAddress     int `group:"Limits" env:"FOYER_MAX_WAITING_PER_ADDRESS" default:"500" placeholder:"N" help:"How many websockets of one address may be open that have not shown a token yet (${env}; ${default})."`
	ConnectionRateLimit      int `group:"Limits" env:"FOYER_CONNECTION_RATE_LIMIT" default:"200" placeholder:"N" help:"How many websockets one address may open per second; 0: no limit (${env}; ${default})."`
	ConnectionRateBurst      int `group:"Limits" env:"FOYER_CONNECTION_RATE_BURST" default:"2000" placeholder:"N" help:"How many it may open at once (${env}; ${default})."`

	MaxOperationsPerAccount int           `group:"Limits" env:"FOYER_MAX_OPERATIONS_PER_ACCOUNT" default:"128" placeholder:"N" help:"How many queries and mutations an agent, or an API key, may have under way, over all sessions (${env}; ${default})."`
	MaxOperationsPerAddress int           `group:"Limits" env:"FOYER_MAX_OPERATIONS_PER_ADDRESS" default:"256" placeholder:"N" help:"How many whoever has no token may have under way, by address (${env}; ${default})."`
	OperationTimeout        time.Duration `group:"Limits" env:"FOYER_OPERATION_TIMEOUT" default:"10s" placeholder:"DURATION" help:"How long a query or a mutation may take (${env}; ${default})."`
	MaxAnswer               byteSize      `group:"Limits" env:"FOYER_MAX_ANSWER" default:"16MiB" placeholder:"SIZE" help:"How large an answer may be (${env}; ${default})."`
	StrangerRateLimit       int           `group:"Limits" env:"FOYER_STRANGER_RATE_LIMIT" default:"20" placeholder:"N" help:"How many requests without a token, or with one that is nobody's, one address may send per second; 0: no limit (${env}; ${default})."`
	StrangerRateBurst       int           `group:"Limits" env:"FOYER_STRANGER_RATE_BURST" default:"1000" placeholder:"N" help:"How many it may send at once (${env}; ${default})."`

	RateLimit    int `group:"Limits" env:"FOYER_RATE_LIMIT" default:"10000" placeholder:"POINTS" help:"What an agent may spend per second in all sessions, and whoever has no token by address; 0: no limit (${env}; ${default})."`
	RateBurst    int `group:"Limits" env:"FOYER_RATE_BURST" default:"100000" needs:"rate-limit" placeholder:"POINTS" help:"How much it may have saved up (${env}; ${default})."`
	KeyRateLimit int `group:"Limits" env:"FOYER_KEY_RATE_LIMIT" default:"1000000" placeholder:"POINTS" help:"What an API key may spend per second; 0: no limit (${env}; ${default})."`
	KeyRateBurst int `group:"Limits" env:"FOYER_KEY_RATE_BURST" default:"2000000" needs:"key-rate-limit" placeholder:"POINTS" help:"How much it may have saved up (${env}; ${default})."`

	MaxText        int      `group:"Limits" env:"FOYER_MAX_TEXT" default:"10000" placeholder:"N" help:"How many characters a message or a note may have (${env}; ${default})."`
	MaxName        int      `group:"Limits" env:"FOYER_MAX_NAME" default:"200" placeholder:"N" help:"How many a name or a tag may have (${env}; ${default})."`
	MaxCategory    int      `group:"Limits" env:"FOYER_MAX_CATEGORY" default:"128" placeholder:"N" help:"How many the category of a closed conversation may have (${env}; ${default})."`
	MaxSummary     int      `group:"Limits" env:"FOYER_MAX_SUMMARY" default:"2000" placeholder:"N" help:"How many its summary may have (${env}; ${default})."`
	MaxAttachments int      `group:"Limits" env:"FOYER_MAX_ATTACHMENTS" default:"20" placeholder:"N" help:"How many attachments a message may have (${env}; ${default})."`
	MaxTags        int      `group:"Limits" env:"FOYER_MAX_TAGS" default:"100" placeholder:"N" help:"How many tags a contact may have (${env}; ${default})."`
	MaxFields      byteSize `group:"Limits" env:"FOYER_MAX_FIELDS" default:"32KiB" placeholder:"SIZE" help:"How much the custom fields of a contact may take (${env}; ${default})."`

	LoginBurst          int           `group:"Limits" env:"FOYER_LOGIN_BURST" default:"10" needs:"login-interval" placeholder:"N" help:"How many log-ins to an account may fail at once from one address; three times as many from where it has logged in before (${env}; ${default})."`
	LoginInterval       time.Duration `group:"Limits" env:"FOYER_LOGIN_INTERVAL" default:"6s" placeholder:"DURATION" help:"After how long one more may be; 0s: no limit (${env}; ${default})."`
	FailedLoginBurst    int           `group:"Limits" env:"FOYER_FAILED_LOGIN_BURST" default:"30" needs:"failed-login-interval" placeholder:"N" help:"How many log-ins from one address may fail at once, to accounts that have not logged in from there before (${env}; ${default})."`
	FailedLoginInterval time.Duration `group:"Limits" env:"FOYER_FAILED_LOGIN_INTERVAL" default:"2s" placeholder:"DURATION" help:"After how long one more may; 0s: no limit (${env}; ${default})."`

	TrustedProxy []proxyAddress `group:"Limits" env:"FOYER_TRUSTED_PROXY" sep:"," placeholder:"ADDRESS" help:"A proxy, or a network of them such as 10.0.0.0/8, whose X-Forwarded-For tells where a request comes from; repeatable (${env})."`
}

// check fails where the flags make no sense.
func (f *limitFlags) check() error {
	for _, flag := range []struct {
		name  string
		value int
		most  int // 0: whatever
	}{
		{"max-body", int(f.MaxBody), 0}, {"max-query", int(f.MaxQuery), 0}, {"max-tokens", f.MaxTokens, 0},
		{"max-depth", f.MaxDepth, 0}, {"max-aliases", f.MaxAliases, 0}, {"max-cost", f.MaxCost, 0},
		{"max-subscriptions", f.MaxSubscriptions, 0}, {"max-connections", f.MaxConnections, 0},
		{"max-connections-per-token", f.MaxConnectionsPerToken, 0}, {"max-connections-per-address", f.MaxConnectionsPerAddress, 0},
		{"max-waiting-per-address", f.MaxWaitingPerAddress, 0}, {"max-operations-per-account", f.MaxOperationsPerAccount, 0},
		{"max-operations-per-address", f.MaxOperationsPerAddress, 0}, {"max-answer", int(f.MaxAnswer), 0},
		{"connection-rate-burst", f.ConnectionRateBurst, 0}, {"stranger-rate-burst", f.StrangerRateBurst, 0},
		// Beyond these the templates and conditions of workflows could not take what they are about.
		{"max-text", f.MaxText, 1_000_000}, {"max-name", f.MaxName, 1_000}, {"max-category", f.MaxCategory, 1_000},
		{"max-summary", f.MaxSummary, 10_000}, {"max-attachments", f.MaxAttachments, 1_000}, {"max-tags", f.MaxTags, 1_000},
		{"max-fields", int(f.MaxFields), 1 << 20},
		{"login-burst", f.LoginBurst, 0}, {"failed-login-burst", f.FailedLoginBurst, 0},
	} {
		switch {
		case flag.value <= 0:
			return fmt.Errorf("--%s: want more than 0", flag.name)
		case flag.most > 0 && flag.value > flag.most:
			return fmt.Errorf("--%s: want at most %d", flag.name, flag.most)
		}
	}
	switch {
	case f.OperationTimeout <= 0:
		return errors.New("--operation-timeout: want more than 0s")
	case f.ConnectionRateLimit < 0:
		return errors.New("--connection-rate-limit: want 0 or more")
	case f.StrangerRateLimit < 0:
		return errors.New("--stranger-rate-limit: want 0 or more")
	}
	if f.MaxBody < 1<<10 {
		return errors.New("--max-body: want at least 1KiB: nobody could log in with less")
	}
	for name, interval := range map[string]time.Duration{"login": f.LoginInterval, "failed-login": f.FailedLoginInterval} {
		if interval < 0 {
			return fmt.Errorf("--%s-interval: want 0s or more", name)
		}
	}
	for _, flag := range []struct {
		name        string
		rate, burst int
	}{{"rate", f.RateLimit, f.RateBurst}, {"key-rate", f.KeyRateLimit, f.KeyRateBurst}} {
		switch {
		case flag.rate < 0:
			return fmt.Errorf("--%s-limit: want 0 or more", flag.name)
		case flag.rate > 0 && flag.burst < f.MaxCost:
			return fmt.Errorf("--%s-burst: want at least --max-cost, %d: nothing that costs more could ever run", flag.name, f.MaxCost)
		}
	}
	return nil
}

func (f *limitFlags) limits() Limits {
	return Limits{
		MaxBody: int(f.MaxBody), MaxQuery: int(f.MaxQuery), MaxTokens: f.MaxTokens,
		MaxDepth: f.MaxDepth, MaxAliases: f.MaxAliases, MaxCost: f.MaxCost, MaxSubscriptions: f.MaxSubscriptions,
		MaxConnections: f.MaxConnections, MaxConnectionsPerToken: f.MaxConnectionsPerToken,
		MaxConnectionsPerAddress: f.MaxConnectionsPerAddress, MaxWaitingPerAddress: f.MaxWaitingPerAddress,
		ConnectionRate:          ratelimit.Rate{PerSecond: float64(f.ConnectionRateLimit), Burst: f.ConnectionRateBurst},
		StrangerRate:            ratelimit.Rate{PerSecond: float64(f.StrangerRateLimit), Burst: f.StrangerRateBurst},
		MaxOperationsPerAccount: f.MaxOperationsPerAccount, MaxOperationsPerAddress: f.MaxOperationsPerAddress,
		OperationTimeout: f.OperationTimeout, MaxAnswer: int(f.MaxAnswer),
		Sessions:      resolvers.Rate{PerSecond: f.RateLimit, Burst: f.RateBurst},
		Keys:          resolvers.Rate{PerSecond: f.KeyRateLimit, Burst: f.KeyRateBurst},
		Introspection: f.Introspection,
		Content: engine.Limits{
			Text: f.MaxText, Name: f.MaxName, Category: f.MaxCategory, Summary: f.MaxSummary,
			Attachments: f.MaxAttachments, Tags: f.MaxTags, Fields: int(f.MaxFields),
			Logins:       engine.Attempts{Burst: f.LoginBurst, Interval: f.LoginInterval},
			FailedLogins: engine.Attempts{Burst: f.FailedLoginBurst, Interval: f.FailedLoginInterval},
		},
	}
}

func (f *limitFlags) proxies() []netip.Prefix {
	proxies := make([]netip.Prefix, len(f.TrustedProxy))
	for i, proxy := range f.TrustedProxy {
		proxies[i] = netip.Prefix(proxy)
	}
	return proxies
}

// byteSize is a number of bytes.
type byteSize int

// UnmarshalText reads a number, with KiB or MiB after it or nothing.
func (s *byteSize) UnmarshalText(text []byte) error {
	digits, unit := string(text), 1
	for suffix, size := range map[string]int{"KiB": 1 << 10, "MiB": 1 << 20} {
		if number, ok := strings.CutSuffix(digits, suffix); ok {
			digits, unit = number, size
			break
		}
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 || n > math.MaxInt32/unit {
		return fmt.Errorf("want a size such as 65536, 64KiB or 1MiB, not %q", text)
	}
	*s = byteSize(n * unit)
	return nil
}

// proxyAddress is where a proxy is, or several are.
type proxyAddress netip.Prefix

// UnmarshalText reads an address or a network.
func (p *proxyAddress) UnmarshalText(text []byte) error {
	if address, err := netip.ParseAddr(string(text)); err == nil {
		*p = proxyAddress(netip.PrefixFrom(address.Unmap(), address.Unmap().BitLen()))
		return nil
	}
	prefix, err := netip.ParsePrefix(string(text))
	if err != nil {
		return errors.New("want an address such as 10.0.0.1 or a network such as 10.0.0.0/8")
	}
	*p = proxyAddress(prefix.Masked())
	return nil
}
