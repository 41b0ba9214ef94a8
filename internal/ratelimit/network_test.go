package ratelimit

import (
	"net/netip"
	"testing"
)

func TestAnAddressIsLimitedWithItsNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1":            "192.0.2.1",
		"::ffff:192.0.2.1":     "192.0.2.1",
		"2001:db8:0:1:a:b:c:d": "2001:db8:0:1::/64",
		"2001:db8:0:1::1":      "2001:db8:0:1::/64",
		"2001:db8:0:2::1":      "2001:db8:0:2::/64",
		"fe80::1%eth0":         "fe80::/64",
	} {
		if got := Network(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
	if Network(netip.Addr{}) != "invalid IP" {
		t.Errorf("no address has the key %q", Network(netip.Addr{}))
	}
}
