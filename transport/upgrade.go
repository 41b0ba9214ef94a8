package transport

import (
	"bufio"
	"context"
	"net"
	"net/http"

	"foyer/internal/ratelimit"
)

// upgrade makes an HTTP connection a websocket, starts its reader and returns.
func (h *Handler) upgrade(w http.ResponseWriter, r *http.Request) {
	from := Address(r.Context())
	if level, ok := h.upgrades.Take(ratelimit.NetworkAddr(from).String(), 1); !ok {
		h.tooOften(w, r, mediaJSON, level.Wait, "Too many new connections from this address. Wait before opening more.")
		return
	}
	reserved := &reservation{}
	if why := h.admit(reserved, from, true); why != nil {
		h.notAdmitted(w, r, why)
		return
	}
	defer h.release(reserved) // unless it is redeemed
	taken := &hijacker{ResponseWriter: w}
	socket, err := h.upgrader.Upgrade(taken, r, nil)
	if err != nil {
		return // The upgrader has answered, or the connection broke.
	}
	// The request's context ends when this function returns. Values that
	// middleware has put into it stay valid.
	c := newConnection(context.WithoutCancel(r.Context()), h, socket, taken.wire)
	c.token, _ = h.config.Cookies.token(r, h.config.Cookies.isNamed)
	taken.wire.upgraded = true
	stopped, cutting := h.redeem(reserved, c)
	h.config.Observer.Connected()
	go c.run()
	if stopped {
		c.restart()
	}
	if cutting {
		c.cut()
	}
}

// refuseUpgrade is the upgrader's answer if a handshake is not valid.
func (h *Handler) refuseUpgrade(w http.ResponseWriter, r *http.Request, status int, reason error) {
	refused := newError(codeBadRequest, "This is not a websocket handshake.")
	switch status {
	case http.StatusForbidden:
		refused = because(ReasonOrigin, newError(codeForbidden, "Pages of this origin may not use the API. The operator of the server can allow it with --allow-origin."))
	case http.StatusInternalServerError:
		h.refuse(w, r, mediaJSON, status, h.internal(r.Context(), "upgrade", reason))
		return
	}
	w.Header().Set("Sec-Websocket-Version", "13")
	h.refuse(w, r, mediaJSON, status, refused)
}

// hijacker passes the upgrader a wire in place of the network connection, and
// finds the connection beneath middleware that supports
// http.ResponseController.
type hijacker struct {
	http.ResponseWriter
	wire *wire
}

// Hijack implements http.Hijacker.
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffers, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	h.wire = &wire{Conn: conn}
	return h.wire, buffers, nil
}

var _ http.Hijacker = (*hijacker)(nil)
