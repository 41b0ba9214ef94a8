package store

import "foyer/inbox"

// sweepLimit is how many outdated rows a change removes besides what it does: more than it adds, and few enough to take no
// time.
const sweepLimit = 100

var sessionRows = rowsOf[inbox.Session]("sessions s")

// Session returns the session with this token hash, expired or not, or nil if there is none.
func (r *Reader) Session(tokenHash []byte) (*inbox.Session, error) {
	return sessionRows.one(r, `FROM sessions s WHERE s.token_hash = ?`, tokenHash)
}

// Sessions returns the sessions of an agent that have not expired and that began after a time, the newest first.
func (r *Reader) Sessions(agent inbox.AgentID, now, begunAfter inbox.Time) ([]*inbox.Session, error) {
	return sessionRows.all(r, `FROM sessions s WHERE s.agent_id = ? AND s.expires_at > ? AND s.created_at > ? ORDER BY s.created_at DESC, s.id DESC`,
		agent, now, begunAfter)
}

// SessionHash returns the token hash of an agent's session, or nil if the agent has no session with this id.
func (r *Reader) SessionHash(agent inbox.AgentID, id inbox.SessionID) ([]byte, error) {
	found, err := query(r, scanValue[[]byte], `SELECT token_hash FROM sessions WHERE id = ? AND agent_id = ?`, id, agent)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// InsertSession stores a new session, known by the SHA-256 of its token, and sets its id.
func (tx *Tx) InsertSession(tokenHash []byte, s *inbox.Session) error {
	return sessionRows.insert(tx, s, hidden{"token_hash", tokenHash})
}

// RenewSession stores that a session was used, and when it expires.
func (tx *Tx) RenewSession(tokenHash []byte, usedAt, expiresAt inbox.Time) error {
	return tx.change(`UPDATE sessions SET last_used_at = ?, expires_at = ? WHERE token_hash = ?`, usedAt, expiresAt, tokenHash)
}

// DeleteSession ends one session.
func (tx *Tx) DeleteSession(tokenHash []byte) error {
	return tx.change(`DELETE FROM sessions WHERE token_hash = ?`, tokenHash)
}

// DeleteSessionsBut ends all sessions of an agent but one.
func (tx *Tx) DeleteSessionsBut(agent inbox.AgentID, tokenHash []byte) error {
	return tx.change(`DELETE FROM sessions WHERE agent_id = ? AND token_hash <> ?`, agent, tokenHash)
}

// DeleteSessions ends all sessions of an agent.
func (tx *Tx) DeleteSessions(agent inbox.AgentID) error {
	return tx.change(`DELETE FROM sessions WHERE agent_id = ?`, agent)
}

// HasSession reports whether an agent has a session that has not expired and that began after a time.
func (r *Reader) HasSession(agent inbox.AgentID, now, begunAfter inbox.Time) (bool, error) {
	return queryValue[bool](r, `SELECT EXISTS (SELECT 1 FROM sessions WHERE agent_id = ? AND expires_at > ? AND created_at > ?)`,
		agent, now, begunAfter)
}

// SessionsBeyond returns the token hashes of at most sweepLimit of an agent's sessions, leaving out the newest.
func (r *Reader) SessionsBeyond(agent inbox.AgentID, newest int) ([][]byte, error) {
	return query(r, scanValue[[]byte],
		`SELECT token_hash FROM sessions WHERE agent_id = ? ORDER BY created_at DESC, id DESC LIMIT ? + 0 OFFSET ? + 0`,
		agent, sweepLimit, newest)
}

// DeleteExpiredSessions removes at most sweepLimit sessions that expired before a time, the oldest first.
func (tx *Tx) DeleteExpiredSessions(before inbox.Time) error {
	return tx.change(`DELETE FROM sessions WHERE token_hash IN (
		SELECT token_hash FROM sessions WHERE expires_at < ? ORDER BY expires_at`+limited+`)`, before, sweepLimit)
}

var apiKeyRows = rowsOf[inbox.APIKey]("api_keys k")

// APIKeys returns the keys with these ids, in no particular order. Unknown ids are left out.
func (r *Reader) APIKeys(ids []inbox.APIKeyID) ([]*inbox.APIKey, error) {
	return apiKeyRows.all(r, `FROM api_keys k WHERE k.id IN `+inList, list(ids))
}

// APIKeyList returns at most limit keys after the given one, revoked or not, in the order they were created.
func (r *Reader) APIKeyList(after inbox.APIKeyID, limit int) ([]*inbox.APIKey, error) {
	return apiKeyRows.all(r, `FROM api_keys k WHERE k.id > ? ORDER BY k.id`+limited, after, limit)
}

// APIKey returns one key, revoked or not, or nil if there is none.
func (r *Reader) APIKey(id inbox.APIKeyID) (*inbox.APIKey, error) {
	return apiKeyRows.one(r, `FROM api_keys k WHERE k.id = ?`, id)
}

// APIKeyBySecret returns the key whose secret has this hash, revoked or not, or nil if there is none.
func (r *Reader) APIKeyBySecret(hash []byte) (*inbox.APIKey, error) {
	return apiKeyRows.one(r, `FROM api_keys k WHERE k.secret_hash = ?`, hash)
}

// InsertAPIKey stores a new key and sets its id.
func (tx *Tx) InsertAPIKey(k *inbox.APIKey, secretHash []byte) error {
	return apiKeyRows.insert(tx, k, hidden{"secret_hash", secretHash})
}

// RevokeAPIKey stores that a key was revoked, unless it was before.
func (tx *Tx) RevokeAPIKey(id inbox.APIKeyID, at inbox.Time) error {
	return tx.change(`UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL`, at, id)
}

// TouchAPIKey stores when a key was last used.
func (tx *Tx) TouchAPIKey(id inbox.APIKeyID, at inbox.Time) error {
	return tx.change(`UPDATE api_keys SET last_used_at = ? WHERE id = ?`, at, id)
}
