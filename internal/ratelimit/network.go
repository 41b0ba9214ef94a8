package ratelimit

import "net/netip"

// Network returns what an address is limited by: an IPv4 address is itself, and of an IPv6 address it is the first 64
// bits, since whoever has one has all of that network. The zero address has the zero network.
func Network(address netip.Addr) netip.Prefix {
	address = address.Unmap()
	bits := 64
	if address.Is4() {
		bits = 32
	}
	network, err := address.Prefix(bits)
	if err != nil { // the zero address
		return netip.Prefix{}
	}
	return network
}
