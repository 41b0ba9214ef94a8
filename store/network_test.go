package store

import (
	"fmt"
	"testing"

	"foyer/inbox"
)

func TestOnlyTheNetworksUsedLastAreRemembered(t *testing.T) {
	db := openTest(t)
	known := func(network string, since inbox.Time) bool {
		t.Helper()
		is, err := View(t.Context(), db, func(r *ReadTx) (bool, error) { return r.KnowsNetwork(1, network, since) })
		if err != nil {
			t.Fatal(err)
		}
		return is
	}
	change := func(fn func(tx *Tx) error) {
		t.Helper()
		if _, err := Update(t.Context(), db, func(tx *Tx) (struct{}, error) { return struct{}{}, fn(tx) }); err != nil {
			t.Fatal(err)
		}
	}
	change(func(tx *Tx) error {
		return tx.InsertAgent(&inbox.Agent{Name: "Ann", Email: "a@example.org", Role: inbox.RoleAgent, Visibility: inbox.VisibilityAll,
			Presence: inbox.PresenceOffline}, "a@example.org", "none")
	})
	remember := func(n int, at inbox.Time) {
		t.Helper()
		change(func(tx *Tx) error { return tx.RememberNetwork(1, fmt.Sprint(n), at, at-100) })
	}
	for n := range maxNetworks {
		remember(n, inbox.Time(1000+n))
	}
	remember(0, 1050) // again, so that another is the oldest
	remember(maxNetworks, 1060)
	if !known("0", 0) || known("1", 0) || !known("2", 0) || !known(fmt.Sprint(maxNetworks), 0) {
		t.Error("the network that was forgotten is not the one used longest ago")
	}
	if known("2", 1003) {
		t.Error("a network that was not used since is known")
	}
	remember(0, 1110)
	if known("5", 0) || !known("12", 0) {
		t.Error("the networks that were forgotten are not those used longest ago")
	}
	change(func(tx *Tx) error { return tx.ForgetNetworks(1) })
	if known("0", 0) {
		t.Error("a network is known after ForgetNetworks")
	}
}
