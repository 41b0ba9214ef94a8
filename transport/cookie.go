package transport

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Cookies keeps the token of a browser's session in a cookie, which the scripts of its pages cannot read.
//
// Browsers send cookies with requests that pages of other origins make, so the cookie alone proves nothing: it counts if a
// request also shows where it comes from. A cookie that does not count is ignored, as if it had not been sent. The token of an
// Authorization header always comes first.
//
// The methods of a nil Cookies find no cookie.
type Cookies struct {
	name    string
	allowed func(*http.Request) bool
	secure  func(*http.Request) bool
}

// NewCookies returns cookies with this name. Pages may use them that are of the server's own origin or of one of the others
// named; "*" names none, since that would be anybody's pages. The proxies are those trusted to say whether a browser has
// reached them over TLS.
func NewCookies(name string, origins []string, proxies ...netip.Prefix) *Cookies {
	named := slices.DeleteFunc(slices.Clone(origins), func(origin string) bool { return origin == "*" })
	return &Cookies{name: name, allowed: AllowOrigins(named...), secure: OverTLS(proxies...)}
}

// Token returns the token of a request: that of its Authorization header or, if it has none, that of the cookie. The cookie
// counts together with the header x-foyer-csrf, and not if a page of a foreign origin has sent it. Without a token it returns
// "".
func (c *Cookies) Token(r *http.Request) string {
	token, _ := c.token(r, c.isShown)
	return token
}

// TokenForReading is Token for a GET or HEAD, which change nothing, and whose answer pages of other origins cannot read: such as a
// picture within a page, with which no header can be sent. The cookie counts by itself, unless the browser says that a page of
// another origin asks.
func (c *Cookies) TokenForReading(r *http.Request) string {
	token, _ := c.token(r, func(r *http.Request) bool {
		return c.isShown(r) || (r.Method == http.MethodGet || r.Method == http.MethodHead) && !c.isElsewhere(r)
	})
	return token
}

// token returns the token of a request, and reports whether it is that of the cookie, which counts says of a request that has
// one.
func (c *Cookies) token(r *http.Request, counts func(*http.Request) bool) (token string, kept bool) {
	if token = bearer(r.Header.Get("Authorization")); token != "" {
		return token, false
	}
	if token = c.read(r); token == "" || !counts(r) {
		return "", false
	}
	return token, true
}

// read returns what the cookie of a request has, whether or not it counts. Of several cookies with the name none is the right
// one: another host of the domain has added some.
func (c *Cookies) read(r *http.Request) string {
	if c == nil || len(r.Header["Cookie"]) == 0 {
		return ""
	}
	if found := r.CookiesNamed(c.nameFor(r)); len(found) == 1 {
		return found[0].Value
	}
	return ""
}

// nameFor returns the name of the cookie. Behind TLS its prefix keeps other hosts of the domain from setting it. Otherwise it
// has the port, since a browser sends the cookies of a host to all its ports.
func (c *Cookies) nameFor(r *http.Request) string {
	if c.secure(r) {
		return "__Host-" + c.name
	}
	_, port, _ := net.SplitHostPort(r.Host)
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		port = "80"
	}
	return c.name + "_" + port
}

// isShown reports whether a request has the header that only a page allowed to may send, and is not of a foreign page.
func (c *Cookies) isShown(r *http.Request) bool {
	return len(r.Header.Values(headerCSRF)) > 0 && !c.isForeign(r)
}

// isForeign reports whether a request names an origin whose pages may not use the cookie.
func (c *Cookies) isForeign(r *http.Request) bool {
	return len(r.Header.Values("Origin")) > 0 && !c.isNamed(r)
}

// isNamed reports whether a request names an origin whose pages may use the cookie.
func (c *Cookies) isNamed(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || !c.allowed(r) {
		return false
	}
	// Where the browser uses TLS, a page of the same host without TLS is not the server's own: anybody between can make one.
	return !strings.EqualFold(origin, "http://"+r.Host) || !c.secure(r)
}

// isOfPage reports whether the browser itself says that a page has sent the request that may use the cookie. Requests by GET to
// a page's own origin name no origin.
func (c *Cookies) isOfPage(r *http.Request) bool {
	if len(r.Header.Values("Origin")) > 0 {
		return c.isNamed(r)
	}
	return r.Header.Get(headerFetchSite) == "same-origin"
}

// isElsewhere reports whether the browser says that a page of another origin has sent the request.
func (c *Cookies) isElsewhere(r *http.Request) bool {
	switch r.Header.Get(headerFetchSite) {
	case "same-origin", "none", "": // none: the user has, by the address bar
		return c.isForeign(r)
	default:
		return true
	}
}

// headerFetchSite is the header by which a browser says how the origin of a page relates to that of the request. Scripts cannot
// set it.
const headerFetchSite = "Sec-Fetch-Site"

// set has the browser keep a token for a time; for zero until it is closed, for less not at all.
func (c *Cookies) set(header http.Header, r *http.Request, token string, lifetime time.Duration) {
	cookie := http.Cookie{Name: c.nameFor(r), Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: c.secure(r),
		MaxAge: int(lifetime / time.Second)}
	header.Set("Set-Cookie", cookie.String())
}

// CanKeepToken reports whether KeepToken has an effect: the operation that runs in ctx came over HTTP, with the header
// x-foyer-csrf, from a page that may use the cookie.
func CanKeepToken(ctx context.Context) bool {
	r := replyOf(ctx)
	return r != nil && r.cookies != nil && r.cookies.isShown(r.request) && r.cookies.isNamed(r.request)
}

// KeepToken has the browser keep a token in the cookie, for a lifetime or, if that is zero, until it is closed.
func KeepToken(ctx context.Context, token string, lifetime time.Duration) {
	if CanKeepToken(ctx) {
		replyOf(ctx).setCookie(token, lifetime)
	}
}

// KeptToken returns the token that the browser will have in the cookie after this reply: the last one that KeepToken has set, or
// that of the operation's request, whether or not it counted. Without any it returns "".
func KeptToken(ctx context.Context) string {
	r := replyOf(ctx)
	if r == nil {
		return ""
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kept != nil {
		return *r.kept
	}
	return r.cookies.read(r.request)
}

// CollidingCookie returns the name of the cookie if the operation's request has several with it, or "". Another server of the
// host has set some, with a path or a domain of their own. None of them counts, nor will one that KeepToken adds.
func CollidingCookie(ctx context.Context) string {
	r := replyOf(ctx)
	if r == nil || r.cookies == nil {
		return ""
	}
	if name := r.cookies.nameFor(r.request); len(r.request.CookiesNamed(name)) > 1 {
		return name
	}
	return ""
}

// ForgetToken has the browser remove the cookie.
func ForgetToken(ctx context.Context) {
	if KeptToken(ctx) != "" {
		replyOf(ctx).setCookie("", -time.Second)
	}
}

func (r *reply) setCookie(token string, lifetime time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.header != nil {
		r.cookies.set(r.header, r.request, token, lifetime)
		r.kept = &token
	}
}

// UserAgent returns how the client of an operation over HTTP names itself, or "".
func UserAgent(ctx context.Context) string {
	if r := replyOf(ctx); r != nil {
		return r.request.UserAgent()
	}
	return ""
}
