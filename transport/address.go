package transport

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
)

type addressKey struct{}

// Address is where the request comes from that an operation runs for, or its
// websocket, as Config.ClientAddress tells. It is the zero address outside of
// operations and where there is none.
func Address(ctx context.Context) netip.Addr {
	address, _ := ctx.Value(addressKey{}).(netip.Addr)
	return address
}

// ClientAddress returns a Config.ClientAddress that believes the proxies at
// these addresses: behind them, a request comes from the last address in
// X-Forwarded-For that is none of theirs. What anybody else writes into that
// header is ignored.
func ClientAddress(proxies ...netip.Prefix) func(*http.Request) netip.Addr {
	trusted := func(address netip.Addr) bool {
		for _, proxy := range proxies {
			if proxy.Contains(address) {
				return true
			}
		}
		return false
	}
	return func(r *http.Request) netip.Addr {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil {
			return netip.Addr{}
		}
		address := peer.Addr().Unmap()
		forwarded := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for i := len(forwarded) - 1; i >= 0 && trusted(address); i-- {
			next, err := netip.ParseAddr(strings.TrimSpace(forwarded[i]))
			if err != nil {
				break // The proxy has told no more.
			}
			address = next.Unmap()
		}
		return address.WithZone("")
	}
}
