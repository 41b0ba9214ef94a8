package account

import (
	"foyer/inbox"
	"foyer/store"
)

// Sessions returns the sessions of the caller that have not ended, the newest first: at most 100. That of the token is marked
// as the current one. An API key has none.
func (a *Accounts) Sessions(r *store.Reader, caller inbox.Caller, token string) ([]*inbox.Session, error) {
	id := caller.Actor.Agent()
	if id == 0 {
		return nil, nil
	}
	now := a.now()
	list, err := r.Sessions(id, now, now.Add(-a.lifetime))
	if err != nil {
		return nil, err
	}
	current, err := r.Session(HashToken(token))
	for _, s := range list {
		s.Current = current != nil && s.ID == current.ID
		s.ExpiresAt = min(s.ExpiresAt, s.CreatedAt.Add(a.lifetime)) // the lifetime may be shorter now than when it was stored
	}
	return list, err
}

// EndSessionByID ends one of the caller's sessions when the transaction commits. It fails with NOT_FOUND.
func (a *Accounts) EndSessionByID(tx *store.Tx, caller inbox.Caller, id inbox.SessionID) error {
	agent := caller.Actor.Agent()
	hash, err := tx.SessionHash(agent, id)
	if err != nil {
		return err
	}
	if hash == nil {
		return inbox.NotFound("id", "session")
	}
	a.endAfter(tx, agent, hash)
	return tx.DeleteSession(hash)
}
