package engine

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"foyer/inbox"
	"foyer/store"
)

func TestOnlySoManyGuessersAreRemembered(t *testing.T) {
	now := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	g := newGuesses(Limits{}.withDefaults(), func() time.Time { return now })
	for i := range 2 * maxGuessers {
		network := fmt.Sprint(i)
		if _, err := g.logIn(network+"@example.org", network, i%2 == 0); err != nil {
			t.Fatalf("one that never failed: %v", err)
		}
	}
	for name, n := range map[string]int{"strange": g.strange.Len(), "familiar": g.familiar.Len(), "accounts": g.accounts.Len(), "networks": g.networks.Len()} {
		if n > maxGuessers {
			t.Errorf("%s: %d are remembered", name, n)
		}
	}
}

func TestStrangersAndMembersLeaveAPlaceToWhomIsKnown(t *testing.T) {
	h, ctx := newHashers(), t.Context()
	full, cancel := context.WithCancel(ctx)
	cancel() // whoever would have to wait fails
	leaveStranger, err := h.stranger(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.stranger(full); !errors.Is(err, context.Canceled) {
		t.Errorf("a second stranger: %v", err)
	}
	leave, err := h.familiar(ctx)
	if err != nil {
		t.Fatal(err)
	}
	leave()
	leaveMember, err := h.member(ctx)
	if err != nil {
		t.Fatal(err)
	}
	leaveStranger()
	if _, err := h.member(full); !errors.Is(err, context.Canceled) {
		t.Errorf("a second member: %v", err)
	}
	if leave, err = h.familiar(ctx); err != nil {
		t.Fatal(err)
	}
	leave()
	leaveMember()
	if leave, err = h.member(ctx); err != nil {
		t.Fatal(err)
	}
	leave()
}

func TestOnlySoManyStrangersWait(t *testing.T) {
	h := newHashers()
	if _, err := h.stranger(t.Context()); err != nil {
		t.Fatal(err)
	}
	waiting, end := context.WithCancel(t.Context())
	done := make(chan error, maxStrangers-1)
	for range cap(done) {
		go func() {
			_, err := h.stranger(waiting)
			done <- err
		}()
	}
	for len(h.strangers) < maxStrangers { // they come in their own goroutines
		time.Sleep(time.Millisecond)
	}
	_, err := h.stranger(t.Context())
	if own, ok := errors.AsType[*inbox.Error](err); !ok || own.Code != inbox.CodeLimitExceeded {
		t.Errorf("one more is answered %v", err)
	}
	end()
	for range cap(done) {
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	}
	if n := len(h.strangers); n != 1 {
		t.Errorf("%d are left", n)
	}
}

func TestWaitingToHashIsNoWork(t *testing.T) {
	for name, enter := range map[string]func(*hashers, context.Context) (func(), error){
		"stranger": (*hashers).stranger, "familiar": (*hashers).familiar, "member": (*hashers).member,
	} {
		synctest.Test(t, func(t *testing.T) {
			h, waits := newHashers(), new(store.Waits)
			var leave []func()
			for range 2 {
				left, err := h.familiar(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				leave = append(leave, left)
			}
			go func() {
				time.Sleep(time.Second)
				leave[0]()
				leave[1]()
			}()
			left, err := enter(&h, store.WithWaits(t.Context(), waits))
			if err != nil {
				t.Fatal(err)
			}
			left()
			if got := waits.Waited(); got != time.Second {
				t.Errorf("%s: %v counts as waiting, want one second", name, got)
			}
		})
	}
}
