package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
	"foyer/vault"
)

const (
	// minSecret keeps secrets long enough to be told apart from other text: what comes back of one is masked.
	minSecret  = 8
	maxSecret  = 4_000
	maxSecrets = 100
)

// SecretSetInput is a secret, new or in place of the one that has its name.
type SecretSetInput struct {
	Name  string
	Value string
}

// SecretSet keeps a secret that the requests of workflows can use by its name. Nothing ever shows its value again. It
// fails with FORBIDDEN, INVALID and LIMIT_EXCEEDED.
func (e *Engine) SecretSet(ctx context.Context, caller inbox.Caller, in SecretSetInput) (*inbox.Secret, error) {
	if !caller.Manages() {
		return nil, inbox.Forbidden("Only managers set secrets.")
	}
	if !workflow.IsSecretName(in.Name) {
		return nil, inbox.Errorf(inbox.CodeInvalid, "name", "A name has letters, digits and _, a letter first, and at most 100 of them.")
	}
	if n := utf8.RuneCountInString(in.Value); n < minSecret || n > maxSecret || !utf8.ValidString(in.Value) || strings.ContainsRune(in.Value, 0) {
		return nil, inbox.Errorf(inbox.CodeInvalid, "value", "A secret is a text of %d to %s characters.", minSecret, inbox.Thousands(maxSecret))
	}
	if e.key == nil {
		return nil, errors.New("set a secret: the engine has no key")
	}
	sealed := e.key.Seal(in.Name, in.Value)
	return change(ctx, e, caller, func(w *work) (*inbox.Secret, error) {
		known, err := w.tx.Secret(in.Name)
		if err != nil {
			return nil, err
		}
		if known == nil {
			count, err := w.tx.SecretCount()
			if err != nil {
				return nil, err
			}
			if count >= maxSecrets {
				return nil, inbox.Errorf(inbox.CodeLimitExceeded, "name", "There are %d secrets; at most %d are kept.", count, maxSecrets)
			}
		}
		if err := w.tx.PutSecret(&inbox.Secret{Name: in.Name, CreatedAt: w.now, UpdatedAt: w.now}, sealed); err != nil {
			return nil, err
		}
		return w.tx.Secret(in.Name)
	})
}

// SecretDelete forgets a secret. Steps that use it fail from then on. It fails with FORBIDDEN and NOT_FOUND.
func (e *Engine) SecretDelete(ctx context.Context, caller inbox.Caller, name string) error {
	if !caller.Manages() {
		return inbox.Forbidden("Only managers delete secrets.")
	}
	_, err := change(ctx, e, caller, func(w *work) (struct{}, error) {
		there, err := w.tx.DeleteSecret(name)
		if err == nil && !there {
			err = inbox.NotFound("name", "secret")
		}
		return struct{}{}, err
	})
	return err
}

// UnreadableSecrets returns the names of the secrets that the server's key does not open, for its operator.
func (e *Engine) UnreadableSecrets(ctx context.Context) ([]string, error) {
	sealed, err := store.View(ctx, e.db, func(r *store.ReadTx) ([]store.SealedSecret, error) { return r.SealedSecrets(nil) })
	if err != nil {
		return nil, err
	}
	var names []string
	for _, s := range sealed {
		if _, err := e.open(s); err != nil {
			names = append(names, s.Name)
		}
	}
	return names, nil
}

func (e *Engine) open(s store.SealedSecret) (string, error) {
	if e.key == nil {
		return "", vault.ErrOtherKey
	}
	return e.key.Open(s.Name, s.Sealed)
}

// secrets returns the values of secrets by their names; those that there are. One that cannot be opened is the operator's
// to see to: the step is told, and the log.
func (e *Engine) secrets(ctx context.Context, names []string) (map[string]string, error) {
	if len(names) == 0 {
		return nil, nil
	}
	sealed, err := store.View(ctx, e.db, func(r *store.ReadTx) ([]store.SealedSecret, error) { return r.SealedSecrets(names) })
	if err != nil {
		return nil, err
	}
	values := make(map[string]string, len(sealed))
	for _, s := range sealed {
		if values[s.Name], err = e.open(s); err != nil {
			e.log.ErrorContext(ctx, "a secret cannot be opened", "secret", s.Name, "error", err)
			return nil, &unreadableError{s.Name}
		}
	}
	return values, nil
}

// unreadableError says that the server's key does not open a secret.
type unreadableError struct{ name string }

func (e *unreadableError) Error() string {
	return fmt.Sprintf("the secret %q cannot be opened with the server's key; set it again", e.name)
}
