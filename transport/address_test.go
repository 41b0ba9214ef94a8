package transport_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"foyer/transport"
)

func TestOnlyTrustedProxiesTellWhereARequestComesFrom(t *testing.T) {
	for _, c := range []struct {
		behaviour, peer string
		proxies         []string
		forwarded       []string
		want            string
	}{
		{behaviour: "a request", peer: "192.0.2.1:4711", want: "192.0.2.1"},
		{behaviour: "IPv4 as IPv6", peer: "[::ffff:192.0.2.1]:4711", want: "192.0.2.1"},
		{behaviour: "IPv6 with a zone", peer: "[fe80::1%eth0]:4711", want: "fe80::1"},
		{behaviour: "no proxy is trusted", peer: "192.0.2.1:4711", forwarded: []string{"198.51.100.7"}, want: "192.0.2.1"},
		{behaviour: "another one is", peer: "192.0.2.1:4711", proxies: []string{"192.0.2.2/32"}, forwarded: []string{"198.51.100.7"}, want: "192.0.2.1"},
		{behaviour: "a trusted one", peer: "192.0.2.1:4711", proxies: []string{"192.0.2.0/24"}, forwarded: []string{"198.51.100.7"}, want: "198.51.100.7"},
		{behaviour: "what the client has made up", peer: "192.0.2.1:4711", proxies: []string{"192.0.2.0/24"}, forwarded: []string{"10.0.0.1, 198.51.100.7"}, want: "198.51.100.7"},
		{behaviour: "a proxy behind a proxy", peer: "192.0.2.1:4711", proxies: []string{"192.0.2.0/24"}, forwarded: []string{"10.0.0.1, 198.51.100.7", "192.0.2.9"}, want: "198.51.100.7"},
		{behaviour: "nothing but proxies", peer: "192.0.2.1:4711", proxies: []string{"192.0.2.0/24"}, forwarded: []string{"192.0.2.8"}, want: "192.0.2.8"},
		{behaviour: "a proxy that says nothing", peer: "192.0.2.1:4711", proxies: []string{"192.0.2.0/24"}, want: "192.0.2.1"},
		{behaviour: "a proxy that does not know", peer: "192.0.2.1:4711", proxies: []string{"192.0.2.0/24"}, forwarded: []string{"198.51.100.7, unknown"}, want: "192.0.2.1"},
		{behaviour: "no network", peer: "pipe", want: "invalid IP"},
	} {
		t.Run(c.behaviour, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/", http.NoBody)
			r.RemoteAddr = c.peer
			for _, value := range c.forwarded {
				r.Header.Add("X-Forwarded-For", value)
			}
			var proxies []netip.Prefix
			for _, proxy := range c.proxies {
				proxies = append(proxies, netip.MustParsePrefix(proxy))
			}
			if got := transport.ClientAddress(proxies...)(r).String(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestOperationsKnowTheirAddress(t *testing.T) {
	s := newServer(t, func(c *transport.Config) {
		c.ClientAddress = func(*http.Request) netip.Addr { return netip.MustParseAddr("192.0.2.1") }
	})
	s.schema.fields["hello"] = func(ctx context.Context, _ map[string]any) (any, error) {
		return transport.Address(ctx).String(), nil
	}
	call{body: `{"query":"{ hello }"}`, status: 200, want: `{"data":{"hello":"192.0.2.1"}}`}.run(t, s)
	c := s.connect(t)
	c.subscribe("1", `{ hello }`)
	c.expect(`{"id":"1","type":"next","payload":{"data":{"hello":"192.0.2.1"}}}`)
	if got := transport.Address(t.Context()); got.IsValid() {
		t.Errorf("elsewhere it is %s", got)
	}
}
