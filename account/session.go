package account

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"foyer/inbox"
	"foyer/store"
)

const (
	// sessionIdle is how long a session lasts without being used.
	sessionIdle = 14 * 24 * time.Hour
	// defaultLifetime is how long a session lasts however much it is used, unless Options says otherwise.
	defaultLifetime = 90 * 24 * time.Hour
	// useInterval is how long the use of a token is not recorded again.
	useInterval = time.Minute
	// maxRemembered is how many tokens are remembered.
	maxRemembered = 10_000
)

// ErrUnauthenticated says that a token is unknown, expired or revoked.
var ErrUnauthenticated = errors.New("the token is unknown, expired or revoked")

// ErrEnded is the cause with which a bound context ends when its token expires or is revoked.
var ErrEnded = errors.New("the session ended")

// session is the owner of a token, and how long the token holds.
type session struct {
	caller    inbox.Caller
	createdAt inbox.Time // of an agent's session, like expiresAt; zero for an API key
	expiresAt inbox.Time
	usedAt    inbox.Time // when its use was last recorded
}

// sessions remembers recently used tokens, and what is bound to them.
type sessions struct {
	mu       sync.Mutex
	byToken  map[string]session
	bindings map[*binding]struct{}
	version  int // rises with every change of an account: what was read before it is out of date
}

// binding is a context that ends with its token.
type binding struct {
	context.Context //nolint:containedctx // it is one

	actor inbox.ActorRef
	token string
	end   context.CancelCauseFunc
}

type bindingKey struct{}

// Value implements context.Context.
func (b *binding) Value(key any) any {
	if key == (bindingKey{}) {
		return b
	}
	return b.Context.Value(key)
}

func newSessions() sessions {
	return sessions{byToken: make(map[string]session), bindings: make(map[*binding]struct{})}
}

// recall returns what is remembered of a token, and the version that remember and bind are to be given.
func (s *sessions) recall(token string) (known session, version int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, ok = s.byToken[token]
	return known, s.version, ok
}

// remember stores what is known of a token, unless an account has changed since version.
func (s *sessions) remember(token string, known session, version int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.version != version {
		return
	}
	if len(s.byToken) >= maxRemembered {
		clear(s.byToken)
	}
	s.byToken[token] = known
}

// bind returns a context that ends with its token, or nil if an account has changed since version.
func (s *sessions) bind(ctx context.Context, actor inbox.ActorRef, token string, version int) (bound context.Context, release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.version != version {
		return nil, nil
	}
	ctx, end := context.WithCancelCause(ctx)
	b := &binding{Context: ctx, actor: actor, token: token, end: end}
	s.bindings[b] = struct{}{}
	return b, func() {
		s.mu.Lock()
		delete(s.bindings, b)
		s.mu.Unlock()
		b.end(nil)
	}
}

// unbind lets a context that is bound outlast its token.
func (s *sessions) unbind(ctx context.Context) {
	if b, ok := ctx.Value(bindingKey{}).(*binding); ok {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.bindings, b)
	}
}

// end forgets every token, since any could be the actor's, and ends what is bound to the actor's tokens that which selects.
func (s *sessions) end(actor inbox.ActorRef, which func(token string) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version++
	clear(s.byToken)
	for b := range s.bindings {
		if b.actor == actor && which(b.token) {
			b.end(ErrEnded)
		}
	}
}

// all returns everything that is bound.
func (s *sessions) all() []*binding {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Keys(s.bindings))
}

// Changed makes a change of an account take effect at once. It must be called once the change is durable. If the account is
// closed, what is bound to its tokens ends.
func (a *Accounts) Changed(actor inbox.ActorRef, closed bool) {
	a.sessions.end(actor, func(string) bool { return closed })
}

// Authenticate returns who a token belongs to. It fails with ErrUnauthenticated.
func (a *Accounts) Authenticate(ctx context.Context, token string) (inbox.Caller, error) {
	s, err := a.session(ctx, token)
	if err != nil {
		return inbox.Caller{}, err
	}
	return s.caller, nil
}

// Bind authenticates what stays open, such as a websocket: the context that it returns ends with ErrEnded when the token
// expires or is revoked. It also returns who the token belongs to now. Release, which must be called, ends the context; Bind
// itself does not wait for the end of ctx, which would take a goroutine. It fails with ErrUnauthenticated.
func (a *Accounts) Bind(ctx context.Context, token string) (bound context.Context, caller inbox.Caller, release func(), err error) {
	for {
		_, version, _ := a.sessions.recall(token)
		s, err := a.session(ctx, token)
		if err != nil {
			return nil, inbox.Caller{}, nil, err
		}
		if bound, release = a.sessions.bind(ctx, s.caller.Actor, token, version); bound != nil {
			return bound, s.caller, release, nil
		}
	}
}

// EndExpired ends what is bound to tokens that have expired. Being bound counts as use: a session that is still valid is
// renewed.
func (a *Accounts) EndExpired(ctx context.Context) {
	for _, b := range a.sessions.all() {
		if _, err := a.session(ctx, b.token); errors.Is(err, ErrUnauthenticated) {
			b.end(ErrEnded)
		}
	}
}

