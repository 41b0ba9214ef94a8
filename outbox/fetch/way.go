package fetch

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"sync/atomic"
)

// way sends a request and those that its redirects lead to. What the operator allows is for requests that begin inside:
// once a public host was asked, its answer leads to public addresses alone, so that nobody outside reaches what is inside.
type way struct {
	client  *Client
	outside atomic.Bool // a public host was asked
}

// RoundTrip implements http.RoundTripper.
func (w *way) RoundTrip(request *http.Request) (*http.Response, error) {
	transport := w.client.allowing
	if w.outside.Load() {
		transport = w.client.outward
	}
	response, err := transport.RoundTrip(request.WithContext(w.watch(request.Context())))
	if err == nil && response.StatusCode == http.StatusSwitchingProtocols {
		_ = response.Body.Close() // net/http has let go of the connection: no deadline would end reading from it
		return nil, errProtocol
	}
	return response, err
}

// watch notes where connections lead.
func (w *way) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		to, err := netip.ParseAddrPort(info.Conn.RemoteAddr().String())
		if err != nil || w.client.public(to.Addr()) {
			w.outside.Store(true)
		}
	}})
}
