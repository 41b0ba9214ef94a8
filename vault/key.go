package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// KeySize is how many bytes a key has.
const KeySize = 32

const (
	format  = 1 // of a sealed value: this byte, the key's mark, the nonce, the ciphertext
	keyMark = 8
)

var (
	// ErrOtherKey says that a value was sealed with another key.
	ErrOtherKey = errors.New("it was sealed with another key")
	// ErrBroken says that a sealed value was altered, or belongs to another name.
	ErrBroken = errors.New("it was changed after it was sealed")
)

// Key seals and opens secrets.
type Key struct {
	raw  []byte
	aead cipher.AEAD
	mark [keyMark]byte // distinguishes keys without revealing anything about them
}

// NewKey returns a key made of KeySize random bytes.
func NewKey(raw []byte) (*Key, error) {
	if len(raw) != KeySize {
		return nil, fmt.Errorf("a key has %d bytes, not %d", KeySize, len(raw))
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	k := &Key{raw: slices.Clone(raw), aead: aead}
	sum := sha256.Sum256(append([]byte("foyer key mark\n"), raw...))
	copy(k.mark[:], sum[:])
	return k, nil
}

// Derive returns a key of KeySize bytes for another purpose, from which neither this key nor that of a third purpose follows.
func (k *Key) Derive(purpose string) []byte {
	derived, err := hkdf.Key(sha256.New, k.raw, nil, purpose, KeySize)
	if err != nil {
		panic(fmt.Sprintf("derive a key: %v", err)) // only for sizes that a hash cannot make
	}
	return derived
}

// ParseKey reads a key in base 64, as GenerateKey writes it. Its errors do not show the text.
func ParseKey(text string) (*Key, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(raw) != KeySize {
		return nil, fmt.Errorf("want %d bytes in base 64, as openssl rand -base64 %d gives them", KeySize, KeySize)
	}
	return NewKey(raw)
}

// GenerateKey returns a new key in base 64.
func GenerateKey() string {
	raw := make([]byte, KeySize)
	_, _ = rand.Read(raw) // it never fails: see crypto/rand
	return base64.StdEncoding.EncodeToString(raw)
}

// Seal encrypts a value and binds it to the name: Open needs the same one.
func (k *Key) Seal(name, value string) []byte {
	sealed := make([]byte, 1+keyMark+k.aead.NonceSize())
	sealed[0] = format
	copy(sealed[1:], k.mark[:])
	nonce := sealed[1+keyMark:]
	_, _ = rand.Read(nonce) // it never fails: see crypto/rand
	return k.aead.Seal(sealed, nonce, []byte(value), []byte(name))
}

// Open returns the value sealed under the name. It fails with ErrOtherKey or ErrBroken.
func (k *Key) Open(name string, sealed []byte) (string, error) {
	head := 1 + keyMark + k.aead.NonceSize()
	if len(sealed) < head || sealed[0] != format {
		return "", ErrBroken
	}
	if [keyMark]byte(sealed[1:1+keyMark]) != k.mark {
		return "", ErrOtherKey
	}
	value, err := k.aead.Open(nil, sealed[1+keyMark:head], sealed[head:], []byte(name))
	if err != nil {
		return "", ErrBroken
	}
	return string(value), nil
}
