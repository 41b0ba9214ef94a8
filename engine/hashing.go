package engine

import (
	"context"
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

// maxStrangers is how many log-ins from networks that are not known to their accounts may be under way at once: as many as
// have their turn within the time of an operation, so that a whole office can begin its day in a new place. They cost
// little but patience, and whoever comes then is told so at once.
const maxStrangers = 256

// hashers are the two places where passwords are hashed: each takes 19 MiB and tens of milliseconds of a core. Strangers'
// log-ins get one of them alone, and whoever is logged in makes up one queue for everything else, so that neither keeps
// from logging in who has done so before.
type hashers struct {
	open, kept chan struct{} // the places; kept is not for strangers
	queue      chan struct{} // whose turn it is of those who are logged in
	strangers  chan struct{} // under way or waiting
}

func newHashers() hashers {
	return hashers{open: make(chan struct{}, 1), kept: make(chan struct{}, 1), queue: make(chan struct{}, 1), strangers: make(chan struct{}, maxStrangers)}
}

// familiar waits for a place for a log-in from a network that is known to its account. The function that it returns leaves
// the place.
func (h *hashers) familiar(ctx context.Context) (leave func(), err error) {
	defer noteWait(ctx, time.Now())
	select {
	case h.open <- struct{}{}:
		return func() { <-h.open }, nil
	case h.kept <- struct{}{}:
		return func() { <-h.kept }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// stranger waits for a place for any other log-in. It fails with LIMIT_EXCEEDED where too many wait already.
func (h *hashers) stranger(ctx context.Context) (leave func(), err error) {
	select {
	case h.strangers <- struct{}{}:
	default:
		return nil, inbox.Errorf(inbox.CodeLimitExceeded, "", "Too many log-ins are under way. Try again in a moment.")
	}
	defer noteWait(ctx, time.Now())
	select {
	case h.open <- struct{}{}:
		return func() { <-h.open; <-h.strangers }, nil
	case <-ctx.Done():
		<-h.strangers
		return nil, context.Cause(ctx)
	}
}

// member waits for a place for what somebody does who is logged in.
func (h *hashers) member(ctx context.Context) (leave func(), err error) {
	began := time.Now()
	select {
	case h.queue <- struct{}{}:
		noteWait(ctx, began)
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	leavePlace, err := h.familiar(ctx)
	if err != nil {
		<-h.queue
		return nil, err
	}
	return func() { leavePlace(); <-h.queue }, nil
}

// noteWait says that waiting for a turn is no work: whoever is behind others does not pay for theirs.
func noteWait(ctx context.Context, began time.Time) { store.NoteWait(ctx, time.Since(began)) }

// hashPassword returns the hash under which a password is stored, of its normal form: the same characters can be typed in
// several ways.
func (e *Engine) hashPassword(ctx context.Context, password string) (string, error) {
	leave, err := e.accounts.hashers.member(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	hash, err := argon2id.CreateHash(norm.NFC.String(password), passwordCost())
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// matches reports whether a password has a hash. Hashes from before passwords had a normal form are of what was typed.
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
