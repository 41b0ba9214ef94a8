package main

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"foyer/account"
	"foyer/engine"
	"foyer/inbox"
	"foyer/internal/ratelimit"
	"foyer/resolvers"
	"foyer/transport"
)

// Limits bound what clients may ask for. Zero values stand for the defaults of the packages.
type Limits struct {
	Transport  transport.Config // its limits; the rest of it is set by the server
	Operations resolvers.Limits
	Accounts   account.Limits
	Content    engine.Limits
	Files      engine.FileLimits
	MaxFile    int64 // how many bytes a file may have
}

// limitFlags are the flags of Limits.
type limitFlags struct {
	MaxBody       byteSize `group:"Limits" min:"1" env:"FOYER_MAX_BODY" default:"1MiB" placeholder:"SIZE" help:"How large a request, or a message on a websocket, may be (${env}; ${default})."`
	MaxQuery      byteSize `group:"Limits" min:"1" env:"FOYER_MAX_QUERY" default:"64KiB" placeholder:"SIZE" help:"How long a GraphQL document may be (${env}; ${default})."`
	MaxTokens     int      `group:"Limits" min:"1" env:"FOYER_MAX_TOKENS" default:"1000" placeholder:"N" help:"How many tokens it may have (${env}; ${default})."`
	MaxDepth      int      `group:"Limits" min:"1" env:"FOYER_MAX_DEPTH" default:"12" placeholder:"N" help:"How deep it may go; introspection may go 16 deep (${env}; ${default})."`
	MaxAliases    int      `group:"Limits" min:"1" env:"FOYER_MAX_ALIASES" default:"30" placeholder:"N" help:"How many fields may have an alias (${env}; ${default})."`
	MaxCost       int      `group:"Limits" min:"1" env:"FOYER_MAX_COST" default:"5000" placeholder:"POINTS" help:"How much an operation may cost (${env}; ${default})."`
	Introspection string   `group:"Limits" env:"FOYER_INTROSPECTION" default:"agent" enum:"agent,manager,owner,none" placeholder:"ROLE" help:"The least role that may look at the schema: agent, manager, owner or none (${env}; ${default})."`

	MaxSubscriptions       int `group:"Limits" min:"1" env:"FOYER_MAX_SUBSCRIPTIONS" default:"100" placeholder:"N" help:"How many operations a websocket may have under way (${env}; ${default})."`
	MaxConnections         int `group:"Limits" min:"1" env:"FOYER_MAX_CONNECTIONS" default:"30000" placeholder:"N" help:"How many websockets and event streams there may be (${env}; ${default})."`
	MaxConnectionsPerToken int `group:"Limits" min:"1" env:"FOYER_MAX_CONNECTIONS_PER_TOKEN" default:"15000" placeholder:"N" help:"How many of them one token may have (${env}; ${default})."`

	MaxConnectionsPerAddress int `group:"Limits" min:"1" env:"FOYER_MAX_CONNECTIONS_PER_ADDRESS" default:"10000" placeholder:"N" help:"How many of them one address may have, or one IPv6 network of 64 bits (${env}; ${default})."`
	MaxWaitingPerAddress     int `group:"Limits" min:"1" env:"FOYER_MAX_WAITING_PER_ADDRESS" default:"500" placeholder:"N" help:"How many websockets of one address may be open that have not shown a token yet (${env}; ${default})."`
	ConnectionRateLimit      int `group:"Limits" min:"0" env:"FOYER_CONNECTION_RATE_LIMIT" default:"200" placeholder:"N" help:"How many websockets one address may open per second; 0: no limit (${env}; ${default})."`
	ConnectionRateBurst      int `group:"Limits" min:"1" env:"FOYER_CONNECTION_RATE_BURST" default:"2000" placeholder:"N" help:"How many it may open at once (${env}; ${default})."`

	MaxOperationsPerAccount int           `group:"Limits" min:"1" env:"FOYER_MAX_OPERATIONS_PER_ACCOUNT" default:"128" placeholder:"N" help:"How many queries and mutations an agent, or an API key, may have under way, over all sessions (${env}; ${default})."`
	MaxOperationsPerAddress int           `group:"Limits" min:"1" env:"FOYER_MAX_OPERATIONS_PER_ADDRESS" default:"256" placeholder:"N" help:"How many whoever has no token may have under way, by address (${env}; ${default})."`
	OperationTimeout        time.Duration `group:"Limits" env:"FOYER_OPERATION_TIMEOUT" default:"10s" placeholder:"DURATION" help:"How long a query or a mutation may take (${env}; ${default})."`
	MaxAnswer               byteSize      `group:"Limits" min:"1" env:"FOYER_MAX_ANSWER" default:"16MiB" placeholder:"SIZE" help:"How large an answer may be (${env}; ${default})."`
	StrangerRateLimit       int           `group:"Limits" min:"0" env:"FOYER_STRANGER_RATE_LIMIT" default:"20" placeholder:"N" help:"How many requests without a token, or with one that is nobody's, one address may send per second; 0: no limit (${env}; ${default})."`
	StrangerRateBurst       int           `group:"Limits" min:"1" env:"FOYER_STRANGER_RATE_BURST" default:"1000" placeholder:"N" help:"How many it may send at once (${env}; ${default})."`

	RateLimit    int `group:"Limits" min:"0" env:"FOYER_RATE_LIMIT" default:"10000" placeholder:"POINTS" help:"What an agent may spend per second in all sessions, and whoever has no token by address; 0: no limit (${env}; ${default})."`
	RateBurst    int `group:"Limits" env:"FOYER_RATE_BURST" default:"100000" needs:"rate-limit" placeholder:"POINTS" help:"How much it may have saved up (${env}; ${default})."`
	KeyRateLimit int `group:"Limits" min:"0" env:"FOYER_KEY_RATE_LIMIT" default:"1000000" placeholder:"POINTS" help:"What an API key may spend per second; 0: no limit (${env}; ${default})."`
	KeyRateBurst int `group:"Limits" env:"FOYER_KEY_RATE_BURST" default:"2000000" needs:"key-rate-limit" placeholder:"POINTS" help:"How much it may have saved up (${env}; ${default})."`

	// With larger ones, the templates and conditions of workflows could not handle their inputs.
	MaxText        int      `group:"Limits" min:"1" max:"1000000" env:"FOYER_MAX_TEXT" default:"10000" placeholder:"N" help:"How many characters a message or a note may have (${env}; ${default})."`
	MaxName        int      `group:"Limits" min:"1" max:"1000" env:"FOYER_MAX_NAME" default:"200" placeholder:"N" help:"How many a name or a tag may have (${env}; ${default})."`
	MaxCategory    int      `group:"Limits" min:"1" max:"1000" env:"FOYER_MAX_CATEGORY" default:"128" placeholder:"N" help:"How many the category of a closed conversation may have (${env}; ${default})."`
	MaxSummary     int      `group:"Limits" min:"1" max:"10000" env:"FOYER_MAX_SUMMARY" default:"2000" placeholder:"N" help:"How many its summary may have (${env}; ${default})."`
	MaxAttachments int      `group:"Limits" min:"1" max:"1000" env:"FOYER_MAX_ATTACHMENTS" default:"20" placeholder:"N" help:"How many attachments a message may have (${env}; ${default})."`
	MaxTags        int      `group:"Limits" min:"1" max:"1000" env:"FOYER_MAX_TAGS" default:"100" placeholder:"N" help:"How many tags a contact may have (${env}; ${default})."`
	MaxFields      byteSize `group:"Limits" min:"1" max:"1048576" env:"FOYER_MAX_FIELDS" default:"32KiB" placeholder:"SIZE" help:"How much the custom fields of a contact may take (${env}; ${default})."`

	MaxFile        diskSize `group:"Limits" min:"1024" max:"1073741824" env:"FOYER_MAX_FILE" default:"25MiB" placeholder:"SIZE" help:"How large an uploaded file may be (${env}; ${default})."`
	MaxFiles       diskSize `group:"Limits" min:"1" env:"FOYER_MAX_FILES" default:"20GiB" placeholder:"SIZE" help:"How much all files may take (${env}; ${default})."`
	MaxUnusedFiles diskSize `group:"Limits" min:"1" env:"FOYER_MAX_UNUSED_FILES" default:"500MiB" placeholder:"SIZE" help:"How much the files may take that an agent, or an API key, has uploaded and nothing uses yet (${env}; ${default})."`

	LoginBurst          int           `group:"Limits" min:"1" env:"FOYER_LOGIN_BURST" default:"10" needs:"login-interval" placeholder:"N" help:"How many log-ins to an account may fail at once from one address; three times as many from where it has logged in before (${env}; ${default})."`
	LoginInterval       time.Duration `group:"Limits" min:"0s" env:"FOYER_LOGIN_INTERVAL" default:"6s" placeholder:"DURATION" help:"After how long one more may be; 0s: no limit (${env}; ${default})."`
	FailedLoginBurst    int           `group:"Limits" min:"1" env:"FOYER_FAILED_LOGIN_BURST" default:"30" needs:"failed-login-interval" placeholder:"N" help:"How many log-ins from one address may fail at once, to accounts that have not logged in from there before (${env}; ${default})."`
	FailedLoginInterval time.Duration `group:"Limits" min:"0s" env:"FOYER_FAILED_LOGIN_INTERVAL" default:"2s" placeholder:"DURATION" help:"After how long one more may; 0s: no limit (${env}; ${default})."`

	TrustedProxy []proxyAddress `group:"Limits" env:"FOYER_TRUSTED_PROXY" sep:"," placeholder:"ADDRESS" help:"A proxy, or a network of them such as 10.0.0.0/8, whose X-Forwarded-For tells where a request comes from; repeatable (${env})."`
}

