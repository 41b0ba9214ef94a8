// Package fetch sends HTTP requests that others wrote to where they may go: the public internet, and what the operator
// allows beside it.
//
// It owns which addresses those are, how redirects are followed, how much of a response is read, and what is said of a
// failure: nothing that shows the address, its secrets, or what the network around the server is like. It knows no
// proxies, and imports nothing of Foyer. A Client is safe for concurrent use; Close ends its idle connections.
package fetch

import (
	"context"
	"errors"
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

// Options is what a Client is made of. The zero value sends to public addresses only.
type Options struct {
	// Allowed are those that requests may go to though they are not public.
	Allowed []Allowed
	// UserAgent is sent where a request says nothing else.
	UserAgent string
	// Resolver finds the addresses of hosts; nil: the system's.
	Resolver Resolver
}

// Request is a request. Its context says how long it may take in all.
type Request struct {
	Method string
	URL    string // absolute, http or https, without a user
	Header http.Header
	Body   string
	// MaxResponse is the most bytes of the response's body that are read; what is longer is a failure.
	MaxResponse int64
}

// Response is what a request got, whatever its status.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Error says why there was no response, for a person: it shows neither the address nor what is in the request.
type Error struct {
	Message string
	// Temporary tells that the same request may get a response another time.
	Temporary bool
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

var (
	errRefused   = errors.New("the address is not public")
	errRedirects = errors.New("too many redirects")
	errScheme    = errors.New("a redirect to another scheme")
	errBody      = errors.New("a redirect with the body to another host")
	errProtocol  = errors.New("another protocol")
)

// Client sends requests.
type Client struct {
	userAgent string
	resolver  Resolver
	public    func(netip.Addr) bool
	allowing  *http.Transport // to where Options.Allowed says, beside the public internet
	outward   *http.Transport // to the public internet alone
}

// New makes a client.
func New(o Options) *Client {
	c := &Client{userAgent: o.UserAgent, resolver: o.Resolver, public: public}
	if c.resolver == nil {
		c.resolver = net.DefaultResolver
	}
	c.allowing, c.outward = c.transport(o.Allowed), c.transport(nil)
	return c
}

func (c *Client) transport(allowed []Allowed) *http.Transport {
	return &http.Transport{
		Proxy: nil, // the environment's would be asked for addresses that are not checked here
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

// Close ends the connections that are kept for later.
func (c *Client) Close() {
	c.allowing.CloseIdleConnections()
	c.outward.CloseIdleConnections()
}

// Do sends a request and reads the response. It fails with *Error alone.
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
	client := http.Client{Transport: &way{client: c}, CheckRedirect: c.redirect}
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

// redirect decides what goes along with a redirect. The address is checked like every other, when it is connected to.
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
	request.Header = http.Header{"User-Agent": {c.userAgent}} // what was set was meant for the first host
	return nil
}

// sameSite reports whether an address is of the same host as the first, on the same port, or on that of https.
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
	if given := address.Port(); given != "" {
		return given
	}
	if address.Scheme == "https" {
		return "443"
	}
	return "80"
}
