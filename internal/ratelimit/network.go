package ratelimit

import "net/netip"

// Network returns the key of an address. An IPv6 address counts with its whole network of 64 bits: whoever has one of
// these addresses has all of them.
func Network(address netip.Addr) string {
	address = address.Unmap().WithZone("")
	if prefix, err := address.Prefix(64); err == nil && address.Is6() {
		return prefix.String()
	}
	return address.String()
}
