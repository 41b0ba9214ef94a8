package ratelimit

import "net/netip"

// Network returns the key of an address. An IPv6 address counts with its whole network of 64 bits: whoever has one of
// these addresses usually has all of them.
func Network(address netip.Addr) string {
	network := NetworkAddr(address)
	if prefix, err := network.Prefix(64); err == nil && network.Is6() {
		return prefix.String()
	}
	return network.String()
}

// NetworkAddr returns the address that stands for the network of an address: it is the same for all addresses of a network.
func NetworkAddr(address netip.Addr) netip.Addr {
	address = address.Unmap().WithZone("")
	if prefix, err := address.Prefix(64); err == nil && address.Is6() {
		return prefix.Addr()
	}
	return address
}
