package vault_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"foyer/vault"
)

func newKey(t *testing.T) *vault.Key {
	t.Helper()
	key, err := vault.ParseKey(vault.GenerateKey() + "\n")
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestASecretOpensUnderItsNameWithItsKeyAlone(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	sealed := key.Seal("CRM", "s3cret value")
	if bytes.Contains(sealed, []byte("s3cret")) || bytes.Equal(sealed, key.Seal("CRM", "s3cret value")) {
		t.Errorf("the value shows in %q, or sealing it again looks the same", sealed)
	}
	if value, err := key.Open("CRM", sealed); value != "s3cret value" || err != nil {
		t.Errorf("got %q, %v", value, err)
	}
	if _, err := key.Open("SHOP", sealed); !errors.Is(err, vault.ErrBroken) {
		t.Errorf("under another name: %v", err)
	}
	if _, err := newKey(t).Open("CRM", sealed); !errors.Is(err, vault.ErrOtherKey) {
		t.Errorf("with another key: %v", err)
	}
	for at := range sealed {
		changed := bytes.Clone(sealed)
		changed[at] ^= 1
		if value, err := key.Open("CRM", changed); err == nil {
			t.Errorf("with byte %d changed it opens to %q", at, value)
		}
		if _, err := key.Open("CRM", sealed[:at]); err == nil {
			t.Errorf("its first %d bytes open", at)
		}
	}
}

func TestAKeyIs32BytesAndAnErrorDoesNotShowIt(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "hunter2", "aHVudGVyMg==", vault.GenerateKey() + "AAAA"} {
		if _, err := vault.ParseKey(text); err == nil || text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestADerivedKeyIsTheSameForItsPurposeAndKeyAlone(t *testing.T) {
	t.Parallel()
	text := vault.GenerateKey()
	key, err := vault.ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	again, err := vault.ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	derived := key.Derive("links")
	if len(derived) != vault.KeySize || !bytes.Equal(derived, again.Derive("links")) {
		t.Errorf("derived %d bytes, or others after a restart", len(derived))
	}
	raw, _ := base64.StdEncoding.DecodeString(text)
	for what, other := range map[string][]byte{"the key itself": raw, "another purpose": key.Derive("link"), "no purpose": key.Derive(""),
		"another key": newKey(t).Derive("links")} {
		if bytes.Equal(derived, other) {
			t.Errorf("%s has the same bytes", what)
		}
	}
	fixed, err := vault.NewKey(bytes.Repeat([]byte{7}, vault.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(fixed.Derive("links")[:8]); got != "ff8e858697ca3574" { // others would end all links that are in use
		t.Errorf("derived %s", got)
	}
}
