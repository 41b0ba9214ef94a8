package account

import (
	"time"

	"foyer/inbox"
	"foyer/internal/ratelimit"
)

// knownFactor is how many times more logins may fail from a network that is known to the account, and allFactor from all
// unknown networks together.
const knownFactor, allFactor = 3, 10

// failures limits how many log-ins may fail. An attempt under way counts as failed until its outcome is known, so that no
// more passwords are tried at once than one after another.
type failures struct {
	unknown  *ratelimit.Limits // by account and network, for networks that are not known to the account
	known    *ratelimit.Limits // by account and network, for those that are
	accounts *ratelimit.Limits // by account, over all networks that are not known to it
	networks *ratelimit.Limits // by network, over all accounts that it is not known to
}

func newFailures(l Limits, clock func() time.Time) failures {
	limits := func(rate ratelimit.Rate, factor int) *ratelimit.Limits {
		rate.Burst *= factor
		return ratelimit.New(rate, maxKeys, clock)
	}
	return failures{unknown: limits(l.Logins, 1), known: limits(l.Logins, knownFactor), accounts: limits(l.Logins, allFactor),
		networks: limits(l.FailedLogins, 1)}
}

// attempt is one try at a password: the functions that take it back from the limits that it was charged to.
type attempt []func()

// charge counts the attempt as a failure of the key and reports whether the key had one left; if not, it counts nothing.
func (a *attempt) charge(limits *ratelimit.Limits, key string) bool {
	if !limits.Allow(key, 1) {
		return false
	}
	*a = append(*a, func() { limits.Return(key, 1) })
	return true
}

// refund returns what the attempt was charged: it did not fail.
func (a attempt) refund() {
	for _, takeBack := range a {
		takeBack()
	}
}

// login charges an attempt to log in to an account from a network. It fails with LIMIT_EXCEEDED, and charges nothing then. A
// network that is known to the account has an allowance of its own, which nobody elsewhere can use up.
func (f failures) login(account, network string, known bool) (attempt, error) {
	var a attempt
	pair := account + " from " + network
	switch {
	case known && a.charge(f.known, pair):
		return a, nil
	case known || !a.charge(f.unknown, pair) || !a.charge(f.accounts, account):
		a.refund()
		return nil, tooManyFailures("email")
	case !a.charge(f.networks, network):
		a.refund()
		return nil, inbox.Errorf(inbox.CodeLimitExceeded, "", "Too many logins from your address have failed. Wait a minute, then try again.",
			inbox.Named("retryAfter", inbox.Duration(60)))
	}
	return a, nil
}

// check fails as login would, and charges nothing.
func (f failures) check(account, network string, known bool) error {
	a, err := f.login(account, network, known)
	a.refund()
	return err
}

// confirm charges an attempt of somebody who is logged in at their own password. It fails with LIMIT_EXCEEDED.
func (f failures) confirm(account string) (attempt, error) {
	var a attempt
	if !a.charge(f.unknown, account+" from inside") {
		return nil, tooManyFailures("currentPassword")
	}
	return a, nil
}

func tooManyFailures(field string) error {
	return inbox.Errorf(inbox.CodeLimitExceeded, field, "Too many attempts have failed. Wait a minute, then try again.", inbox.Named("retryAfter", inbox.Duration(60)))
}
