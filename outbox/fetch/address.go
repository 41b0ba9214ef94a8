package fetch

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// closed4 are the IPv4 addresses that are not public: those of the special-purpose registry (RFC 6890 and later), and those at
// which clouds serve a machine's own metadata. Never written to.
var closed4 = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
	"192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
	"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"168.63.129.16/32", // a cloud's own; others lie in the ranges above: 169.254.169.254, 100.100.100.200, 192.0.0.192
)

// closed6 are the IPv6 addresses inside open6 that are not public. Never written to.
var closed6 = prefixes(
	"2001::/23",     // Teredo, ORCHID, benchmarking and others
	"2001:db8::/32", // documentation
	"2002::/16",     // 6to4: they hold IPv4 addresses
	"3fff::/20",     // documentation
	"2620:4f:8000::/48",
)

var (
	// open6 contains all public IPv6 addresses. Those outside are loopback, link-local, unique local, multicast, mapped,
	// compatible, or unassigned.
	open6 = netip.MustParsePrefix("2000::/3")
	// nat64 contains IPv4 addresses that a gateway translates to (RFC 6052).
	nat64 = netip.MustParsePrefix("64:ff9b::/96")
)

func prefixes(written ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(written))
	for i, text := range written {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}

// public reports whether an address is one of the public internet, in whatever form it is written.
func public(address netip.Addr) bool {
	address = address.WithZone("").Unmap()
	switch {
	case !address.IsValid():
		return false
	case nat64.Contains(address):
		last := address.As16()
		return public(netip.AddrFrom4([4]byte(last[12:])))
	case address.Is4():
		return !within(closed4, address)
	default:
		return open6.Contains(address) && !within(closed6, address)
	}
}

func within(list []netip.Prefix, address netip.Addr) bool {
	return slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(address) })
}

// Allowed is a host or a network outside the public internet that requests may go to. The zero value allows nothing.
type Allowed struct {
	host string
	net  netip.Prefix
}

// ParseAllowed reads a host (crm.internal), an address (10.0.0.5) or a network (10.0.0.0/8).
func ParseAllowed(text string) (Allowed, error) {
	if address, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		address = address.WithZone("").Unmap()
		return Allowed{net: netip.PrefixFrom(address, address.BitLen())}, nil
	}
	if network, err := netip.ParsePrefix(text); err == nil {
		if network.Addr().Is4In6() {
			return Allowed{}, errors.New("want an IPv4 network as 10.0.0.0/8")
		}
		return Allowed{net: network.Masked()}, nil
	}
	if text == "" || strings.ContainsAny(text, "/:@*? \t") {
		return Allowed{}, fmt.Errorf("want a host such as crm.internal, an address, or a network such as 10.0.0.0/8, not %q", text)
	}
	return Allowed{host: hostName(text)}, nil
}

// UnmarshalText reads what ParseAllowed does.
func (a *Allowed) UnmarshalText(text []byte) (err error) {
	*a, err = ParseAllowed(string(text))
	return err
}

// hostName returns the form in which host names are compared.
func hostName(host string) string { return strings.TrimSuffix(strings.ToLower(host), ".") }

// allowsHost reports whether the list has a host by its name, whatever its addresses are.
func allowsHost(list []Allowed, host string) bool {
	return slices.ContainsFunc(list, func(a Allowed) bool { return a.host != "" && a.host == hostName(host) })
}

// allowsAddress reports whether the list has an address.
func allowsAddress(list []Allowed, address netip.Addr) bool {
	plain := address.WithZone("").Unmap()
	return slices.ContainsFunc(list, func(a Allowed) bool { return a.net.IsValid() && a.net.Contains(plain) })
}
