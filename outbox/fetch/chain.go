package fetch

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"sync/atomic"
)

// chain sends a request and the requests that its redirects lead to. Once a public host has answered, redirects lead only to
// public addresses, not to those that the operator allows: nobody outside can reach what is inside.
type chain struct {
	client  *Client
	outside atomic.Bool // whether a connection to a public host was made
}

// RoundTrip implements http.RoundTripper.
func (c *chain) RoundTrip(request *http.Request) (*http.Response, error) {
	transport := c.client.allowing
	if c.outside.Load() {
		transport = c.client.outward
	}
	response, err := transport.RoundTrip(request.WithContext(c.watch(request.Context())))
	if err == nil && response.StatusCode == http.StatusSwitchingProtocols {
		_ = response.Body.Close() // net/http gives up control of the connection: no deadline would end reading from it
		return nil, errProtocol
	}
	return response, err
}

// watch records whether a connection leads to a public host.
func (c *chain) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		to, err := netip.ParseAddrPort(info.Conn.RemoteAddr().String())
		if err != nil || c.client.public(to.Addr()) {
			c.outside.Store(true)
		}
	}})
}
