package transport

import (
	"log/slog"
	"net/http"
)

// share tells browsers which pages may read what we answer: those of the
// origins that may open websockets. A request that only asks for that, a
// preflight, is answered here. From other origins it gets no such answer, and
// the browser does not send what it was to ask for; a page cannot forge what
// needs no asking (see forgeable), and does not see what comes of it.
//
// Cookies are not let through: whoever asks shows a token.
func (h *Handler) share(w http.ResponseWriter, r *http.Request) (answered bool) {
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
