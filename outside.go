package main

import (
	"fmt"

	"foyer/outbox/fetch"
)

// outsideFlags say what workflows may reach, and what may reach them.
type outsideFlags struct {
	HTTPAllow     []allowedTarget `group:"Outside" env:"FOYER_HTTP_ALLOW" sep:"," placeholder:"HOST" help:"A host, or a network such as 10.0.0.0/8, outside the public internet that the requests of workflows may go to; repeatable (${env})."`
	HookRateLimit int             `group:"Outside" env:"FOYER_HOOK_RATE_LIMIT" default:"100" placeholder:"N" help:"How many webhooks a workflow takes per second, with bursts of ten times as many. 0: no limit (${env}; ${default})."`
	SecretKey     string          `hidden:"" env:"FOYER_SECRET_KEY" help:"What secrets are sealed with: 32 bytes in base 64 (${env}); otherwise a key is made beside the database, in a file that ends in .key."`
}

// check fails where the flags make no sense.
func (f *outsideFlags) check() error {
	if f.HookRateLimit < 0 {
		return fmt.Errorf("--hook-rate-limit: want 0 or more")
	}
	return nil
}

func (f *outsideFlags) allowed() []fetch.Allowed {
	list := make([]fetch.Allowed, len(f.HTTPAllow))
	for i, target := range f.HTTPAllow {
		list[i] = fetch.Allowed(target)
	}
	return list
}

// allowedTarget is where requests may go though it is not public.
type allowedTarget fetch.Allowed

// UnmarshalText reads a host, an address or a network.
func (a *allowedTarget) UnmarshalText(text []byte) error {
	allowed, err := fetch.ParseAllowed(string(text))
	*a = allowedTarget(allowed)
	return err
}
