package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"foyer/vault"
)

// keyFile is where the key is that nobody gave: beside the database, and not in copies of it.
func keyFile(database string) string { return database + ".key" }

// loadKey returns the key that secrets are sealed with: the one given, else that of the key file, which is made where there
// is none.
func loadKey(given, database string, log *slog.Logger) (*vault.Key, error) {
	if given != "" {
		key, err := vault.ParseKey(given)
		if err != nil {
			return nil, fmt.Errorf("FOYER_SECRET_KEY: %w", err)
		}
		return key, nil
	}
	path := keyFile(database)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = makeKeyFile(path)
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

// makeKeyFile writes a new key. It is there whole or not at all: a half one would lock secrets away.
func makeKeyFile(path string) (text []byte, err error) {
	text = []byte(vault.GenerateKey() + "\n")
	part := path + "." + rand.Text()[:8]
	err = writeSecret(part, string(text))
	if err == nil {
		err = os.Link(part, path) // never over one that is there
	}
	err = errors.Join(err, os.Remove(part))
	if err != nil {
		return nil, err
	}
	return text, syncFolder(filepath.Dir(path))
}

// writeSecret writes a new file that nobody else can read, down to the disk. It fails where there is one already.
func writeSecret(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Sync(), file.Close())
}

// syncFolder makes the names in a folder last.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
