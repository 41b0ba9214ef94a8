package transport

import "github.com/vektah/gqlparser/v2/gqlerror"

// holder is who has lasting connections open, by their token.
type holder struct {
	token string
	open  int
}

// tooManyConnections is why a token gets no further connection.
const tooManyConnections = "Too many connections with this token"

// place is kept for a websocket while its connection is upgraded: otherwise as
// many as come at once would come in. There is nothing to end yet.
type place struct{ _ byte } // of a size, so that each has an address of its own

func (*place) restart() {}
func (*place) cut()     {}

// admit counts something in, or returns what tells the client why not.
func (h *Handler) admit(l lasting) *gqlerror.Error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.stopped:
		return newError(codeOverloaded, "The server is shutting down")
	case len(h.open) >= h.config.MaxConnections:
		return because(ReasonConnections, newError(codeOverloaded, "The server has as many connections as it takes"))
	default:
		h.open[l] = nil
		return nil
	}
}

// seat gives the place to what it was kept for, and tells whether Shutdown has
// begun meanwhile, which then has not ended it, and whether its time is over.
func (h *Handler) seat(p *place, l lasting) (stopped, cutting bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.open, p)
	h.open[l] = nil
	return h.stopped, h.cutting
}

// hold counts what was admitted for the token it belongs to, unless that has as
// many already as it may.
func (h *Handler) hold(l lasting, token string) bool {
	if token == "" {
		return true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	who := h.holders[token]
	if who == nil {
		who = &holder{token: token}
		h.holders[token] = who
	}
	if who.open >= h.config.MaxConnectionsPerToken {
		return false
	}
	who.open++
	h.open[l] = who
	return true
}

// release is called by what was admitted when all its goroutines have ended. It
// does nothing for a place that was given away.
func (h *Handler) release(l lasting) {
	h.mu.Lock()
	defer h.mu.Unlock()
	who, counted := h.open[l]
	if !counted {
		return
	}
	if who != nil {
		if who.open--; who.open == 0 {
			delete(h.holders, who.token)
		}
	}
	delete(h.open, l)
	if h.stopped && len(h.open) == 0 {
		close(h.empty)
	}
}
