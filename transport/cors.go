package transport

import (
	"log/slog"
	"net/http"
)

// allowOrigin lets browsers show answers to pages of an origin that may open
// websockets. A preflight, which only asks for that, is answered here, and
// allowOrigin reports whether it was. Other origins get no such answer: browsers
// then do not send the request that the preflight was for, and pages do not see
// the answers to requests without one, which they cannot forge (see forgeable).
//
// Cookies are not let through: callers show a token.
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
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		header.Set("Access-Control-Expose-Headers",
			"Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset")
		return false
	}
	header.Set("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
	header.Set("Access-Control-Allow-Methods", "GET, POST")
	// Whatever a client's library adds: the origin is trusted, and we act upon
	// no header that it should not send.
	if wanted := r.Header.Get("Access-Control-Request-Headers"); wanted != "" {
		header.Set("Access-Control-Allow-Headers", wanted)
	}
	header.Set("Access-Control-Max-Age", "7200")
	w.WriteHeader(http.StatusNoContent)
	return true
}
