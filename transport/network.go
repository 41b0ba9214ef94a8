package transport

import "net/netip"

// Network is what an address is limited by: whoever has an IPv6 address has 64 bits of them.
func Network(address netip.Addr) netip.Addr {
	address = address.Unmap()
	if !address.Is6() {
		return address
	}
	prefix, err := address.Prefix(64)
	if err != nil {
		return address
	}
	return prefix.Addr()
}
