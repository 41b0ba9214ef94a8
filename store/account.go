package store

import (
	"foyer/inbox"
)

// sweepLimit is how many outdated rows a change removes by the way: several for each that it adds, and never more than it has
// time for.
const sweepLimit = 100

// Session is an agent's log-in, known by the SHA-256 of its token.
type Session struct {
	AgentID   inbox.AgentID
	CreatedAt inbox.Time
	ExpiresAt inbox.Time
}

var sessionRows = rowsOf[Session]("sessions s")

// Session returns the session with this token hash, or nil; expired ones too.
func (r *Reader) Session(tokenHash []byte) (*Session, error) {
	return sessionRows.one(r, `FROM sessions s WHERE s.token_hash = ?`, tokenHash)
}

// InsertSession stores a new session.
func (tx *Tx) InsertSession(tokenHash []byte, s Session) error {
	_, err := tx.exec(`INSERT INTO sessions (token_hash, agent_id, created_at, expires_at) VALUES (?, ?, ?, ?)`,
		tokenHash, s.AgentID, s.CreatedAt, s.ExpiresAt)
	return err
}

// RenewSession moves a session's end.
func (tx *Tx) RenewSession(tokenHash []byte, expiresAt inbox.Time) error {
	_, err := tx.exec(`UPDATE sessions SET expires_at = ? WHERE token_hash = ?`, expiresAt, tokenHash)
	return err
}

// DeleteSession ends one session.
func (tx *Tx) DeleteSession(tokenHash []byte) error {
	_, err := tx.exec(`DELETE FROM sessions WHERE token_hash = ?`, tokenHash)
	return err
}

// DeleteSessionsBut ends all sessions of an agent but one.
func (tx *Tx) DeleteSessionsBut(agent inbox.AgentID, tokenHash []byte) error {
	_, err := tx.exec(`DELETE FROM sessions WHERE agent_id = ? AND token_hash <> ?`, agent, tokenHash)
	return err
}

// DeleteSessions ends all sessions of an agent.
func (tx *Tx) DeleteSessions(agent inbox.AgentID) error {
	_, err := tx.exec(`DELETE FROM sessions WHERE agent_id = ?`, agent)
	return err
}

// SessionsBeyond returns the token hashes of the sessions that an agent has beyond the newest so many, at most sweepLimit.
func (r *Reader) SessionsBeyond(agent inbox.AgentID, newest int) ([][]byte, error) {
	return query(r, scanValue[[]byte],
		`SELECT token_hash FROM sessions WHERE agent_id = ? ORDER BY created_at DESC, rowid DESC LIMIT ? + 0 OFFSET ? + 0`,
		agent, sweepLimit, newest)
}

// DeleteExpiredSessions forgets at most sweepLimit sessions that ended before a time, the oldest first.
func (tx *Tx) DeleteExpiredSessions(before inbox.Time) error {
	_, err := tx.exec(`DELETE FROM sessions WHERE token_hash IN (
		SELECT token_hash FROM sessions WHERE expires_at < ? ORDER BY expires_at`+limited+`)`, before, sweepLimit)
	return err
}

var apiKeyRows = rowsOf[inbox.APIKey]("api_keys k")

// APIKeys returns the keys with these ids, in no particular order; unknown ids give nothing.
func (r *Reader) APIKeys(ids []inbox.APIKeyID) ([]*inbox.APIKey, error) {
	return apiKeyRows.all(r, `FROM api_keys k WHERE k.id IN `+inList, list(ids))
}

// APIKeyList returns at most limit keys after the given one, in the order they were made; revoked ones too.
func (r *Reader) APIKeyList(after inbox.APIKeyID, limit int) ([]*inbox.APIKey, error) {
	return apiKeyRows.all(r, `FROM api_keys k WHERE k.id > ? ORDER BY k.id`+limited, after, limit)
}

// APIKey returns one key, or nil; revoked ones too.
func (r *Reader) APIKey(id inbox.APIKeyID) (*inbox.APIKey, error) {
	return apiKeyRows.one(r, `FROM api_keys k WHERE k.id = ?`, id)
}

// APIKeyBySecret returns the key whose secret has this hash, or nil; revoked ones too.
func (r *Reader) APIKeyBySecret(hash []byte) (*inbox.APIKey, error) {
	return apiKeyRows.one(r, `FROM api_keys k WHERE k.secret_hash = ?`, hash)
}

// InsertAPIKey stores a new key and gives it its id.
func (tx *Tx) InsertAPIKey(k *inbox.APIKey, secretHash []byte) error {
	id, err := insert[inbox.APIKeyID](tx, `INSERT INTO api_keys (name, role, secret_hash, created_at)
		VALUES (?, ?, ?, ?)`, k.Name, k.Role, secretHash, k.CreatedAt)
	k.ID = id
	return err
}

// RevokeAPIKey ends a key.
func (tx *Tx) RevokeAPIKey(id inbox.APIKeyID, at inbox.Time) error {
	_, err := tx.exec(`UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL`, at, id)
	return err
}

// TouchAPIKey stores when a key was last used.
func (tx *Tx) TouchAPIKey(id inbox.APIKeyID, at inbox.Time) error {
	_, err := tx.exec(`UPDATE api_keys SET last_used_at = ? WHERE id = ?`, at, id)
	return err
}
