package engine

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/alexedwards/argon2id"

	"foyer/inbox"
	"foyer/internal/ratelimit"
	"foyer/store"
)

const (
	// sessionIdle is how long a session lasts without being used.
	sessionIdle = 14 * 24 * time.Hour
	// defaultSessionLifetime is how long a session lasts however much it is used.
	defaultSessionLifetime = 90 * 24 * time.Hour
	// useInterval is how often at the most the use of a token is written down.
	useInterval = time.Minute
)

// ErrUnauthenticated says that a token is unknown, expired or revoked.
var ErrUnauthenticated = errors.New("the token is unknown, expired or revoked")

// ErrEnded is the cause with which the context of a session ends that expired or was revoked.
var ErrEnded = errors.New("the session ended")

// accounts remembers who is behind recently used tokens, and ends what they hold open when an account changes.
type accounts struct {
	hashers   hashers
	guesses   guesses
	passwords *ratelimit.Limits // by who sets them
	pseudonym func(email string) string
	decoy     string // the hash of no password

	mu      *sync.Mutex
	known   map[string]*session // by token
	live    map[*liveSession]struct{}
	version int // rises with every change of an account
}

// session is who is behind a token.
type session struct {
	caller    inbox.Caller
	createdAt inbox.Time // of an agent's session, as expiresAt; zero for a key
	expiresAt inbox.Time
	usedAt    inbox.Time // when its use was last written down
}

// liveSession is something that lives as long as its session, such as a websocket.
type liveSession struct {
	actor inbox.ActorRef
	token string
	end   context.CancelCauseFunc
}

// maxKnown is how many tokens are remembered.
const maxKnown = 10_000

func newAccounts(l Limits, clock func() time.Time) accounts {
	decoy, err := argon2id.CreateHash("", passwordCost())
	if err != nil {
		panic(err) // crypto/rand never fails
	}
	return accounts{hashers: newHashers(), guesses: newGuesses(l, clock), pseudonym: newPseudonyms(), decoy: decoy,
		passwords: ratelimit.New(ratelimit.Every(l.Passwords.Interval, l.Passwords.Burst), maxGuessers, clock),
		mu:        new(sync.Mutex), known: make(map[string]*session), live: make(map[*liveSession]struct{})}
}

// changed forgets every token, since any could be the account's, and ends what the account holds open if it is over.
func (a *accounts) changed(actor inbox.ActorRef, over bool) {
	a.end(actor, func(string) bool { return over })
}

// end forgets every token and ends what an account holds open by some of its tokens.
func (a *accounts) end(actor inbox.ActorRef, which func(token string) bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.version++
	clear(a.known)
	for l := range a.live {
		if l.actor == actor && which(l.token) {
			l.end(ErrEnded)
		}
	}
}

// Authenticate tells who is behind a token. It fails with ErrUnauthenticated.
func (e *Engine) Authenticate(ctx context.Context, token string) (inbox.Caller, error) {
	s, err := e.session(ctx, token)
	if err != nil {
		return inbox.Caller{}, err
	}
	return s.caller, nil
}

func (e *Engine) session(ctx context.Context, token string) (session, error) {
	now := e.now()
	e.accounts.mu.Lock()
	known, version := e.accounts.known[token], e.accounts.version
	var s session
	if known != nil {
		s = *known
	}
	e.accounts.mu.Unlock()
	if known == nil {
		var err error
		if s, err = e.lookUp(ctx, token); err != nil {
			return s, err
		}
	}
	if s.expiresAt != 0 && s.expiresAt <= now {
		return s, ErrUnauthenticated
	}
	inUse := s.usedAt.Add(useInterval) > now
	if known != nil && inUse {
		return s, nil // as it is remembered
	}
	if !inUse {
		if err := e.noteUse(ctx, token, &s, now); err != nil {
			return s, err
		}
	}
	e.remember(token, s, version)
	return s, nil
}

// remember keeps who is behind a token, unless an account changed since it was looked up.
func (e *Engine) remember(token string, s session, version int) {
	e.accounts.mu.Lock()
	defer e.accounts.mu.Unlock()
	if e.accounts.version != version {
		return
	}
	if len(e.accounts.known) >= maxKnown {
		clear(e.accounts.known)
	}
	e.accounts.known[token] = &s
}