// check returns an error if the flags contradict each other. The range of each is in its tags min and max.
func (f *limitFlags) check() error {
	switch {
	case f.OperationTimeout <= 0:
		return errors.New("--operation-timeout: want more than 0s")
	case f.MaxBody < 1<<10:
		return errors.New("--max-body: want at least 1KiB: nobody could log in with less")
	case f.RateLimit > 0 && f.RateBurst < f.MaxCost:
		return fmt.Errorf("--rate-burst: want at least --max-cost, %d: nothing that costs more could ever run", f.MaxCost)
	case f.KeyRateLimit > 0 && f.KeyRateBurst < f.MaxCost:
		return fmt.Errorf("--key-rate-burst: want at least --max-cost, %d: nothing that costs more could ever run", f.MaxCost)
	}
	return nil
}

func (f *limitFlags) limits() Limits {
	return Limits{
		Transport: transport.Config{
			MaxBody: int64(f.MaxBody), MaxMessage: int64(f.MaxBody), MaxQuery: int(f.MaxQuery), MaxAnswer: int(f.MaxAnswer),
			MaxSubscriptions: f.MaxSubscriptions, MaxConnections: f.MaxConnections,
			MaxConnectionsPerToken: f.MaxConnectionsPerToken, MaxConnectionsPerAddress: f.MaxConnectionsPerAddress,
			MaxWaitingPerAddress:    f.MaxWaitingPerAddress,
			ConnectionRate:          ratelimit.Rate{PerSecond: float64(f.ConnectionRateLimit), Burst: f.ConnectionRateBurst},
			StrangerRate:            ratelimit.Rate{PerSecond: float64(f.StrangerRateLimit), Burst: f.StrangerRateBurst},
			MaxOperationsPerAccount: f.MaxOperationsPerAccount, MaxOperationsPerAddress: f.MaxOperationsPerAddress,
			OperationTimeout: f.OperationTimeout,
		},
		Operations: resolvers.Limits{
			MaxDepth: f.MaxDepth, MaxAliases: f.MaxAliases, MaxCost: f.MaxCost, MaxTokens: f.MaxTokens, MaxAnswer: int(f.MaxAnswer),
			Sessions:      ratelimit.Rate{PerSecond: float64(f.RateLimit), Burst: f.RateBurst},
			Keys:          ratelimit.Rate{PerSecond: float64(f.KeyRateLimit), Burst: f.KeyRateBurst},
			Introspection: introspection(f.Introspection),
		},
		Content: engine.Limits{
			Text: f.MaxText, Name: f.MaxName, Category: f.MaxCategory, Summary: f.MaxSummary,
			Attachments: f.MaxAttachments, Tags: f.MaxTags, Fields: int(f.MaxFields),
		},
		Files: engine.FileLimits{Total: int64(f.MaxFiles), Unused: int64(f.MaxUnusedFiles)}, MaxFile: int64(f.MaxFile),
		Accounts: account.Limits{Logins: ratelimit.Every(f.LoginInterval, f.LoginBurst),
			FailedLogins: ratelimit.Every(f.FailedLoginInterval, f.FailedLoginBurst)},
	}
}