// session returns what is known of a token, and records its use.
func (a *Accounts) session(ctx context.Context, token string) (session, error) {
	s, version, remembered := a.sessions.recall(token)
	if !remembered {
		var err error
		if s, err = a.lookUp(ctx, token); err != nil {
			return s, err
		}
	}
	now := a.now()
	if s.expiresAt != 0 && s.expiresAt <= now {
		return s, ErrUnauthenticated
	}
	recorded := s.usedAt.Add(useInterval) > now
	if remembered && recorded {
		return s, nil
	}
	if !recorded {
		if err := a.recordUse(ctx, token, &s, now); err != nil {
			return s, err
		}
	}
	a.sessions.remember(token, s, version)
	return s, nil
}

// lookUp reads who a token belongs to. A text without the form of a token costs no look at the database.
func (a *Accounts) lookUp(ctx context.Context, token string) (session, error) {
	if !IsToken(token) {
		return session{}, ErrUnauthenticated
	}
	hash := HashToken(token)
	return store.View(ctx, a.db, func(r *store.ReadTx) (session, error) {
		if isKey(token) {
			return keySession(&r.Reader, hash)
		}
		return a.agentSession(&r.Reader, hash)
	})
}

func keySession(r *store.Reader, hash []byte) (session, error) {
	key, err := r.APIKeyBySecret(hash)
	if err != nil {
		return session{}, err
	}
	if key == nil || key.RevokedAt != nil {
		return session{}, ErrUnauthenticated
	}
	s := session{caller: key.Caller()}
	if key.LastUsedAt != nil {
		s.usedAt = *key.LastUsedAt
	}
	return s, nil
}

func (a *Accounts) agentSession(r *store.Reader, hash []byte) (session, error) {
	stored, err := r.Session(hash)
	if err != nil {
		return session{}, err
	}
	if stored == nil {
		return session{}, ErrUnauthenticated
	}
	agent, err := r.Agent(stored.AgentID)
	if err != nil {
		return session{}, err
	}
	if agent == nil || agent.DisabledAt != nil {
		return session{}, ErrUnauthenticated
	}
	return session{caller: agent.Caller(), createdAt: stored.CreatedAt,
		expiresAt: min(stored.ExpiresAt, stored.CreatedAt.Add(a.lifetime)), usedAt: stored.LastUsedAt}, nil
}

// recordUse stores that a token was used, which renews a session until the end of its lifetime.
func (a *Accounts) recordUse(ctx context.Context, token string, s *session, now inbox.Time) error {
	s.usedAt = now
	if s.expiresAt != 0 {
		s.expiresAt = a.sessionEnd(s.createdAt, now)
	}
	_, err := store.UpdateLater(ctx, a.db, func(tx *store.Tx) (struct{}, error) {
		if s.expiresAt != 0 {
			return struct{}{}, tx.RenewSession(HashToken(token), now, s.expiresAt)
		}
		return struct{}{}, tx.TouchAPIKey(inbox.APIKeyID(s.caller.Actor.ID), now)
	})
	return err
}

// sessionEnd returns when a session that is used now and never again expires.
func (a *Accounts) sessionEnd(created, now inbox.Time) inbox.Time {
	return min(now.Add(sessionIdle), created.Add(a.lifetime))
}

// Unbind lets a context that Bind returned outlast its token: what is under way is finished even if it ends the session itself.
func (a *Accounts) Unbind(ctx context.Context) { a.sessions.unbind(ctx) }

// EndSession ends the session of the token, or all of the caller's, when the transaction commits. It fails with INVALID for an API
// key.
func (a *Accounts) EndSession(tx *store.Tx, caller inbox.Caller, token string, everywhere bool) error {
	id := caller.Actor.Agent()
	if id == 0 {
		return inbox.Errorf(inbox.CodeInvalid, "", "An API key has no session to end. Revoke it with apiKeyRevoke.")
	}
	tx.AfterCommit(func() {
		a.sessions.end(caller.Actor, func(other string) bool { return everywhere || other == token })
	})
	if everywhere {
		return tx.DeleteSessions(id)
	}
	return tx.DeleteSession(HashToken(token))
}

// HasSession reports whether an agent has a session that has not expired.
func (a *Accounts) HasSession(r *store.Reader, agent inbox.AgentID) (bool, error) {
	now := a.now()
	return r.HasSession(agent, now, now.Add(-a.lifetime))
}

// RevokeKey ends an API key at once, and what is bound to it. It fails with FORBIDDEN and NOT_FOUND.
func (a *Accounts) RevokeKey(ctx context.Context, caller inbox.Caller, id inbox.APIKeyID) (*inbox.APIKey, error) {
	if err := RefuseKey(caller); err != nil {
		return nil, err
	}
	if !caller.Manages() {
		return nil, inbox.Forbidden("Only managers can revoke API keys.")
	}
	return store.Update(ctx, a.db, func(tx *store.Tx) (*inbox.APIKey, error) {
		if err := StillMay(&tx.Reader, caller); err != nil {
			return nil, err
		}
		key, err := tx.APIKey(id)
		if err != nil {
			return nil, err
		}
		if key == nil {
			return nil, inbox.NotFound("id", "API key")
		}
		if key.Role.Rank() > caller.Role.Rank() {
			return nil, inbox.Forbidden("You cannot revoke a key whose role is above your own.")
		}
		if key.RevokedAt == nil {
			key.RevokedAt = new(a.now())
		}
		tx.AfterCommit(func() { a.Changed(inbox.ByAPIKey(id), true) })
		return key, tx.RevokeAPIKey(id, *key.RevokedAt)
	})
}
