// Package fetch sends HTTP requests to addresses that others wrote: only to the public internet and to what the operator
// allows besides it.
//
// It owns which addresses those are, how redirects are followed, how much of a response is read, and how a failure is
// described: never with the address, its secrets, or anything about the network around the server. It ignores proxies and
// imports nothing of Foyer. A Client is safe for concurrent use; Close ends its idle connections.
package fetch

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

const (
	// maxRedirects is how many redirects are followed.
	maxRedirects = 5
	// maxHeader is how many bytes the header of a response may have.
	maxHeader = 64 << 10
)

// Options configures a Client. The zero value sends to public addresses only.
type Options struct {
	// Allowed are the hosts and networks outside the public internet that requests may go to.
	Allowed []Allowed
	// UserAgent is sent with requests that do not set one.
	UserAgent string
	// Resolver looks up hosts; nil: the system's.
	Resolver Resolver
}

// Request is a request to send.
type Request struct {
	Method string
	URL    string // absolute, http or https, without a user
	Header http.Header
	Body   string
	// MaxResponse is how many bytes the response's body may have; a longer one is a failure.
	MaxResponse int64
}

// Response is the response to a request, whatever its status.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Error says why there was no response. It may be shown to anybody: it contains nothing of the address or the request.
type Error struct {
	Message string
	// Temporary says that the same request may get a response another time.
	Temporary bool
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// The failures that Foyer itself brings about; never written to.
var (
	errRefused   = &Error{Message: "the address is not on the public internet; the operator of the server can allow it with --http-allow"}
	errRedirects = &Error{Message: "there were too many redirects"}
	errScheme    = &Error{Message: "a redirect leads to an address that cannot be requested"}
	errBody      = &Error{Message: "a redirect would send the body to another host"}
	errProtocol  = &Error{Message: "the host switched to another protocol"}
)

// Client sends requests.
type Client struct {
	userAgent string
	resolver  Resolver
	public    func(netip.Addr) bool
	allowing  *http.Transport // to the public internet and Options.Allowed
	outward   *http.Transport // only to the public internet
}

// New makes a client.
func New(o Options) *Client {
	c := &Client{userAgent: o.UserAgent, resolver: cmp.Or[Resolver](o.Resolver, net.DefaultResolver), public: public}
	c.allowing, c.outward = c.transport(o.Allowed), c.transport(nil)
	return c
}

func (c *Client) transport(allowed []Allowed) *http.Transport {
	return &http.Transport{
		Proxy: nil, // one from the environment would connect to addresses that are not checked here
		DialContext: func(ctx context.Context, network, hostPort string) (net.Conn, error) {
			return c.dial(ctx, network, hostPort, allowed)
		},
		TLSHandshakeTimeout:    10 * time.Second,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           100,
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: maxHeader,
	}
}

// Close closes idle connections.
func (c *Client) Close() {
	c.allowing.CloseIdleConnections()
	c.outward.CloseIdleConnections()
}

// Do sends a request and reads the response, within the context's deadline. Every error is an *Error.
func (c *Client) Do(ctx context.Context, in Request) (*Response, error) {
	request, err := http.NewRequestWithContext(ctx, in.Method, in.URL, strings.NewReader(in.Body))
	if err != nil || request.URL.Scheme != "http" && request.URL.Scheme != "https" || request.URL.User != nil {
		return nil, &Error{Message: "the address cannot be requested"}
	}
	request.URL.RawQuery = legalQuery(request.URL.RawQuery)
	if in.Body == "" {
		request.Body, request.GetBody, request.ContentLength = http.NoBody, nil, 0
	}
	for name, values := range in.Header {
		request.Header[http.CanonicalHeaderKey(name)] = values
	}
	if request.Header.Get("User-Agent") == "" {
		request.Header.Set("User-Agent", c.userAgent)
	}
	client := http.Client{Transport: &chain{client: c}, CheckRedirect: c.redirect}
	response, err := client.Do(request)
	if err != nil {
		return nil, c.explain(ctx, err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, in.MaxResponse+1))
	if err != nil {
		return nil, c.explain(ctx, err)
	}
	if int64(len(body)) > in.MaxResponse {
		return nil, &Error{Message: fmt.Sprintf("the response is longer than %d bytes", in.MaxResponse)}
	}
	return &Response{Status: response.StatusCode, Header: response.Header, Body: body}, nil
}

// redirect decides whether to follow a redirect, and what the next request contains. Its address is checked when it is
// connected to, like every other.
func (c *Client) redirect(request *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return errRedirects
	}
	if request.URL.Scheme != "http" && request.URL.Scheme != "https" || request.URL.User != nil {
		return errScheme
	}
	request.URL.RawQuery = legalQuery(request.URL.RawQuery)
	request.Header.Del("Referer") // the address before may hold a secret
	away := false
	for _, before := range append(via[1:len(via):len(via)], request) {
		away = away || !sameSite(via[0].URL, before.URL)
	}
	if !away {
		return nil
	}
	if request.ContentLength != 0 {
		return errBody
	}
	request.Header = http.Header{"User-Agent": {c.userAgent}} // the headers were meant for the first host
	return nil
}

// sameSite reports whether next has the host and port of first, or is its https site.
func sameSite(first, next *url.URL) bool {
	if hostName(first.Hostname()) != hostName(next.Hostname()) {
		return false
	}
	if first.Scheme == next.Scheme {
		return port(first) == port(next)
	}
	return first.Scheme == "http" && port(first) == "80" && port(next) == "443"
}

func port(address *url.URL) string {
	return cmp.Or(address.Port(), map[string]string{"http": "80", "https": "443"}[address.Scheme])
}
