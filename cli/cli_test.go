package cli

import (
	"bytes"
	"strings"
	"testing"
)

// foyer runs a command to its end.
func foyer(t *testing.T, args ...string) (code int, out, errors string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = Run(t.Context(), new(Commands), args, Terminal{&stdout, &stderr})
	return code, stdout.String(), stderr.String()
}

func TestTheVersionIsTold(t *testing.T) {
	if code, out, _ := foyer(t, "version"); code != ExitOK || !strings.HasPrefix(out, "foyer ") {
		t.Errorf("exit code %d, %q", code, out)
	}
}

func TestDatabaseURLsNameFiles(t *testing.T) {
	for text, want := range map[string]string{
		"sqlite:foyer.db": "foyer.db", "sqlite:/var/lib/foyer.db": "/var/lib/foyer.db", "sqlite:///var/lib/foyer.db": "/var/lib/foyer.db",
	} {
		var d Database
		if err := d.UnmarshalText([]byte(text)); err != nil || d.Path != want {
			t.Errorf("%s: %q, %v", text, d.Path, err)
		}
	}
}
