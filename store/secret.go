package store

import "foyer/inbox"

// SealedSecret is a secret's value, encrypted as it is stored.
type SealedSecret struct {
	Name   string
	Sealed []byte
}

var (
	secretRows       = rowsOf[inbox.Secret]("secrets s")
	sealedSecretRows = rowsOf[SealedSecret]("secrets s")
)

// Secret returns the secret with this name, without its value, or nil if there is none.
func (r *Reader) Secret(name string) (*inbox.Secret, error) {
	return secretRows.one(r, `FROM secrets s WHERE s.name = ?`, name)
}

// SecretList returns all secrets, without their values, by name.
func (r *Reader) SecretList() ([]*inbox.Secret, error) {
	return secretRows.all(r, `FROM secrets s ORDER BY s.name`)
}

// SecretCount returns the number of secrets.
func (r *Reader) SecretCount() (int, error) { return queryCount(r, `SELECT COUNT(*) FROM secrets`) }

// SealedSecrets returns the values of the secrets with these names, or of all if names is nil. Unknown names are left out.
func (r *Reader) SealedSecrets(names []string) ([]SealedSecret, error) {
	var where condition
	if names != nil {
		where.and(`s.name IN `+inList, list(names))
	}
	return sealedSecretRows.values(r, `FROM secrets s`+where.sql()+` ORDER BY s.id`, where.args...)
}

// PutSecret stores a secret. If there is one by its name, it replaces the value and leaves the id and the time of creation.
func (tx *Tx) PutSecret(s *inbox.Secret, sealed []byte) error {
	return tx.change(`INSERT INTO secrets (name, sealed, created_at, updated_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at`,
		s.Name, sealed, s.CreatedAt, s.UpdatedAt)
}

// DeleteSecret removes a secret and reports whether it was there.
func (tx *Tx) DeleteSecret(name string) (bool, error) {
	return tx.changesAny(`DELETE FROM secrets WHERE name = ?`, name)
}
