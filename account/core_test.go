package account

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alexedwards/argon2id"

	"foyer/inbox"
	"foyer/store"
)

func TestOnlySoManyFailuresAreRemembered(t *testing.T) {
	now := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	f := newFailures(Limits{}.withDefaults(), func() time.Time { return now })
	for i := range 2 * maxKeys {
		network := fmt.Sprint(i)
		if _, err := f.login(network+"@example.org", network, i%2 == 0); err != nil {
			t.Fatalf("one that never failed: %v", err)
		}
	}
	for name, n := range map[string]int{"unknown": f.unknown.Len(), "known": f.known.Len(), "accounts": f.accounts.Len(), "networks": f.networks.Len()} {
		if n > maxKeys {
			t.Errorf("%s: %d are remembered", name, n)
		}
	}
}

func TestLogInsFromUnknownNetworksAndCallersLeaveASlotToKnownNetworks(t *testing.T) {
	h, ctx := newHashing(), t.Context()
	full, cancel := context.WithCancel(ctx)
	cancel() // a call that has to wait fails
	releaseUnknown, err := h.acquireUnknown(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.acquireUnknown(full); !errors.Is(err, context.Canceled) {
		t.Errorf("a second one from an unknown network: %v", err)
	}
	release, err := h.acquireKnown(ctx)
	if err != nil {
		t.Fatal(err)
	}
	release()
	releaseLoggedIn, err := h.acquireLoggedIn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	releaseUnknown()
	if _, err := h.acquireLoggedIn(full); !errors.Is(err, context.Canceled) {
		t.Errorf("a second caller that is logged in: %v", err)
	}
	if release, err = h.acquireKnown(ctx); err != nil {
		t.Fatal(err)
	}
	release()
	releaseLoggedIn()
	if release, err = h.acquireLoggedIn(ctx); err != nil {
		t.Fatal(err)
	}
	release()
}

func TestOnlySoManyLogInsFromUnknownNetworksWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHashing()
		if _, err := h.acquireUnknown(t.Context()); err != nil {
			t.Fatal(err)
		}
		waiting, end := context.WithCancel(t.Context())
		done := make(chan error, maxUnknown-1)
		for range cap(done) {
			go func() {
				_, err := h.acquireUnknown(waiting)
				done <- err
			}()
		}
		synctest.Wait()
		_, err := h.acquireUnknown(t.Context())
		if own, ok := errors.AsType[*inbox.Error](err); !ok || own.Code != inbox.CodeLimitExceeded {
			t.Errorf("one more is answered %v", err)
		}
		end()
		for range cap(done) {
			if err := <-done; !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		}
		if n := len(h.unknown); n != 1 {
			t.Errorf("%d are left", n)
		}
	})
}

func TestWaitingToHashIsNoWork(t *testing.T) {
	for name, acquire := range map[string]func(*hashing, context.Context) (func(), error){
		"unknown": (*hashing).acquireUnknown, "known": (*hashing).acquireKnown, "logged in": (*hashing).acquireLoggedIn,
	} {
		synctest.Test(t, func(t *testing.T) {
			h, waits := newHashing(), new(store.Waits)
			var releases []func()
			for range 2 {
				release, err := h.acquireKnown(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				releases = append(releases, release)
			}
			go func() {
				time.Sleep(time.Second)
				releases[0]()
				releases[1]()
			}()
			release, err := acquire(&h, store.WithWaits(t.Context(), waits))
			if err != nil {
				t.Fatal(err)
			}
			release()
			if got := waits.Waited(); got != time.Second {
				t.Errorf("%s: %v counts as waiting, want one second", name, got)
			}
		})
	}
}

func TestTheDummyHashCostsAsMuchAsAPassword(t *testing.T) {
	params, salt, key, err := argon2id.DecodeHash(dummyHash(newHashing().cost))
	if err != nil || *params != *passwordCost() || params.Memory < 19*1024 || params.Iterations < 2 || len(salt) != 16 || len(key) != 32 {
		t.Errorf("got %+v, %d, %d, %v", params, len(salt), len(key), err)
	}
}