// lookUp finds out who is behind a token: with no look at the database where its form says that it is nobody's.
func (e *Engine) lookUp(ctx context.Context, token string) (session, error) {
	if !IsToken(token) {
		return session{}, ErrUnauthenticated
	}
	hash := hashToken(token)
	return store.View(ctx, e.db, func(r *store.ReadTx) (session, error) {
		if IsAPIKey(token) {
			k, err := r.APIKeyBySecret(hash)
			if err != nil {
				return session{}, err
			}
			if k == nil || k.RevokedAt != nil {
				return session{}, ErrUnauthenticated
			}
			s := session{caller: inbox.Caller{Actor: inbox.ByAPIKey(k.ID), Role: k.Role, Visibility: inbox.VisibilityAll}}
			if k.LastUsedAt != nil {
				s.usedAt = *k.LastUsedAt
			}
			return s, nil
		}
		stored, err := r.Session(hash)
		if err != nil {
			return session{}, err
		}
		if stored == nil {
			return session{}, ErrUnauthenticated
		}
		a, err := r.Agent(stored.AgentID)
		if err != nil {
			return session{}, err
		}
		if a == nil || a.DisabledAt != nil {
			return session{}, ErrUnauthenticated
		}
		s := session{caller: CallerOf(a), createdAt: stored.CreatedAt,
			expiresAt: min(stored.ExpiresAt, stored.CreatedAt.Add(e.lifetime)), usedAt: stored.ExpiresAt.Add(-sessionIdle)}
		return s, nil
	})
}

// CallerOf returns an agent as a caller. Who manages sees everything.
func CallerOf(a *inbox.Agent) inbox.Caller {
	c := inbox.Caller{Actor: inbox.ByAgent(a.ID), Role: a.Role, Visibility: a.Visibility}
	if c.Manages() {
		c.Visibility = inbox.VisibilityAll
	}
	return c
}

// noteUse writes down that a token was used. A session that is near its absolute end has nothing more to be written.
func (e *Engine) noteUse(ctx context.Context, token string, s *session, now inbox.Time) error {
	before := s.expiresAt
	s.usedAt = now
	if before != 0 {
		if s.expiresAt = e.sessionEnd(s.createdAt, now); s.expiresAt == before {
			return nil
		}
	}
	_, err := store.UpdateLater(ctx, e.db, func(tx *store.Tx) (struct{}, error) {
		if s.expiresAt != 0 {
			return struct{}{}, tx.RenewSession(hashToken(token), s.expiresAt)
		}
		return struct{}{}, tx.TouchAPIKey(inbox.APIKeyID(s.caller.Actor.ID), now)
	})
	return err
}

// sessionEnd returns when a session ends that is used now and not again.
func (e *Engine) sessionEnd(created, now inbox.Time) inbox.Time {
	return min(now.Add(sessionIdle), created.Add(e.lifetime))
}

// Hold authenticates what stays open, such as a websocket: the context it gives ends with ErrEnded when the session
// expires or is revoked. What it keeps of it goes when ctx ends. It fails with ErrUnauthenticated.
func (e *Engine) Hold(ctx context.Context, token string) (context.Context, error) {
	held, _, release, err := e.HoldUntil(ctx, token)
	if err == nil {
		context.AfterFunc(held, release)
	}
	return held, err
}

// HoldUntil is Hold for what ends soon: what is kept of it goes, and its context ends, when release is called, which must
// be. Nothing waits for the end of ctx, which would take a goroutine. It also returns who is behind the token as of now.
func (e *Engine) HoldUntil(ctx context.Context, token string) (held context.Context, caller inbox.Caller, release func(), err error) {
	for {
		e.accounts.mu.Lock()
		version := e.accounts.version
		e.accounts.mu.Unlock()
		s, err := e.session(ctx, token)
		if err != nil {
			return nil, inbox.Caller{}, nil, err
		}
		if held, release = e.accounts.hold(ctx, s.caller.Actor, token, version); held != nil {
			return held, s.caller, release, nil
		}
	}
}

// hold registers something open, unless an account changed since it was authenticated.
func (a *accounts) hold(ctx context.Context, actor inbox.ActorRef, token string, version int) (held context.Context, release func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.version != version {
		return nil, nil
	}
	held, end := context.WithCancelCause(ctx)
	l := &liveSession{actor: actor, token: token, end: end}
	a.live[l] = struct{}{}
	return held, func() {
		a.mu.Lock()
		delete(a.live, l)
		a.mu.Unlock()
		l.end(nil)
	}
}

// endExpired ends what is held open by sessions that have expired. Being open counts as use, so a session that still
// works is renewed.
func (e *Engine) endExpired(ctx context.Context) {
	e.accounts.mu.Lock()
	held := make([]*liveSession, 0, len(e.accounts.live))
	for l := range e.accounts.live {
		held = append(held, l)
	}
	e.accounts.mu.Unlock()
	for _, l := range held {
		if _, err := e.session(ctx, l.token); errors.Is(err, ErrUnauthenticated) {
			l.end(ErrEnded)
		}
	}
}
