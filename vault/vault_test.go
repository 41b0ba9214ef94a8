package vault_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/inbox"
	"foyer/store"
	"foyer/vault"
)

func TestSecretsAreSetReplacedAndDeletedByManagers(t *testing.T) {
	t.Parallel()
	db, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "foyer.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	now := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	v := vault.New(db, newKey(t), func() time.Time { return now })
	owner, agent := inbox.Caller{Role: inbox.RoleOwner}, inbox.Caller{Role: inbox.RoleAgent}
	set := func(caller inbox.Caller, name, value string) error {
		_, err := v.Set(t.Context(), caller, vault.SetInput{Name: name, Value: value})
		return err
	}
	refused := func(err error, code inbox.Code, field string) {
		t.Helper()
		own, ok := errors.AsType[*inbox.Error](err)
		if !ok || own.Code != code || strings.Join(own.Field, ".") != field {
			t.Errorf("got %v, want %s of %q", err, code, field)
		}
	}
	refused(set(agent, "CRM", "long enough"), inbox.CodeForbidden, "")
	refused(v.Delete(t.Context(), agent, "CRM"), inbox.CodeForbidden, "")
	for _, name := range []string{"", "a b", "1a", "a.b", strings.Repeat("a", 101)} {
		refused(set(owner, name, "long enough"), inbox.CodeInvalid, "name")
	}
	for _, value := range []string{"", "1234567", strings.Repeat("x", 4001), "nul\x00nulnul", "bad\xffbadbad"} {
		refused(set(owner, "CRM", value), inbox.CodeInvalid, "value")
	}
	first, err := v.Set(t.Context(), owner, vault.SetInput{Name: "CRM", Value: "long enough"})
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Hour)
	second, err := v.Set(t.Context(), owner, vault.SetInput{Name: "CRM", Value: "another value"})
	if err != nil {
		t.Fatal(err)
	}
	if second.ID != first.ID || second.CreatedAt != first.CreatedAt || second.UpdatedAt != first.CreatedAt.Add(time.Hour) {
		t.Errorf("%+v became %+v", first, second)
	}
	if values, err := v.Open(t.Context(), []string{"CRM", "OTHER"}); err != nil || len(values) != 1 || values["CRM"] != "another value" {
		t.Errorf("opened are %v, %v", values, err)
	}
	if err := v.Delete(t.Context(), owner, "CRM"); err != nil {
		t.Error(err)
	}
	refused(v.Delete(t.Context(), owner, "CRM"), inbox.CodeNotFound, "name")
}
