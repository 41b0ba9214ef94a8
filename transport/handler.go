package transport

import (
	"context"
	"hash/maphash"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"foyer/internal/cache"
	"foyer/internal/ratelimit"
)

// Handler serves GraphQL over HTTP, event streams and websockets on one
// endpoint.
type Handler struct {
	config   Config
	upgrader websocket.Upgrader
	// writers write the frames that wait for websockets.
	writers writers
	// packers has spare gzip.Writers, which are large and needed only for moments.
	packers sync.Pool
	// documents are those that clients may name by their digest.
	documents *cache.Cache[digest, string]
	// strangers limits, by network, the requests without a token or with an unknown one,
	// but not those with a token whose hash is among goodTokens.
	strangers  *ratelimit.Limits
	goodTokens *cache.Cache[uint64, struct{}]
	upgrades   *ratelimit.Limits
	// operations counts operations under way by account, and strangersOperations
	// those of strangers by network.
	operations          *quota[string]
	strangersOperations *quota[netip.Addr]
	// incoming counts the bytes of requests, by account, until they are answered.
	incoming *quota[string]
	// These count what is open: all by network, websockets before connection_init by
	// network, and the others by the hash of their token.
	openByNetwork    *quota[netip.Addr]
	waitingByNetwork *quota[netip.Addr]
	openByToken      *quota[uint64]
	seed             maphash.Seed
	lastWords        time.Duration // lastWordsTimeout

	mu      sync.Mutex
	stopped bool
	// cutting: the time of a Shutdown is over, and whatever still opens is cut.
	cutting bool
	// open has everything that has not ended, with all its goroutines.
	open map[lasting]admission
	// empty is closed when the Handler is stopped and nothing is open.
	empty chan struct{}
}

var _ http.Handler = (*Handler)(nil)

// New makes a Handler. It starts nothing; Shutdown ends what requests start.
func New(config Config) *Handler {
	c := config.withDefaults()
	h := &Handler{
		config:              c,
		lastWords:           lastWordsTimeout,
		documents:           cache.New[digest, string](c.MaxPersisted),
		strangers:           ratelimit.New(c.StrangerRate, manyNetworks, c.Clock),
		goodTokens:          cache.New[uint64, struct{}](manyTokens),
		upgrades:            ratelimit.New(c.ConnectionRate, manyNetworks, c.Clock),
		operations:          newQuota[string](c.MaxOperationsPerAccount),
		strangersOperations: newQuota[netip.Addr](c.MaxOperationsPerAddress),
		incoming:            newQuota[string](c.MaxIncomingPerAccount),
		openByNetwork:       newQuota[netip.Addr](c.MaxConnectionsPerAddress),
		waitingByNetwork:    newQuota[netip.Addr](c.MaxWaitingPerAddress),
		openByToken:         newQuota[uint64](c.MaxConnectionsPerToken),
		seed:                maphash.MakeSeed(),
		open:                make(map[lasting]admission),
		empty:               make(chan struct{}),
	}
	h.upgrader = websocket.Upgrader{
		ReadBufferSize: 256,
		// Never used, since gorilla writes nothing for this package, but
		// without it every connection would hold a write buffer.
		WriteBufferPool: &sync.Pool{},
		Subprotocols:    []string{subprotocol},
		CheckOrigin:     h.config.CheckOrigin,
		Error:           h.refuseUpgrade,
	}
	return h
}

// ServeHTTP answers a GraphQL request, or upgrades the connection to a
// websocket and returns. For a subscription that is served as an event stream
// it returns when that has ended; the read and write timeouts of the server do
// not apply to it.
func (h *Handler) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	e := &exchange{address: h.config.ClientAddress(request), observer: h.config.Observer}
	if websocket.IsWebSocketUpgrade(request) {
		h.upgrade(w, request.WithContext(e.within(request.Context())))
		return
	}
	e.reply = &reply{header: w.Header(), request: request, cookies: h.config.Cookies}
	defer e.end()
	r := request.WithContext(e.within(request.Context()))
	if !h.allowOrigin(w, r) {
		h.serveHTTP(w, r)
	}
}

// Shutdown closes every websocket with 1012 "service restart" and ends every
// event stream without the event complete, after which clients reconnect
// elsewhere or later, and waits until all their goroutines have ended. From its
// start on, upgrades and subscriptions are answered 503. If ctx ends first, the
// remaining sockets are cut and Shutdown returns the error of ctx, without
// waiting for resolvers that ignore the end of their own contexts, or for event
// streams whose clients read nothing: http.Server.Close cuts those.
//
// A second call waits like the first.
func (h *Handler) Shutdown(ctx context.Context) error {
	h.mu.Lock()
	if !h.stopped && len(h.open) == 0 {
		close(h.empty)
	}
	h.stopped = true
	open := slices.Collect(maps.Keys(h.open))
	h.mu.Unlock()
	for _, l := range open {
		l.restart()
	}
	select {
	case <-h.empty:
		h.writers.working.Wait() // they have nothing left to write
		return nil
	case <-ctx.Done():
		h.mu.Lock()
		h.cutting = true
		open = slices.Collect(maps.Keys(h.open)) // including those that were being upgraded
		h.mu.Unlock()
		for _, l := range open {
			l.cut()
		}
		return context.Cause(ctx)
	}
}
