package resolvers

import (
	"encoding/json"
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

func TestOnlySoManyAddressesAreRemembered(t *testing.T) {
	now := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	a := newAttempts(Limits{}.withDefaults().FailedLogins, func() time.Time { return now })
	for i := range 3 * maxAddresses {
		done, ok := a.begin(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}))
		if !ok {
			t.Fatal("an address is refused that never failed")
		}
		done(i%2 == 0)
		if len(a.known) > maxAddresses {
			t.Fatalf("%d are remembered", len(a.known))
		}
	}
}

func TestLogInsUnderWayCountAsIfTheyFailed(t *testing.T) {
	now := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	a := newAttempts(Limits{}.withDefaults().FailedLogins, func() time.Time { return now })
	var under []func(bool)
	for range 30 {
		done, ok := a.begin(netip.Addr{})
		if !ok {
			t.Fatal("refused too early")
		}
		under = append(under, done)
	}
	if _, ok := a.begin(netip.Addr{}); ok {
		t.Error("as many as may fail are under way, and one more is let in")
	}
	for i, done := range under {
		done(i > 0)
	}
	if _, ok := a.begin(netip.Addr{}); !ok {
		t.Error("one did not fail, and none is let in for it")
	}
}

func TestACostIsWrittenAsItWouldBeOtherwise(t *testing.T) {
	for _, c := range []*cost{
		{Requested: 1, Maximum: 5000},
		{Requested: 52, Maximum: 5000, Charged: 130},
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
