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

// OverTLS returns a function that reports whether the client of a request uses TLS: to the server itself or, if the request
// comes from one of these proxies, to the outermost proxy, by X-Forwarded-Proto or Forwarded. What anybody else writes into
// these headers is ignored.
func OverTLS(proxies ...netip.Prefix) func(*http.Request) bool {
	return func(r *http.Request) bool {
		if r.TLS != nil {
			return true
		}
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		return err == nil && isWithin(proxies, peer.Addr().Unmap()) && strings.EqualFold(forwardedProto(r.Header), "https")
	}
}

// forwardedProto returns the scheme by which the outermost proxy was reached, or "" if no proxy says so.
func forwardedProto(header http.Header) string {
	if said := header.Get("X-Forwarded-Proto"); said != "" {
		first, _, _ := strings.Cut(said, ",")
		return strings.TrimSpace(first)
	}
	first, _, _ := strings.Cut(header.Get("Forwarded"), ",")
	for parameter := range strings.SplitSeq(first, ";") {
		if name, value, _ := strings.Cut(strings.TrimSpace(parameter), "="); strings.EqualFold(name, "proto") {
			return strings.Trim(value, `"`)
		}
	}
	return ""
}

// isWithin reports whether an address is in one of the networks.
func isWithin(networks []netip.Prefix, address netip.Addr) bool {
	return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(address) })
}
