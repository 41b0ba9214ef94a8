package resolvers

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"testing"
	"time"
)

func TestAnAddressIsANetworkWhereItHasOne(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::", "2001:db8:1:3::": "2001:db8:1:3::",
	} {
		if got := network(netip.MustParseAddr(address)).String(); got != want {
			t.Errorf("%s is %s, want %s", address, got, want)
		}
	}
	if got := network(netip.Addr{}); got != (netip.Addr{}) {
		t.Errorf("no address is %s", got)
	}
}

func TestOnlySoManyBudgetsAreRemembered(t *testing.T) {
	now := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	b := newBudgets(Limits{Sessions: Rate{PerSecond: 1, Burst: 10}, Clock: func() time.Time { return now }})
	draw := func(token string) float64 {
		budget := b.of(context.WithValue(t.Context(), tokenKey{}, token), now)
		budget.AllowN(now, 1)
		return budget.TokensAt(now)
	}
	for i := range maxBudgets {
		draw(fmt.Sprint("early ", i))
	}
	now = now.Add(time.Second) // they are full again
	for i := range maxBudgets / 2 {
		draw(fmt.Sprint("late ", i))
	}
	if len(b.known) != maxBudgets/2 {
		t.Errorf("%d are remembered, want those that have spent something", len(b.known))
	}
	if left := draw("late 0"); left != 8 {
		t.Errorf("%v points are left of one that was remembered, want 8", left)
	}
	for i := range 2 * maxBudgets {
		draw(fmt.Sprint("flood ", i))
		if len(b.known) > maxBudgets {
			t.Fatalf("%d are remembered", len(b.known))
		}
	}
}

func TestACostIsWrittenAsItWouldBeOtherwise(t *testing.T) {
	for _, c := range []*cost{
		{Requested: 1, Maximum: 5000},
		{Requested: 52, Maximum: 5000, introspects: true, allowance: &allowance{Limit: 100, Remaining: 0, RestoreRate: 7, reset: 3.5}},
	} {
		want, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(c.AppendJSON([]byte("x"))); got != "x"+string(want) {
			t.Errorf("got %s, want x%s", got, want)
		}
	}
}
