package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

const (
	sessionPrefix = "fs_"
	keyPrefix     = "fk_"
	tokenBytes    = 32
)

// NewKey returns the secret of a new API key, and the hash under which it is stored.
func NewKey() (secret string, hash []byte) { return newToken(keyPrefix) }

// NewToken returns a random token for a secret address, and the hash under which it is stored.
func NewToken() (token string, hash []byte) { return newToken("") }

func newToken(prefix string) (token string, hash []byte) {
	var random [tokenBytes]byte
	_, _ = rand.Read(random[:]) // it never fails: see crypto/rand
	token = prefix + base64.RawURLEncoding.EncodeToString(random[:])
	return token, HashToken(token)
}

// HashToken returns the hash under which a token is stored.
func HashToken(token string) []byte {
	hash := sha256.Sum256([]byte(token))
	return hash[:]
}

// IsToken reports whether a text has the form of a session's token or of an API key's secret, whether or not it is one.
func IsToken(text string) bool {
	if !strings.HasPrefix(text, sessionPrefix) && !isKey(text) {
		return false
	}
	decoded, err := base64.RawURLEncoding.DecodeString(text[len(keyPrefix):]) // both prefixes are as long
	return err == nil && len(decoded) == tokenBytes
}

// isKey reports whether a text with the form of a token is that of an API key.
func isKey(token string) bool { return strings.HasPrefix(token, keyPrefix) }