// introspection returns a function that reports whether a caller has at least a role, such as "agent". For "none" it
// returns false for everybody.
func introspection(least string) func(inbox.Caller) bool {
	if least == "none" {
		return func(inbox.Caller) bool { return false }
	}
	role := inbox.Role(strings.ToUpper(least))
	return func(caller inbox.Caller) bool { return caller.Role.Rank() >= role.Rank() }
}

// byteSize is a number of bytes.
type byteSize int

// UnmarshalText reads a number, optionally followed by KiB, MiB or GiB.
func (s *byteSize) UnmarshalText(text []byte) error {
	n, err := parseSize(string(text), math.MaxInt32)
	*s = byteSize(n)
	return err
}

// diskSize is a number of bytes on a disk.
type diskSize int64

// UnmarshalText reads a number, optionally followed by KiB, MiB or GiB.
func (s *diskSize) UnmarshalText(text []byte) error {
	n, err := parseSize(string(text), math.MaxInt64)
	*s = diskSize(n)
	return err
}

// parseSize reads a size of most bytes at the most.
func parseSize(text string, most int64) (int64, error) {
	digits, unit := text, int64(1)
	for suffix, size := range map[string]int64{"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30} {
		if number, ok := strings.CutSuffix(digits, suffix); ok {
			digits, unit = number, size
			break
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 || n > most/unit {
		return 0, fmt.Errorf("want a size such as 65536, 64KiB or 1MiB, not %q", text)
	}
	return n * unit, nil
}

// proxyAddress is the address of a proxy, or a network of proxies.
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
