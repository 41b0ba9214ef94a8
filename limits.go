package main

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"strings"

	"foyer/inbox"
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
	Sessions, Keys                         resolvers.Rate
	// Introspection is the least role that may look at the schema; nobody may where it is "none", and whoever is logged in
	// where it is empty.
	Introspection string
}

// introspection tells who may look at the schema.
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

	RateLimit    int `group:"Limits" env:"FOYER_RATE_LIMIT" default:"10000" placeholder:"POINTS" help:"What an agent's session may spend per second, and whoever has no token by address; 0: no limit (${env}; ${default})."`
	RateBurst    int `group:"Limits" env:"FOYER_RATE_BURST" default:"100000" placeholder:"POINTS" help:"How much it may have saved up (${env}; ${default})."`
	KeyRateLimit int `group:"Limits" env:"FOYER_KEY_RATE_LIMIT" default:"1000000" placeholder:"POINTS" help:"What an API key may spend per second; 0: no limit (${env}; ${default})."`
	KeyRateBurst int `group:"Limits" env:"FOYER_KEY_RATE_BURST" default:"2000000" placeholder:"POINTS" help:"How much it may have saved up (${env}; ${default})."`

	TrustedProxy []proxyAddress `group:"Limits" env:"FOYER_TRUSTED_PROXY" sep:"," placeholder:"ADDRESS" help:"A proxy, or a network of them such as 10.0.0.0/8, whose X-Forwarded-For tells where a request comes from; repeatable (${env})."`
}

// check fails where the flags make no sense.
func (f *limitFlags) check() error {
	for _, flag := range []struct {
		name  string
		value int
	}{
		{"max-body", int(f.MaxBody)}, {"max-query", int(f.MaxQuery)}, {"max-tokens", f.MaxTokens}, {"max-depth", f.MaxDepth},
		{"max-aliases", f.MaxAliases}, {"max-cost", f.MaxCost}, {"max-subscriptions", f.MaxSubscriptions},
		{"max-connections", f.MaxConnections}, {"max-connections-per-token", f.MaxConnectionsPerToken},
	} {
		if flag.value <= 0 {
			return fmt.Errorf("--%s: want more than 0", flag.name)
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
		Sessions:      resolvers.Rate{PerSecond: f.RateLimit, Burst: f.RateBurst},
		Keys:          resolvers.Rate{PerSecond: f.KeyRateLimit, Burst: f.KeyRateBurst},
		Introspection: f.Introspection,
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
