package engine

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"foyer/inbox"
)

const (
	sessionPrefix = "fs_"
	keyPrefix     = "fk_"
	tokenBytes    = 32
)

// newToken returns a random token, and the hash under which it is stored.
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

// IsToken reports whether a text has the form of a key's secret or of a session's token, whoever's it is.
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

// noKey refuses API keys what manages people, passwords or keys: a key that has leaked must not outlive its revocation, nor
// bring back an agent who was disabled.
func noKey(caller inbox.Caller) error {
	if caller.IsKey() {
		return inbox.Forbidden("An API key manages no agents, passwords or keys. Log in as an agent who may.")
	}
	return nil
}

// changeAccounts is change for what decides who may come in. Hashing passwords takes a while, so the caller is looked at
// again in the transaction: whoever was disabled meanwhile, or lost their role, changes nothing any more.
func changeAccounts[T any](ctx context.Context, e *Engine, caller inbox.Caller, fn func(w *work) (T, error)) (T, error) {
	return change(ctx, e, caller, func(w *work) (T, error) {
		if err := w.stillCaller(); err != nil {
			var none T
			return none, err
		}
		return fn(w)
	})
}

// stillCaller fails with FORBIDDEN where the agent who asks may no longer do what they might when they asked.
func (w *work) stillCaller() error {
	id := w.caller.Actor.Agent()
	if id == 0 {
		return nil
	}
	a, err := w.tx.Agent(id)
	if err != nil {
		return err
	}
	if a == nil || a.DisabledAt != nil || CallerOf(a) != w.caller {
		return inbox.Forbidden("Your account has just been changed. Ask again.")
	}
	return nil
}

// NewAPIKey is a key for an integration.
type NewAPIKey struct {
	Name           string
	Role           inbox.Role
	IdempotencyKey *string
}

// APIKeyCreated is a new key. The secret is shown once: it is empty where the key had been made before.
type APIKeyCreated struct {
	Key    *inbox.APIKey
	Secret string
}

// APIKeyCreate makes a key for an integration. It fails with FORBIDDEN, REQUIRED, LIMIT_EXCEEDED and IDEMPOTENCY_MISMATCH.
func (e *Engine) APIKeyCreate(ctx context.Context, caller inbox.Caller, in NewAPIKey) (*APIKeyCreated, error) {
	if err := noKey(caller); err != nil {
		return nil, err
	}
	if !caller.Manages() || in.Role.Rank() > caller.Role.Rank() {
		return nil, inbox.Forbidden("Only managers make keys, and nobody makes one above their own role.")
	}
	if err := checkName(&in.Name, e.limits.Name); err != nil {
		return nil, err
	}
	secret, hash := newToken(keyPrefix)
	return changeAccounts(ctx, e, caller, func(w *work) (*APIKeyCreated, error) {
		return once(w, in.IdempotencyKey, "apiKeyCreate", in, func(first *firstResult) (*APIKeyCreated, error) {
			if first != nil {
				k, err := w.tx.APIKey(first.Key)
				return &APIKeyCreated{Key: k}, err
			}
			k := &inbox.APIKey{Name: in.Name, Role: in.Role, CreatedAt: w.now}
			return &APIKeyCreated{Key: k, Secret: secret}, w.tx.InsertAPIKey(k, hash)
		}, func(c *APIKeyCreated) firstResult { return firstResult{Key: c.Key.ID} })
	})
}

// APIKeyRevoke ends a key at once, its open sockets too. It fails with FORBIDDEN and NOT_FOUND.
func (e *Engine) APIKeyRevoke(ctx context.Context, caller inbox.Caller, id inbox.APIKeyID) (*inbox.APIKey, error) {
	if err := noKey(caller); err != nil {
		return nil, err
	}
	if !caller.Manages() {
		return nil, inbox.Forbidden("Only managers revoke keys.")
	}
	return changeAccounts(ctx, e, caller, func(w *work) (*inbox.APIKey, error) {
		k, err := w.tx.APIKey(id)
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
		w.tx.AfterCommit(func() { w.engine.accounts.changed(inbox.ByAPIKey(id), true) })
		return k, w.tx.RevokeAPIKey(id, *k.RevokedAt)
	})
}
