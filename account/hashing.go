package account

import (
	"context"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"

	"foyer/inbox"
	"foyer/store"
)

// passwordCost is argon2id with the parameters OWASP recommends: 19 MiB, two passes.
func passwordCost() *argon2id.Params {
	return &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// maxUnknown is how many log-ins from unknown networks may be under way at once: as many as are hashed within the time of an
// operation, so that a whole office can begin its day in a new place. More are refused at once.
const maxUnknown = 256

// hashing is two slots in which passwords are hashed: each takes 19 MiB and tens of milliseconds of a core. Log-ins from
// unknown networks share one slot, and callers who are logged in wait in one queue, so that neither delays a log-in from a
// network that is known to its account.
type hashing struct {
	cost             *argon2id.Params // of new hashes
	shared, reserved chan struct{}    // the slots; reserved is not for log-ins from unknown networks
	loggedIn         chan struct{}    // has a value while one of those who are logged in has their turn
	unknown          chan struct{}    // has a value for each login from an unknown network, waiting or under way
}

func newHashing() hashing {
	return hashing{cost: passwordCost(), shared: make(chan struct{}, 1), reserved: make(chan struct{}, 1), loggedIn: make(chan struct{}, 1),
		unknown: make(chan struct{}, maxUnknown)}
}

// acquireKnown waits for a slot for a log-in from a network that is known to its account.
func (h *hashing) acquireKnown(ctx context.Context) (release func(), err error) {
	defer noteWait(ctx, time.Now())
	select {
	case h.shared <- struct{}{}:
		return func() { <-h.shared }, nil
	case h.reserved <- struct{}{}:
		return func() { <-h.reserved }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// acquireUnknown waits for a slot for any other log-in. It fails with LIMIT_EXCEEDED if too many are waiting.
func (h *hashing) acquireUnknown(ctx context.Context) (release func(), err error) {
	select {
	case h.unknown <- struct{}{}:
	default:
		return nil, inbox.Errorf(inbox.CodeLimitExceeded, "", "Too many logins are in progress. Try again in a moment.", inbox.Named("retryAfter", inbox.Duration(1)))
	}
	defer noteWait(ctx, time.Now())
	select {
	case h.shared <- struct{}{}:
		return func() { <-h.shared; <-h.unknown }, nil
	case <-ctx.Done():
		<-h.unknown
		return nil, context.Cause(ctx)
	}
}

// acquireLoggedIn waits for a slot for a caller who is logged in.
func (h *hashing) acquireLoggedIn(ctx context.Context) (release func(), err error) {
	began := time.Now()
	select {
	case h.loggedIn <- struct{}{}:
		noteWait(ctx, began)
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	releaseSlot, err := h.acquireKnown(ctx)
	if err != nil {
		<-h.loggedIn
		return nil, err
	}
	return func() { releaseSlot(); <-h.loggedIn }, nil
}

// noteWait keeps the time that an operation waits for a slot out of its cost.
func noteWait(ctx context.Context, began time.Time) { store.NoteWait(ctx, time.Since(began)) }

// hash returns the hash under which a password is stored. It is made of the normal form, since the same characters can be
// typed in several ways.
func (h *hashing) hash(ctx context.Context, password string) (string, error) {
	release, err := h.acquireLoggedIn(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	hash, err := argon2id.CreateHash(norm.NFC.String(password), h.cost)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// compare is matches for a caller who is logged in.
func (h *hashing) compare(ctx context.Context, password, hash string) (bool, error) {
	release, err := h.acquireLoggedIn(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	return matches(password, hash)
}

// matches reports whether a hash is that of a password. Earlier versions hashed passwords as they were typed.
func matches(password, hash string) (bool, error) {
	normal := norm.NFC.String(password)
	match, err := argon2id.ComparePasswordAndHash(normal, hash)
	if err == nil && !match && normal != password {
		match, err = argon2id.ComparePasswordAndHash(password, hash)
	}
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return match, nil
}

// dummyHash returns a hash that no password has, and that takes as long to compare with as one of a password.
func dummyHash(cost *argon2id.Params) string {
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", cost.Memory, cost.Iterations, cost.Parallelism,
		encode(make([]byte, cost.SaltLength)), encode(make([]byte, cost.KeyLength)))
}
