package transport

import (
	"net"
	"net/http"
	"net/netip"
	"sync"

	"foyer/internal/ratelimit"
)

// plainConnections counts the open connections of each network that are not websockets.
type plainConnections struct {
	most    int
	proxies []netip.Prefix

	mu   sync.Mutex
	open map[netip.Addr]int
}

// LimitPlainConnections returns a function for http.Server.ConnState that closes a connection as soon as it is accepted
// if its network has more than most open. A client that opens connections and sends nothing, or half a header, is limited
// by this before anything is known about it. Websockets do not count: a Handler limits them itself. Trusted proxies stand
// for many clients and are not limited, and nothing is limited if most is 0.
func LimitPlainConnections(most int, proxies ...netip.Prefix) func(net.Conn, http.ConnState) {
	if most == 0 {
		return nil
	}
	return (&plainConnections{most: most, proxies: proxies, open: make(map[netip.Addr]int)}).changed
}

func (p *plainConnections) changed(conn net.Conn, state http.ConnState) {
	if state == http.StateActive || state == http.StateIdle {
		return
	}
	peer, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil || isWithin(p.proxies, peer.Addr().Unmap()) {
		return
	}
	network := ratelimit.NetworkAddr(peer.Addr())
	if state != http.StateNew { // closed, or a websocket from now on
		p.add(network, -1)
	} else if p.add(network, 1) > p.most {
		_ = conn.Close() // the server notices, and reports it closed
	}
}

// add changes the number of a network's connections by n and returns the new one.
func (p *plainConnections) add(network netip.Addr, n int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open[network] += n
	if p.open[network] <= 0 {
		delete(p.open, network)
	}
	return p.open[network]
}
