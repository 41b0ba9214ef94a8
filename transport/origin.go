package transport

import (
	"net/http"
	"net/url"
	"strings"
)

// AllowOrigins returns a Config.CheckOrigin that accepts requests without an
// Origin header (which browsers always send with an upgrade), those from the
// host they are sent to, and those from the given origins, such as
// "https://desk.example.com". The origin "*" accepts all.
func AllowOrigins(origins ...string) func(*http.Request) bool {
	allowed := make(map[string]bool, len(origins))
	for _, origin := range origins {
		allowed[strings.ToLower(strings.TrimSuffix(origin, "/"))] = true
	}
	return func(r *http.Request) bool {
		values := r.Header.Values("Origin")
		if len(values) == 0 || allowed["*"] {
			return true
		}
		if len(values) > 1 {
			return false
		}
		return allowed[strings.ToLower(values[0])] || sameHost(values[0], r.Host)
	}
}

// sameHost ignores the scheme: behind a proxy that ends TLS the server does not
// know its own. "Origin: null" has no host and is never the same.
func sameHost(origin, host string) bool {
	parsed, err := url.Parse(origin)
	return err == nil && parsed.Host != "" && strings.EqualFold(parsed.Host, host)
}
