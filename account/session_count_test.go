package account_test

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"testing"
	"time"

	"foyer/account"
	"foyer/inbox"
	"foyer/store"
)

func TestAnAgentHasAHundredSessionsAndTheOldestEnd(t *testing.T) {
	d := newDesk(t)
	id := d.employ("eva@example.org")
	const before = 105
	token := func(i int) string {
		random := sha256.Sum256([]byte{byte(i)})
		return "fs_" + base64.RawURLEncoding.EncodeToString(random[:])
	}
	now := inbox.At(d.clock.Now())
	must(store.Update(d.ctx(), d.db, func(tx *store.Tx) (struct{}, error) {
		for i := range before {
			hash := sha256.Sum256([]byte(token(i)))
			s := &inbox.Session{AgentID: id, CreatedAt: now.Add(time.Duration(i-before) * time.Hour), ExpiresAt: now.Add(24 * time.Hour)}
			if err := tx.InsertSession(hash[:], s); err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, nil
	}))
	must(d.Authenticate(d.ctx(), token(0))) // it is remembered from now on
	in := must(d.Login(d.ctx(), "eva@example.org", password))
	must(d.Authenticate(d.ctx(), in.Token))
	for i := range before {
		_, err := d.Authenticate(d.ctx(), token(i))
		if ended := errors.Is(err, account.ErrUnauthenticated); ended != (i < 6) {
			t.Errorf("session %d of %d: %v", i, before, err)
		}
	}
}
