// Package account decides who may come in.
//
// It owns sessions and API keys' tokens, logins and how often they may fail, passwords and what they may be, and the owner
// that the first start creates. Everything else about an agent (presence, teams, what is assigned to them) belongs to the
// engine, which calls this package to change agents and to create keys. It may import inbox, store and internal/ratelimit.
//
// Accounts is safe for concurrent use. It remembers who recently used tokens belong to, and starts no goroutine: the engine's
// timers call EndExpired.
package account

import (
	"cmp"
	"context"
	"strings"
	"time"

	"foyer/inbox"
	"foyer/internal/ratelimit"
	"foyer/store"
)

// maxKeys is how many keys each rate limit remembers: accounts, networks, or pairs of them.
const maxKeys = 10_000

// Accounts authenticates the callers of one database.
type Accounts struct {
	db        *store.DB
	clock     func() time.Time
	lifetime  time.Duration // of sessions, at most
	onLogin   func(context.Context, LoginReport)
	sessions  sessions
	hashing   hashing
	failures  failures
	passwords *ratelimit.Limits // passwords set, by agent
	pseudonym func(email string) string
}

// Options configures Accounts. The zero value stands for the system's clock and the defaults below.
type Options struct {
	Clock  func() time.Time
	Limits Limits
	// SessionLifetime is how long a session lasts at most, however much it is used. Zero stands for 90 days.
	SessionLifetime time.Duration
	// OnLogin is called with the outcome of each login, from several goroutines; nil: not called.
	OnLogin func(context.Context, LoginReport)
}

// Limits bound how often passwords may be tried and set. The zero Rate stands for the default.
type Limits struct {
	// Logins is how many log-ins to an account may fail from one network: ten at once, then one every six seconds. Three times
	// as many may fail from a network that the account has logged in from before, and ten times as many from all others
	// together.
	Logins ratelimit.Rate
	// FailedLogins is how many log-ins from one network may fail to all accounts that have not logged in from there before: 30
	// at once, then one every two seconds. Log-ins that succeed do not count, since a network may be a whole office's.
	FailedLogins ratelimit.Rate
	// Passwords is how many passwords an agent may set, their own and others': 100 at once, then one a second.
	Passwords ratelimit.Rate
}

func (l Limits) withDefaults() Limits {
	return Limits{Logins: cmp.Or(l.Logins, ratelimit.Every(6*time.Second, 10)),
		FailedLogins: cmp.Or(l.FailedLogins, ratelimit.Every(2*time.Second, 30)),
		Passwords:    cmp.Or(l.Passwords, ratelimit.Every(time.Second, 100))}
}

// New returns the accounts of an open database.
func New(db *store.DB, o Options) *Accounts {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.OnLogin == nil {
		o.OnLogin = func(context.Context, LoginReport) {}
	}
	limits := o.Limits.withDefaults()
	return &Accounts{db: db, clock: o.Clock, lifetime: cmp.Or(o.SessionLifetime, defaultLifetime), onLogin: o.OnLogin,
		sessions: newSessions(), hashing: newHashing(), failures: newFailures(limits, o.Clock),
		passwords: ratelimit.New(limits.Passwords, maxKeys, o.Clock), pseudonym: newPseudonyms()}
}

// SessionLifetime returns how long a session lasts at most.
func (a *Accounts) SessionLifetime() time.Duration { return a.lifetime }

func (a *Accounts) now() inbox.Time { return inbox.At(a.clock()) }

// RefuseKey fails with FORBIDDEN if the caller is an API key: keys cannot manage agents, passwords or keys, so that a leaked
// one can neither outlive its revocation nor enable an agent who was disabled.
func RefuseKey(caller inbox.Caller) error {
	if caller.IsKey() {
		return inbox.Forbidden("API keys cannot manage agents, passwords or keys. Log in as a manager.")
	}
	return nil
}

// StillMay fails with FORBIDDEN if the calling agent has been disabled, or has got another role or visibility, since they
// were authenticated. A use case that changes accounts checks it in its transaction, since hashing a password takes a while.
func StillMay(r *store.Reader, caller inbox.Caller) error {
	id := caller.Actor.Agent()
	if id == 0 {
		return nil
	}
	agent, err := r.Agent(id)
	if err != nil {
		return err
	}
	if agent == nil || agent.DisabledAt != nil || agent.Caller() != caller {
		return inbox.Forbidden("Your account has just been changed. Try again.")
	}
	return nil
}

// Close ends the sessions of an agent who is being disabled, and forgets the networks they have logged in from. Changed ends
// what is bound to the sessions.
func Close(tx *store.Tx, agent inbox.AgentID) error {
	return cmp.Or(tx.DeleteSessions(agent), tx.ForgetNetworks(agent))
}

// fold returns the form in which email addresses and names are compared.
func fold(text string) string { return inbox.Fold(strings.TrimSpace(text)) }
