package fetch

import "net/netip"

// Deem makes a client treat these addresses, and no others, as public: tests cannot listen on public ones.
func (c *Client) Deem(public ...netip.Addr) {
	c.public = func(address netip.Addr) bool {
		for _, one := range public {
			if one == address.Unmap() {
				return true
			}
		}
		return false
	}
}
