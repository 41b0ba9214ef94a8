package transport

import (
	"hash/maphash"
	"net/http"
	"net/netip"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"foyer/internal/ratelimit"
)

// Websockets and event streams last, so they are admitted, counted and released.

// lasting is something that does not end by itself: a websocket, or the event
// stream of a subscription.
type lasting interface {
	// restart ends it so that its client comes back, elsewhere or later.
	restart()
	// cut ends it at once.
	cut()
}

// admission is the limits that an admitted websocket or event stream counts
// against.
type admission struct {
	network netip.Addr
	waiting bool   // its account is not known yet
	owned   bool   // it counts for a token
	token   uint64 // the token's hash
}

// Why there is no further connection.
const (
	tooManyConnections  = "Too many connections with this token. Close one first."
	tooManyFromAddress  = "Too many connections from this address. Close one first."
	tooManyUnauthorized = "Too many connections from this address have not sent connection_init. Send it, or close some."
	tooManyInAll        = "The server has too many connections. Try again later."
	shuttingDown        = "The server is shutting down. Try again soon."
)

// reservation is admitted for a websocket while its connection is upgraded.
// Otherwise any number that come at once would be admitted. There is nothing to
// end yet.
type reservation struct{ _ byte } // not of size zero, so that each has an address of its own

func (*reservation) restart() {}
func (*reservation) cut()     {}

// admit counts something against the limits, or returns why it may not open.
// waiting means that its account is not known yet: own must be called when it is.
func (h *Handler) admit(l lasting, address netip.Addr, waiting bool) *gqlerror.Error {
	network := ratelimit.NetworkAddr(address)
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.stopped:
		return newError(codeOverloaded, shuttingDown)
	case len(h.open) >= h.config.MaxConnections:
		return because(ReasonConnections, newError(codeOverloaded, tooManyInAll))
	case !h.openByNetwork.take(network, 1):
		return because(ReasonConnections, newError(codeRateLimited, tooManyFromAddress))
	case waiting && !h.waitingByNetwork.take(network, 1):
		h.openByNetwork.giveBack(network, 1)
		return because(ReasonConnections, newError(codeRateLimited, tooManyUnauthorized))
	}
	h.open[l] = admission{network: network, waiting: waiting}
	return nil
}

// notAdmitted answers a request for something that was not admitted.
func (h *Handler) notAdmitted(w http.ResponseWriter, r *http.Request, why *gqlerror.Error) {
	h.refuse(w, r, mediaJSON, meanings[codeOf(why)].status, why)
}

// redeem transfers a reservation to a connection. It reports whether Shutdown has begun
// meanwhile, which then has not ended the connection, and whether its time is over.
func (h *Handler) redeem(r *reservation, c *connection) (stopped, cutting bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.open[c] = h.open[r]
	delete(h.open, r)
	return h.stopped, h.cutting
}

// own counts what was admitted for its token, and reports whether the token may
// have one more.
func (h *Handler) own(l lasting, token string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	a := h.open[l]
	if a.waiting {
		a.waiting = false
		h.waitingByNetwork.giveBack(a.network, 1)
	}
	if token != "" {
		a.token = maphash.String(h.seed, token)
		a.owned = h.openByToken.take(a.token, 1)
	}
	h.open[l] = a
	return a.owned || token == ""
}

// release is called for what was admitted when all its goroutines have ended.
// It does nothing for a reservation that was redeemed.
func (h *Handler) release(l lasting) {
	h.mu.Lock()
	defer h.mu.Unlock()
	a, counted := h.open[l]
	if !counted {
		return
	}
	if a.owned {
		h.openByToken.giveBack(a.token, 1)
	}
	if a.waiting {
		h.waitingByNetwork.giveBack(a.network, 1)
	}
	h.openByNetwork.giveBack(a.network, 1)
	delete(h.open, l)
	if h.stopped && len(h.open) == 0 {
		close(h.empty)
	}
}
