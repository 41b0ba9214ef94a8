package transport

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// ClientAddress returns a Config.ClientAddress that trusts the proxies at these
// addresses: behind them, a request comes from the last address in
// X-Forwarded-For that is not a trusted proxy. What anybody else writes into
// that header is ignored.
func ClientAddress(proxies ...netip.Prefix) func(*http.Request) netip.Addr {
	return func(r *http.Request) netip.Addr {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil {
			return netip.Addr{}
		}
		address := peer.Addr().Unmap()
		forwarded := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for i := len(forwarded) - 1; i >= 0 && isWithin(proxies, address); i-- {
			next, err := netip.ParseAddr(strings.TrimSpace(forwarded[i]))
			if err != nil {
				break // The proxy has added no more.
			}
			address = next.Unmap()
		}
		return address.WithZone("")
	}
}

// isWithin reports whether an address is in one of the networks.
func isWithin(networks []netip.Prefix, address netip.Addr) bool {
	return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(address) })
}
