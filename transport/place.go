package transport

// holder is who has lasting connections open, by their token.
type holder struct {
	token string
	open  int
}

// tooManyConnections is why a token gets no further connection.
const tooManyConnections = "Too many connections with this token"

// full tells a client why nothing that lasts is begun any more; "" while it is.
func (h *Handler) full() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.fullLocked()
}

// fullLocked is full for who holds mu.
func (h *Handler) fullLocked() string {
	switch {
	case h.stopped:
		return "The server is shutting down"
	case len(h.open) >= h.config.MaxConnections:
		return "The server has as many connections as it takes"
	default:
		return ""
	}
}

// admit counts something in, or tells why not as full does.
func (h *Handler) admit(l lasting) (why string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if why := h.fullLocked(); why != "" {
		return why
	}
	h.open[l] = nil
	return ""
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

// release is called by what was admitted when all its goroutines have ended.
func (h *Handler) release(l lasting) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if who := h.open[l]; who != nil {
		if who.open--; who.open == 0 {
			delete(h.holders, who.token)
		}
	}
	delete(h.open, l)
	if h.stopped && len(h.open) == 0 {
		close(h.empty)
	}
}
