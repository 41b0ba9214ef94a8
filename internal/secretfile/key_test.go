package secretfile

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foyer/vault"
)

func TestTheKeyOfSecretsIsMadeOnceAndKeptBesideTheDatabase(t *testing.T) {
	database := filepath.Join(t.TempDir(), "foyer.db")
	logged := new(bytes.Buffer)
	log := slog.New(slog.NewTextHandler(logged, nil))
	first, err := LoadKey("", database, log)
	if err != nil {
		t.Fatal(err)
	}
	sealed := first.Seal("CRM", "long enough")
	info, err := os.Stat(KeyPath(database))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
	again, err := LoadKey("", database, log)
	if err != nil {
		t.Fatal(err)
	}
	if value, err := again.Open("CRM", sealed); value != "long enough" || err != nil {
		t.Errorf("the key changed: %q, %v", value, err)
	}
	text, err := os.ReadFile(KeyPath(database))
	if err != nil || strings.Contains(logged.String(), strings.TrimSpace(string(text))) {
		t.Errorf("the log shows the key, or %v", err)
	}
	if given, err := LoadKey(vault.GenerateKey(), database, log); err != nil {
		t.Error(err)
	} else if _, err := given.Open("CRM", sealed); err == nil {
		t.Error("the file counts although a key was given")
	}
	if left, err := filepath.Glob(database + "*"); err != nil || len(left) != 1 {
		t.Errorf("left are %q, %v", left, err)
	}
	if strings.Contains(logged.String(), "0600") {
		t.Errorf("it warns although nobody else can read the file: %s", logged)
	}
	if err := os.Chmod(KeyPath(database), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadKey("", database, log); err != nil || !strings.Contains(logged.String(), "its mode should be 0600") {
		t.Errorf("no warning: %v, %s", err, logged)
	}
}

func TestAKeyThatIsNoneStopsTheServerAndIsNotShown(t *testing.T) {
	database := filepath.Join(t.TempDir(), "foyer.db")
	log := slog.New(slog.DiscardHandler)
	if _, err := LoadKey("hunter2hunter2", database, log); err == nil || !strings.Contains(err.Error(), "FOYER_SECRET_KEY") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
	if err := os.WriteFile(KeyPath(database), []byte("hunter2hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadKey("", database, log); err == nil || !strings.Contains(err.Error(), KeyPath(database)) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
	if text, err := os.ReadFile(KeyPath(database)); err != nil || string(text) != "hunter2hunter2\n" {
		t.Errorf("the file was changed to %q, %v", text, err)
	}
}
