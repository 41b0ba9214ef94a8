package fetch

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// closed4 are the IPv4 addresses that no request may go to: by the registry of special purpose addresses (RFC 6890 and
// later), beside them the addresses that clouds give machines about themselves. Never written to.
var closed4 = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
	"192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
	"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"168.63.129.16/32", // a cloud's own; others lie in the ranges above: 169.254.169.254, 100.100.100.200, 192.0.0.192
)

// closed6 are the IPv6 addresses inside open6 that no request may go to. Never written to.
var closed6 = prefixes(
	"2001::/23",     // Teredo, ORCHID, benchmarking and others
	"2001:db8::/32", // documentation
	"2002::/16",     // 6to4: they hold IPv4 addresses
	"3fff::/20",     // documentation
	"2620:4f:8000::/48",
)

var (
	// open6 is where public IPv6 addresses lie. Whatever is outside is loopback, link-local, unique local, multicast,
	// mapped, compatible, or not given to anybody.
	open6 = netip.MustParsePrefix("2000::/3")
	// nat64 are IPv4 addresses that a gateway reaches (RFC 6052).
	nat64 = netip.MustParsePrefix("64:ff9b::/96")
)

func prefixes(written ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(written))
	for i, text := range written {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}

// public reports whether an address is one of the public internet, whatever form it has.
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
	for _, prefix := range list {
		if prefix.Contains(address) {
			return true
		}
	}
	return false
}

// Allowed is what requests may go to though it is not public: a host by its name, or addresses. The zero value allows
// nothing.
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

// hostName returns the form in which names of hosts are compared.
func hostName(host string) string { return strings.TrimSuffix(strings.ToLower(host), ".") }

// allowsHost reports whether requests may go to a host, wherever its name leads.
func allowsHost(list []Allowed, host string) bool {
	for _, allowed := range list {
		if allowed.host != "" && allowed.host == hostName(host) {
			return true
		}
	}
	return false
}

// allowsAddress reports whether requests may go to an address that is not public.
func allowsAddress(list []Allowed, address netip.Addr) bool {
	plain := address.WithZone("").Unmap()
	for _, allowed := range list {
		if allowed.net.IsValid() && allowed.net.Contains(plain) {
			return true
		}
	}
	return false
}
