package secretfile

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"foyer/vault"
)

// KeyPath returns the path of the key that secrets are sealed with, unless the operator has set one.
func KeyPath(database string) string { return database + ".key" }

// LoadKey returns the key that secrets are sealed with: the given one or, if that is empty, the one in the key file,
// which is created if there is none.
func LoadKey(given, database string, log *slog.Logger) (*vault.Key, error) {
	if given != "" {
		key, err := vault.ParseKey(given)
		if err != nil {
			return nil, fmt.Errorf("FOYER_SECRET_KEY: %w", err)
		}
		return key, nil
	}
	path := KeyPath(database)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		text = []byte(vault.GenerateKey() + "\n")
		err = create(path, text, os.Link) // fails if there is one by now
		log.Info("made a key for secrets; keep a copy of it apart from copies of the database", "path", path)
	}
	if err != nil {
		return nil, fmt.Errorf("the key of secrets: %w", err)
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		log.Warn("others can read the key of secrets; its mode should be 0600", "path", path)
	}
	key, err := vault.ParseKey(string(text))
	if err != nil {
		return nil, fmt.Errorf("the key of secrets in %s: %w", path, err)
	}
	return key, nil
}
