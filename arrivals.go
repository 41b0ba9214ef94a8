package main

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"

	"foyer/internal/ratelimit"
)

// arrivals counts the connections from each network that are not websockets, from when they are accepted: whoever opens one
// and sends nothing, or half a header, is held to a number before anything is known of them. What is one too many is closed
// at once. Trusted proxies stand for many and are not counted.
type arrivals struct {
	most    int
	proxies []netip.Prefix

	mu   sync.Mutex
	open map[netip.Addr]int
}

// newArrivals returns what is told of each connection's state and lets a network have at most so many; zero: any number.
func newArrivals(most int, proxies []netip.Prefix) *arrivals {
	return &arrivals{most: most, proxies: proxies, open: make(map[netip.Addr]int)}
}

// changed is for http.Server.ConnState.
func (a *arrivals) changed(conn net.Conn, state http.ConnState) {
	if a.most == 0 || state == http.StateActive || state == http.StateIdle {
		return
	}
	peer, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil || a.trusts(peer.Addr().Unmap()) {
		return
	}
	network := ratelimit.NetworkAddr(peer.Addr())
	if state == http.StateNew {
		if a.enter(network) > a.most {
			_ = conn.Close() // the server notices, and says that it is closed
		}
		return
	}
	a.leave(network) // closed, or a websocket, which transport counts
}

func (a *arrivals) trusts(address netip.Addr) bool {
	return slices.ContainsFunc(a.proxies, func(p netip.Prefix) bool { return p.Contains(address) })
}

// enter counts one more and returns how many there are.
func (a *arrivals) enter(network netip.Addr) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.open[network]++
	return a.open[network]
}

func (a *arrivals) leave(network netip.Addr) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.open[network]--; a.open[network] <= 0 {
		delete(a.open, network)
	}
}
