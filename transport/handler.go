package transport

import (
	"context"
	"net/http"
	"sync"

	"github.com/gorilla/websocket"
)

// Handler serves GraphQL over HTTP and websockets on one endpoint.
type Handler struct {
	config   Config
	upgrader websocket.Upgrader
	// buffers holds the *[]byte that frames are drained into, packers the
	// gzip.Writers: both are large, and needed only for moments.
	buffers sync.Pool
	packers sync.Pool

	mu      sync.Mutex
	stopped bool
	// connections are those whose goroutines have not all ended.
	connections map[*connection]struct{}
	// empty is closed when the Handler is stopped and has no connections.
	empty chan struct{}
}

var _ http.Handler = (*Handler)(nil)

// New makes a Handler. It starts nothing; Shutdown ends what requests start.
func New(config Config) *Handler {
	h := &Handler{
		config:      config.withDefaults(),
		connections: make(map[*connection]struct{}),
		empty:       make(chan struct{}),
	}
	h.buffers.New = func() any {
		buffer := make([]byte, 0, drainBuffer)
		return &buffer
	}
	h.upgrader = websocket.Upgrader{
		ReadBufferSize: 256,
		// Never used, since gorilla writes nothing for us, but without it
		// every connection would hold a write buffer.
		WriteBufferPool: &sync.Pool{},
		Subprotocols:    []string{subprotocol},
		CheckOrigin:     h.config.CheckOrigin,
		Error:           h.refuseUpgrade,
	}
	return h
}

// ServeHTTP answers a GraphQL request, or upgrades the connection to a
// websocket and returns.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if websocket.IsWebSocketUpgrade(r) {
		h.upgrade(w, r)
		return
	}
	h.serveHTTP(w, r)
}

// Shutdown closes every websocket with 1012 "service restart", upon which
// clients reconnect elsewhere or later, and waits until all their goroutines
// have ended. From its start on, upgrades are answered 503. When ctx ends first
// the remaining sockets are cut and Shutdown returns the error of ctx, without
// waiting for resolvers that ignore the end of their own contexts.
//
// A second call waits like the first.
func (h *Handler) Shutdown(ctx context.Context) error {
	h.mu.Lock()
	if !h.stopped && len(h.connections) == 0 {
		close(h.empty)
	}
	h.stopped = true
	open := make([]*connection, 0, len(h.connections))
	for c := range h.connections {
		open = append(open, c)
	}
	h.mu.Unlock()
	for _, c := range open {
		c.shut(closing{code: websocket.CloseServiceRestart, reason: "Service restart"})
	}
	select {
	case <-h.empty:
		return nil
	case <-ctx.Done():
		for _, c := range open {
			c.wire.cut()
		}
		return context.Cause(ctx)
	}
}

// admit counts a connection in, unless the Handler is shut down.
func (h *Handler) admit(c *connection) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopped {
		return false
	}
	h.connections[c] = struct{}{}
	return true
}

// release is called by a connection when all its goroutines have ended.
func (h *Handler) release(c *connection) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.connections, c)
	if h.stopped && len(h.connections) == 0 {
		close(h.empty)
	}
}

func (h *Handler) isStopped() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.stopped
}
