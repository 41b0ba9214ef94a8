package engine

import (
	"time"

	"foyer/inbox"
	"foyer/internal/ratelimit"
)

const (
	// maxGuessers is how many accounts, networks and pairs of them are remembered of each.
	maxGuessers = 10_000
	// familiarity is how many times more log-ins may fail from a network that is known to the account, and everywhere is
	// how many times more may from all others together.
	familiarity, everywhere = 3, 10
)

// guesses limits how many log-ins may fail. One that is under way counts as failed until it is known how it ends, so that
// no more are tried at once than one after another.
type guesses struct {
	strange  *ratelimit.Limits // by account and network, where it is not known to the account
	familiar *ratelimit.Limits // by account and network, where it is
	accounts *ratelimit.Limits // by account, over all networks that are not known to it
	networks *ratelimit.Limits // by network, over all accounts that do not know it
}

func newGuesses(l Limits, clock func() time.Time) guesses {
	limits := func(allowed Attempts, times int) *ratelimit.Limits {
		return ratelimit.New(ratelimit.Every(allowed.Interval, times*allowed.Burst), maxGuessers, clock)
	}
	return guesses{
		strange: limits(l.Logins, 1), familiar: limits(l.Logins, familiarity), accounts: limits(l.Logins, everywhere),
		networks: limits(l.FailedLogins, 1),
	}
}

// guess is one attempt at a password: the buckets that it has been taken from.
type guess struct {
	taken [3]struct {
		limits *ratelimit.Limits
		key    string
	}
	n int
}

// take takes the attempt from one more bucket, or reports that it is empty.
func (g *guess) take(limits *ratelimit.Limits, key string) bool {
	if !limits.Allow(key, 1) {
		return false
	}
	g.taken[g.n].limits, g.taken[g.n].key = limits, key
	g.n++
	return true
}

// giveBack makes the attempt one that does not count.
func (g *guess) giveBack() {
	for _, t := range g.taken[:g.n] {
		t.limits.Return(t.key, 1)
	}
}

// logIn begins a log-in to an account from a network. It fails with LIMIT_EXCEEDED. A network that is known to the account
// has an allowance of its own, which nobody elsewhere can use up.
func (g guesses) logIn(account string, network string, familiar bool) (*guess, error) {
	begun := new(guess)
	pair := account + " from " + network
	if familiar {
		if !begun.take(g.familiar, pair) {
			return nil, tooManyGuesses("email")
		}
		return begun, nil
	}
	if begun.take(g.strange, pair) && begun.take(g.accounts, account) {
		if begun.take(g.networks, network) {
			return begun, nil
		}
		begun.giveBack()
		return nil, inbox.Errorf(inbox.CodeLimitExceeded, "", "Too many log-ins from your address have failed. Wait a minute.")
	}
	begun.giveBack()
	return nil, tooManyGuesses("email")
}

// check fails as logIn would, and takes nothing: whoever is refused is not to wait for it.
func (g guesses) check(account, network string, familiar bool) error {
	begun, err := g.logIn(account, network, familiar)
	if err == nil {
		begun.giveBack()
	}
	return err
}

// inside begins an attempt by somebody who is logged in at the password they have. It fails with LIMIT_EXCEEDED.
func (g guesses) inside(account string) (*guess, error) {
	begun := new(guess)
	if !begun.take(g.strange, account+" from inside") {
		return nil, tooManyGuesses("currentPassword")
	}
	return begun, nil
}

func tooManyGuesses(field string) error {
	return inbox.Errorf(inbox.CodeLimitExceeded, field, "Too many attempts have failed. Wait a minute.")
}
