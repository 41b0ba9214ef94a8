package main

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foyer/cli"
	"foyer/internal/client"
	"foyer/internal/secretfile"
)

// readSecret returns the line of a file that nobody else may read.
func readSecret(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("%s has the mode %o", path, mode)
	}
	return strings.TrimSuffix(string(content), "\n")
}

// logged starts a server and stops it, and returns its log and its output.
func logged(t *testing.T, config Config) (log, out string) {
	t.Helper()
	written := newOutput()
	r := serveLogging(t, config, slog.New(slog.NewTextHandler(written, nil)))
	r.shutDown()
	return written.String(), r.out.String()
}

func TestAGeneratedPasswordIsInAFileAlone(t *testing.T) {
	config := testConfig(t)
	config.OwnerPassword = ""
	path := secretfile.PasswordPath(config.Database)
	// Whatever is there already, such as a link to somewhere else, is replaced and not written through.
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.Symlink(elsewhere, path); err != nil {
		t.Fatal(err)
	}
	log, out := logged(t, config)
	password := readSecret(t, path)
	if strings.Contains(log+out, password) || !strings.Contains(out, path) {
		t.Errorf("logged\n%s\nprinted\n%s", log, out)
	}
	if _, err := os.Stat(elsewhere); err == nil {
		t.Error("the password is where the link led")
	}

	log, out = logged(t, config)
	if out != "" || !strings.Contains(log, "delete it") {
		t.Errorf("the second start logged\n%s\nprinted\n%s", log, out)
	}
	if again := readSecret(t, path); again != password {
		t.Error("the second start made another password")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if log, out = logged(t, config); strings.Contains(log+out, "password") {
		t.Errorf("without the file it logged\n%s\nprinted\n%s", log, out)
	}
}

func TestAConfiguredPasswordIsInNoFileAndIgnoredWhereThereIsAnOwner(t *testing.T) {
	config := testConfig(t)
	log, out := logged(t, config)
	if _, err := os.Lstat(secretfile.PasswordPath(config.Database)); err == nil || out != "" || strings.Contains(log, "ignored") {
		t.Errorf("the file: %v; logged\n%s\nprinted\n%s", err, log, out)
	}
	config.OwnerPassword = "another battery"
	if log, _ = logged(t, config); !strings.Contains(log, "level=WARN") || !strings.Contains(log, "FOYER_OWNER_PASSWORD is ignored") {
		t.Errorf("logged\n%s", log)
	}
	config.OwnerPassword = testPassword
	serve(t, config).owner() // as before
}

func TestAnOwnerThatCannotBeMadeStopsTheStart(t *testing.T) {
	for _, password := range []string{"short", "password1", strings.Repeat("long", 60)} {
		config := testConfig(t)
		config.OwnerPassword = password
		err := NewMain(config, newOutput(), discard()).Run(t.Context())
		if err == nil || !strings.Contains(err.Error(), "FOYER_OWNER_PASSWORD") {
			t.Errorf("%q: got %v", password, err)
		}
	}
}

func TestAnOwnersPasswordIsResetOnAStoppedServer(t *testing.T) {
	config := testConfig(t)
	r := serve(t, config)
	token := r.session()
	reset := func(args ...string) (int, string, string) {
		return foyer(t, append([]string{"owner", "reset-password", "--database", "sqlite:" + config.Database}, args...)...)
	}
	if code, _, message := reset(); code != cli.ExitFailed || !strings.Contains(message, "stop it first") {
		t.Errorf("while it serves: exit code %d, %s", code, message)
	}
	r.shutDown()
	if code, _, message := reset("--email", "nobody@example.org"); code != cli.ExitFailed || !strings.Contains(message, testOwner) {
		t.Errorf("of an unknown owner: exit code %d, %s", code, message)
	}
	path := secretfile.PasswordPath(config.Database)
	if _, err := os.Stat(path); err == nil {
		t.Error("a failed reset left a password")
	}
	login := func(password string) {
		t.Helper()
		r := serve(t, config)
		defer r.shutDown()
		c, err := client.New(r.URL(), "")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := c.Login(t.Context(), testOwner, password); err != nil {
			t.Error(err)
		}
		if err := c.As(token).Do(t.Context(), `{ head }`, nil, &struct{}{}); err == nil {
			t.Error("a session from before goes on")
		}
	}

	code, out, message := reset()
	if code != cli.ExitOK || !strings.Contains(out, path) {
		t.Fatalf("exit code %d\n%s%s", code, out, message)
	}
	password := readSecret(t, path)
	if strings.Contains(out+message, password) {
		t.Errorf("the password was printed:\n%s%s", out, message)
	}
	login(password)

	t.Setenv("FOYER_OWNER_PASSWORD", "short")
	if code, _, message := reset(); code != cli.ExitFailed || !strings.Contains(message, "FOYER_OWNER_PASSWORD") {
		t.Errorf("too short: exit code %d, %s", code, message)
	}
	t.Setenv("FOYER_OWNER_PASSWORD", "another battery")
	if code, out, message := reset("--email", strings.ToUpper(testOwner)); code != cli.ExitOK || strings.Contains(out+message, "another battery") {
		t.Fatalf("exit code %d\n%s%s", code, out, message)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file of the password before it: %v", err)
	}
	login("another battery")
}
