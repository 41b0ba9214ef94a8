package engine

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"foyer/inbox"
	"foyer/store"
)

const (
	// sessionLifetime is how long a session lasts without being used.
	sessionLifetime = 14 * 24 * time.Hour
	// useInterval is how often at the most the use of a token is written down.
	useInterval = time.Minute

	minPassword = 8
	maxPassword = 200

	sessionPrefix = "fs_"
	keyPrefix     = "fk_"
	tokenBytes    = 32
)

// passwordCost is argon2id with the parameters OWASP recommends: 19 MiB, two passes.
func passwordCost() *argon2id.Params {
	return &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

func checkPassword(password string) error {
	if n := utf8.RuneCountInString(password); n < minPassword || n > maxPassword {
		return inbox.Errorf(inbox.CodeInvalid, "password", "A password has %d to %d characters.", minPassword, maxPassword)
	}
	return nil
}

// hashPassword is slow on purpose; at most two run at once.
func (e *Engine) hashPassword(ctx context.Context, password string) (string, error) {
	if err := e.accounts.enter(ctx); err != nil {
		return "", err
	}
	defer e.accounts.leave()
	hash, err := argon2id.CreateHash(password, passwordCost())
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

func (e *Engine) comparePassword(ctx context.Context, password, hash string) (bool, error) {
	if err := e.accounts.enter(ctx); err != nil {
		return false, err
	}
	defer e.accounts.leave()
	match, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return match, nil
}

// newToken gives a random token, and the hash under which it is stored.
func newToken(prefix string) (token string, hash []byte) {
	var random [tokenBytes]byte
	_, _ = rand.Read(random[:]) // it never fails: see crypto/rand
	token = prefix + base64.RawURLEncoding.EncodeToString(random[:])
	return token, hashToken(token)
}

func hashToken(token string) []byte {
	hash := sha256.Sum256([]byte(token))
	return hash[:]
}

// IsToken tells whether a text has the form of a key's secret or of a session's token, whoever's it is.
func IsToken(text string) bool {
	random, session := strings.CutPrefix(text, sessionPrefix)
	if !session {
		random = strings.TrimPrefix(text, keyPrefix)
		if random == text {
			return false
		}
	}
	decoded, err := base64.RawURLEncoding.DecodeString(random)
	return err == nil && len(decoded) == tokenBytes
}

// IsAPIKey tells a key's secret from the token of an agent's session, valid or not.
func IsAPIKey(token string) bool { return strings.HasPrefix(token, keyPrefix) }

// LoggedIn is a new session. The token is shown once.
type LoggedIn struct {
	Token     string
	Agent     *inbox.Agent
	ExpiresAt inbox.Time
}

// Login exchanges email and password for a token. It fails with INVALID, which does not tell whether the email is known,
// and LIMIT_EXCEEDED after too many attempts on one account.
func (e *Engine) Login(ctx context.Context, email, password string) (*LoggedIn, error) {
	wrong := inbox.Errorf(inbox.CodeInvalid, "", "Email or password is wrong.")
	key := fold(email)
	if !e.accounts.mayTry(key, e.clock(), e.limits.Logins) {
		return nil, inbox.Errorf(inbox.CodeLimitExceeded, "email", "Too many attempts. Wait a minute.")
	}
	known, err := store.View(ctx, e.db, func(r *store.ReadTx) (*store.Credentials, error) { return r.Credentials(key) })
	if err != nil {
		return nil, err
	}
	hash := e.accounts.decoy // an unknown email takes as long as a wrong password
	if known != nil {
		hash = known.PasswordHash
	}
	match, err := e.comparePassword(ctx, password, hash)
	if err != nil {
		return nil, err
	}
	if !match || known == nil || known.Agent.DisabledAt != nil {
		return nil, wrong
	}
	token, tokenHash := newToken(sessionPrefix)
	return store.Update(ctx, e.db, func(tx *store.Tx) (*LoggedIn, error) {
		now := e.now()
		session := store.Session{AgentID: known.Agent.ID, ExpiresAt: now.Add(sessionLifetime)}
		if err := tx.DeleteExpiredSessions(now); err != nil {
			return nil, err
		}
		if err := tx.InsertSession(tokenHash, session, now); err != nil {
			return nil, err
		}
		return &LoggedIn{Token: token, Agent: known.Agent, ExpiresAt: session.ExpiresAt}, nil
	})
}

// APIKeyCreated is a new key. The secret is shown once.
type APIKeyCreated struct {
	Key    *inbox.APIKey
	Secret string
}

// APIKeyCreate makes a key for an integration. It fails with FORBIDDEN, REQUIRED and LIMIT_EXCEEDED.
func (e *Engine) APIKeyCreate(ctx context.Context, caller inbox.Caller, name string, role inbox.Role) (*APIKeyCreated, error) {
	if !caller.Manages() || role.Rank() > caller.Role.Rank() {
		return nil, inbox.Forbidden("Only managers make keys, and nobody makes one above their own role.")
	}
	if err := required("name", name, e.limits.Name); err != nil {
		return nil, err
	}
	secret, hash := newToken(keyPrefix)
	return change(ctx, e, caller, func(w *work) (*APIKeyCreated, error) {
		k := &inbox.APIKey{Name: name, Role: role, CreatedAt: w.now}
		return &APIKeyCreated{Key: k, Secret: secret}, w.InsertAPIKey(k, hash)
	})
}

// APIKeyRevoke ends a key at once, its open sockets too. It fails with FORBIDDEN and NOT_FOUND.
func (e *Engine) APIKeyRevoke(ctx context.Context, caller inbox.Caller, id inbox.APIKeyID) (*inbox.APIKey, error) {
	if !caller.Manages() {
		return nil, inbox.Forbidden("Only managers revoke keys.")
	}
	return change(ctx, e, caller, func(w *work) (*inbox.APIKey, error) {
		k, err := w.APIKey(id)
		if err != nil {
			return nil, err
		}
		if k == nil {
			return nil, inbox.NotFound("id", "API key")
		}
		if k.Role.Rank() > caller.Role.Rank() {
			return nil, inbox.Forbidden("Nobody revokes a key above their own role.")
		}
		if k.RevokedAt == nil {
			k.RevokedAt = &w.now
		}
		w.AfterCommit(func() { w.engine.accounts.changed(inbox.ByAPIKey(id), true) })
		return k, w.RevokeAPIKey(id, *k.RevokedAt)
	})
}

// EnsureOwner creates the first owner where there is none; created tells whether it did. Without a password one is
// generated and answered.
func (e *Engine) EnsureOwner(ctx context.Context, email, password string) (created bool, generated string, err error) {
	exists, err := store.View(ctx, e.db, func(r *store.ReadTx) (bool, error) { return r.AnyOwner() })
	if err != nil || exists {
		return false, "", err
	}
	if password == "" {
		token, _ := newToken("")
		generated = strings.ToLower(token[:20])
		password = generated
	}
	caller := inbox.Caller{Actor: inbox.BySystem(), Role: inbox.RoleOwner, Visibility: inbox.VisibilityAll}
	_, err = e.AgentCreate(ctx, caller, AgentCreateInput{Name: "Owner", Email: email, Password: password, Role: inbox.RoleOwner})
	return err == nil, generated, err
}

// hashing is how many passwords are hashed at once: each takes 19 MiB and tens of milliseconds of one core.
func hashing() int { return min(2, runtime.NumCPU()) }
