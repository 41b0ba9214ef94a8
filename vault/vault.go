// Package vault stores the secrets that the requests of workflows use.
//
// It owns how they are sealed (AES-256-GCM, each value bound to its name, so that a copy of the database reveals none),
// stored and masked in responses. Only Vault.Open returns values, to send requests. It may import inbox and store. A Vault
// and a Key are safe for concurrent use.
package vault

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"foyer/inbox"
	"foyer/store"
)

const (
	// minSecret is long enough that a value does not occur in other text by accident: Mask replaces each occurrence.
	minSecret  = 8
	maxSecret  = 4_000
	maxSecrets = 100
)

// secretName is the form of a secret's name.
var secretName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,99}$`)

// Vault stores secrets in the database, sealed with a key.
type Vault struct {
	db    *store.DB
	key   *Key
	clock func() time.Time
}

// New returns the vault of a database. Without a key, no secret can be set or opened.
func New(db *store.DB, key *Key, clock func() time.Time) *Vault {
	return &Vault{db: db, key: key, clock: clock}
}

// SetInput is a secret to store. It replaces the one with the same name.
type SetInput struct {
	Name  string
	Value string
}

// Set stores a secret for the requests of workflows. It fails with FORBIDDEN, INVALID and LIMIT_EXCEEDED.
func (v *Vault) Set(ctx context.Context, caller inbox.Caller, in SetInput) (*inbox.Secret, error) {
	if !caller.Manages() {
		return nil, inbox.Forbidden("Only managers can set secrets.")
	}
	if !secretName.MatchString(in.Name) {
		return nil, inbox.Errorf(inbox.CodeInvalid, "name", "A name consists of letters, digits and _, begins with a letter and has at most 100 characters.")
	}
	if n := utf8.RuneCountInString(in.Value); n < minSecret || n > maxSecret || !utf8.ValidString(in.Value) || strings.ContainsRune(in.Value, 0) {
		return nil, inbox.Errorf(inbox.CodeInvalid, "value", "A secret must have {least} to {limit} characters.", inbox.Named("least", minSecret), inbox.Named("limit", maxSecret))
	}
	if v.key == nil {
		return nil, errors.New("set a secret: the vault has no key")
	}
	sealed := v.key.Seal(in.Name, in.Value)
	return store.Update(ctx, v.db, func(tx *store.Tx) (*inbox.Secret, error) {
		if err := checkRoom(&tx.Reader, in.Name); err != nil {
			return nil, err
		}
		now := inbox.At(v.clock())
		if err := tx.PutSecret(&inbox.Secret{Name: in.Name, CreatedAt: now, UpdatedAt: now}, sealed); err != nil {
			return nil, err
		}
		return tx.Secret(in.Name)
	})
}

// checkRoom fails with LIMIT_EXCEEDED if a secret with this name would be one too many.
func checkRoom(r *store.Reader, name string) error {
	replaced, err := r.Secret(name)
	if err != nil || replaced != nil {
		return err
	}
	count, err := r.SecretCount()
	if err == nil && count >= maxSecrets {
		err = inbox.Errorf(inbox.CodeLimitExceeded, "name", "There are {count} secrets, and at most {limit} are allowed. Delete one first.", inbox.Named("count", count), inbox.Named("limit", maxSecrets))
	}
	return err
}

// Delete removes a secret. Steps that use it fail from then on. It fails with FORBIDDEN and NOT_FOUND.
func (v *Vault) Delete(ctx context.Context, caller inbox.Caller, name string) error {
	if !caller.Manages() {
		return inbox.Forbidden("Only managers can delete secrets.")
	}
	_, err := store.Update(ctx, v.db, func(tx *store.Tx) (struct{}, error) {
		existed, err := tx.DeleteSecret(name)
		if err == nil && !existed {
			err = inbox.NotFound("name", "secret")
		}
		return struct{}{}, err
	})
	return err
}

// Open returns the values of secrets by their names; names without a secret are left out. It fails with an
// *UnreadableError if one cannot be opened.
func (v *Vault) Open(ctx context.Context, names []string) (map[string]string, error) {
	if len(names) == 0 {
		return nil, nil
	}
	sealed, err := v.sealed(ctx, names)
	if err != nil {
		return nil, err
	}
	values := make(map[string]string, len(sealed))
	for _, s := range sealed {
		if values[s.Name], err = v.open(s); err != nil {
			return nil, &UnreadableError{Name: s.Name, Err: err}
		}
	}
	return values, nil
}

// Unreadable returns the names of the secrets that the key does not open.
func (v *Vault) Unreadable(ctx context.Context) ([]string, error) {
	sealed, err := v.sealed(ctx, nil)
	var names []string
	for _, s := range sealed {
		if _, err := v.open(s); err != nil {
			names = append(names, s.Name)
		}
	}
	return names, err
}

// sealed returns the stored secrets with these names, or all if names is nil.
func (v *Vault) sealed(ctx context.Context, names []string) ([]store.SealedSecret, error) {
	return store.View(ctx, v.db, func(r *store.ReadTx) ([]store.SealedSecret, error) { return r.SealedSecrets(names) })
}

func (v *Vault) open(s store.SealedSecret) (string, error) {
	if v.key == nil {
		return "", ErrOtherKey
	}
	return v.key.Open(s.Name, s.Sealed)
}

// UnreadableError says that the server's key does not open a secret.
type UnreadableError struct {
	Name string
	Err  error // ErrOtherKey or ErrBroken
}

// Error returns a sentence for whoever reads the run's log.
func (e *UnreadableError) Error() string {
	return fmt.Sprintf("the secret %q cannot be opened with the server's key; set it again", e.Name)
}

// Unwrap returns the cause.
func (e *UnreadableError) Unwrap() error { return e.Err }
