package fetch

import "net/netip"

// Deem lets a client take these addresses, and no others, for public ones: nobody can listen on those that are.
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
