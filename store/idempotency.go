package store

import "foyer/inbox"

// IdempotencyKey is the first use of a caller's key.
type IdempotencyKey struct {
	InputHash []byte
	Result    string // JSON
	CreatedAt inbox.Time
}

var idempotencyKeyRows = rowsOf[IdempotencyKey]("idempotency_keys k")

// IdempotencyKey returns the first use of a caller's key, or nil if there is none.
func (r *Reader) IdempotencyKey(caller, key string) (*IdempotencyKey, error) {
	return idempotencyKeyRows.one(r, `FROM idempotency_keys k WHERE k.caller = ? AND k.key = ?`, caller, key)
}

// SetIdempotencyKey stores the use of a caller's key, in place of one that has expired.
func (tx *Tx) SetIdempotencyKey(caller, key string, k IdempotencyKey) error {
	return tx.change(`INSERT INTO idempotency_keys (caller, key, input_hash, result, created_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (caller, key) DO UPDATE SET input_hash = excluded.input_hash, result = excluded.result,
		created_at = excluded.created_at`, caller, key, k.InputHash, k.Result, k.CreatedAt)
}

// DeleteIdempotencyKeys deletes at most sweepLimit keys that were first used before a time, the oldest first.
func (tx *Tx) DeleteIdempotencyKeys(before inbox.Time) error {
	return tx.change(`DELETE FROM idempotency_keys WHERE (caller, key) IN (
		SELECT caller, key FROM idempotency_keys WHERE created_at < ? ORDER BY created_at`+limited+`)`, before, sweepLimit)
}
