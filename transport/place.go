package transport

import (
	"net/http"
	"net/netip"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"foyer/internal/ratelimit"
)

// holder is who has lasting connections open, by their token.
type holder struct {
	token string
	open  int
}

// network is how many lasting connections an address has open, and how many of them are nobody's yet.
type network struct{ open, waiting int }

// occupant is whose something is that was admitted.
type occupant struct {
	network netip.Addr
	holder  *holder
	waiting bool // it is not known yet whose
}

// Why there is no further connection.
const (
	tooManyConnections  = "Too many connections with this token. Close one first."
	tooManyFromAddress  = "Too many connections from this address. Close one first."
	tooManyUnauthorized = "Too many connections from this address have not sent connection_init."
	tooManyInAll        = "The server has as many connections as it takes. Try again later."
	shuttingDown        = "The server is shutting down. Try again soon."
)

// place is kept for a websocket while its connection is upgraded: otherwise as
// many as come at once would come in. There is nothing to end yet.
type place struct{ _ byte } // of a size, so that each has an address of its own

func (*place) restart() {}
func (*place) cut()     {}

// admit counts something in, or returns why not. Of what is waiting it is not known yet whose it is. Hold must be called
// when it is.
func (h *Handler) admit(l lasting, address netip.Addr, waiting bool) *gqlerror.Error {
	from := ratelimit.NetworkAddr(address)
	h.mu.Lock()
	defer h.mu.Unlock()
	n := h.networks[from]
	if n == nil {
		n = &network{}
	}
	switch {
	case h.stopped:
		return newError(codeOverloaded, shuttingDown)
	case len(h.open) >= h.config.MaxConnections:
		return because(ReasonConnections, newError(codeOverloaded, tooManyInAll))
	case n.open >= h.config.MaxConnectionsPerAddress:
		return because(ReasonConnections, newError(codeRateLimited, tooManyFromAddress))
	case waiting && n.waiting >= h.config.MaxWaitingPerAddress:
		return because(ReasonConnections, newError(codeRateLimited, tooManyUnauthorized))
	}
	n.open++
	if waiting {
		n.waiting++
	}
	h.networks[from] = n
	h.open[l] = occupant{network: from, waiting: waiting}
	return nil
}

// notAdmitted answers a request for something that was not admitted.
func (h *Handler) notAdmitted(w http.ResponseWriter, r *http.Request, why *gqlerror.Error) {
	refusedBy(r.Context(), gqlerror.List{why})
	response := &graphql.Response{Errors: gqlerror.List{why}}
	h.write(w, r, mediaJSON, statusOf(response, mediaJSON), response)
}

// seat returns the place to what it was kept for, and reports whether Shutdown has
// begun meanwhile, which then has not ended it, and whether its time is over.
func (h *Handler) seat(p *place, l lasting) (stopped, cutting bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.open[l] = h.open[p]
	delete(h.open, p)
	return h.stopped, h.cutting
}

// hold counts what was admitted for the token it belongs to, unless that has as
// many already as it may.
func (h *Handler) hold(l lasting, token string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	o := h.open[l]
	if o.waiting {
		o.waiting = false
		h.networks[o.network].waiting--
		h.open[l] = o
	}
	if token == "" {
		return true
	}
	who := h.holders[token]
	if who == nil {
		who = &holder{token: token}
		h.holders[token] = who
	}
	if who.open >= h.config.MaxConnectionsPerToken {
		return false
	}
	who.open++
	o.holder = who
	h.open[l] = o
	return true
}

// release is called by what was admitted when all its goroutines have ended. It
// does nothing for a place that was given away.
func (h *Handler) release(l lasting) {
	h.mu.Lock()
	defer h.mu.Unlock()
	o, counted := h.open[l]
	if !counted {
		return
	}
	if who := o.holder; who != nil {
		if who.open--; who.open == 0 {
			delete(h.holders, who.token)
		}
	}
	n := h.networks[o.network]
	if o.waiting {
		n.waiting--
	}
	if n.open--; n.open == 0 {
		delete(h.networks, o.network)
	}
	delete(h.open, l)
	if h.stopped && len(h.open) == 0 {
		close(h.empty)
	}
}
