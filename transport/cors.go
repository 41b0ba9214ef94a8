package transport

import (
	"log/slog"
	"net/http"
)

// allowOrigin lets browsers show answers to pages of an origin that may open
// websockets. A preflight, which only asks for that, is answered here, and
// allowOrigin then returns true. Other origins get no such answer: browsers then
// do not send the request that the preflight was for, and pages do not see the
// answers to requests without a preflight, which they cannot forge (see
// forgeable).
//
// Cookies are allowed to pages that are named, and not to those that may use the
// API only because all may.
func (h *Handler) allowOrigin(w http.ResponseWriter, r *http.Request) (answered bool) {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	if !h.config.CheckOrigin(r) {
		Refused(r.Context(), ReasonOrigin, slog.String("origin", origin))
		return false
	}
	header := w.Header()
	header.Set("Access-Control-Allow-Origin", origin)
	if c := h.config.Cookies; c != nil && c.isNamed(r) {
		header.Set("Access-Control-Allow-Credentials", "true")
	}
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		header.Set("Access-Control-Expose-Headers",
			"Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset")
		return false
	}
	header.Set("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
	header.Set("Access-Control-Allow-Methods", "GET, POST")
	// Whatever a client's library adds: the origin is trusted, and no header
	// has an effect that it should not have.
	if wanted := r.Header.Get("Access-Control-Request-Headers"); wanted != "" {
		header.Set("Access-Control-Allow-Headers", wanted)
	}
	header.Set("Access-Control-Max-Age", "7200")
	w.WriteHeader(http.StatusNoContent)
	return true
}

// WithOrigins returns a handler of other paths whose answers browsers show to pages of the same origins as those of h.
func (h *Handler) WithOrigins(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Origin")
		if !h.allowOrigin(w, r) {
			next.ServeHTTP(w, r)
		}
	})
}
