package ratelimit

import (
	"net/netip"
	"testing"
)

func TestAnAddressIsLimitedByItsNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"203.0.113.7":         "203.0.113.7/32",
		"::ffff:203.0.113.7":  "203.0.113.7/32",
		"2001:db8:1:2:3::4":   "2001:db8:1:2::/64",
		"2001:db8:1:2::%eth0": "2001:db8:1:2::/64",
		"::1":                 "::/64",
	} {
		if got := Network(netip.MustParseAddr(address)).String(); got != want {
			t.Errorf("%s is of %s, want %s", address, got, want)
		}
	}
	if got := Network(netip.Addr{}); got.IsValid() {
		t.Errorf("no address is of %s", got)
	}
}
