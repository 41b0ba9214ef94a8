package transport

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"foyer/internal/ratelimit"
)

// Config has the settings of a Handler. Executor is required; every other field
// has a default, which a zero or negative value selects.
type Config struct {
	// Executor runs the operations.
	Executor graphql.GraphExecutor

	// Authenticate finds out who a token belongs to and returns a context, derived
	// from ctx, that says so.
	//
	// Over HTTP it is called for every request, with "" when the request has no
	// bearer token; an error that is ErrUnauthenticated or ErrEnded answers 401,
	// ErrForbidden 403, a *gqlerror.Error is shown with the status of its
	// extensions.code, and any other error is logged and shown as INTERNAL.
	//
	// Over a websocket it is called once, for connection_init, never with "".
	// ErrUnauthenticated closes with 4401, after which clients give up. ErrEnded
	// and ErrForbidden close with 4403, after which they ask for a new token and
	// come back. Any other error is logged and closes with 1013, which makes
	// clients come back later; 4401 would make them give up because of a brief
	// failure of the server.
	// The returned context must end with the session: the socket is then closed
	// with 4401 if the cause is ErrUnauthenticated and with 4403 otherwise.
	//
	// An event stream is an HTTP request that lasts. It too ends with the
	// session: by an error UNAUTHENTICATED if the cause is ErrUnauthenticated,
	// otherwise without the event complete, which makes clients come back.
	//
	// Without Authenticate, HTTP requests are anonymous and websockets refused.
	Authenticate func(ctx context.Context, token string) (context.Context, error)

	// Opened is called when a websocket is acknowledged, and when an event stream
	// opens, with the context that Authenticate returned. The function that it
	// returns is called once, when the websocket or the event stream has ended.
	// Neither may block. Opened may be nil.
	Opened func(ctx context.Context) (closed func())

	// Account names the account behind a context that Authenticate returned: its operations and the documents that it has
	// named count together, whichever of its tokens it uses. "" is a stranger, who has sent no token: a stranger's requests
	// are small and limited by address, and nothing of them is kept. Without Account all callers are one account.
	Account func(ctx context.Context) string

	// StreamPosition returns the position of an item of a subscription by the data
	// of its response, or "" if the client has not asked for a field that has it.
	// The data is valid only during the call. Event streams carry the position as
	// the id of the event; browsers and other clients send the last one they
	// have seen as Last-Event-ID when they reconnect. It may have 256 bytes of
	// UTF-8 without control characters or spaces around it; others are not sent.
	// Without StreamPosition events have no id.
	StreamPosition func(data json.RawMessage) string
	// ResumeArgument is the name of the argument of subscriptions that takes the
	// position to go on after. When an event stream is asked for with
	// Last-Event-ID, the variable that the operation passes to this argument is
	// replaced by it. The value is not coerced again: the type must be String,
	// ID or a scalar written as a string. An operation that passes it no variable
	// is refused then, since it would silently start elsewhere.
	// Without ResumeArgument Last-Event-ID is ignored.
	ResumeArgument string

	// CheckOrigin decides by its Origin header whether an upgrade to a
	// websocket is acceptable, and whether a page may read the answers to other
	// requests: browsers are told so (CORS). The default is AllowOrigins().
	CheckOrigin func(*http.Request) bool

	// Cookies are where browsers keep the tokens of their sessions. Without it
	// only tokens count that are sent as such.
	Cookies *Cookies

	// Greeting is the payload of connection_ack, a JSON object; none if empty.
	Greeting json.RawMessage

	// ClientAddress returns the address that a request comes from; Address returns
	// the same inside of operations. The default is ClientAddress(): the other end
	// of the connection.
	ClientAddress func(*http.Request) netip.Addr

	// MaxBody is the size of a POST body, in bytes: 1 MiB.
	MaxBody int64
	// MaxQuery is the length of a GraphQL document, in bytes: 64 KiB.
	MaxQuery int
	// MaxPersisted is the size of the remembered documents that clients name by
	// their SHA-256 (automatic persisted queries), in bytes: 8 MiB.
	MaxPersisted int
	// MaxMessage is the size of a websocket message from a client, in bytes:
	// 1 MiB. Until the connection is acknowledged it is at most 8 KiB.
	MaxMessage int64
	// MaxSubscriptions is how many operations one websocket may have under way
	// at a time, subscriptions and others together: 100.
	MaxSubscriptions int
	// MaxConnections is how many websockets and event streams there may be at a
	// time: 30,000. Further ones are answered 503.
	MaxConnections int
	// MaxConnectionsPerToken is how many of them one token may have: half of
	// MaxConnections. Further websockets are closed with 1013, further event
	// streams answered 429.
	MaxConnectionsPerToken int
	// MaxConnectionsPerAddress is how many of them one address may have, or one
	// IPv6 network of 64 bits: MaxConnections. Further ones are answered 429.
	MaxConnectionsPerAddress int
	// MaxWaitingPerAddress is how many open websockets of one address may not
	// have sent connection_init yet: MaxConnectionsPerAddress. Further ones are
	// answered 429.
	MaxWaitingPerAddress int
	// ConnectionRate is how many websockets one address may open. The zero rate
	// limits nothing. Further ones are answered 429.
	ConnectionRate ratelimit.Rate
	// StrangerRate is how many requests without a token, or with an unknown one,
	// may come from one address. The zero rate limits nothing. Further ones are
	// answered 429.
	StrangerRate ratelimit.Rate
	// MaxOperationsPerAccount is how many queries and mutations one account may
	// have under way: 128. Further ones are answered 429.
	MaxOperationsPerAccount int
	// MaxOperationsPerAddress is how many strangers of one address may have
	// under way: 256. Further ones are answered 429.
	MaxOperationsPerAddress int
	// MaxIncomingPerAccount is how much memory the requests and messages of one account may take while they are read and
	// until their operations have ended, in bytes: 16 times MaxBody or MaxMessage. Small ones do not count. A further
	// request is answered 429, and a websocket that sends more is closed with 1013.
	MaxIncomingPerAccount int
	// OperationTimeout is how long a query or a mutation may take: 10 s. Its
	// context ends then, with ErrDeadline.
	OperationTimeout time.Duration
	// MaxAnswer is how large the data of the answer to a query or a mutation may be,
	// in bytes: 16 MiB. Larger ones are answered QUERY_TOO_COMPLEX.
	MaxAnswer int
	// PaceBacklog is how much may wait to be sent on a websocket, in bytes,
	// before its operations have to wait: a subscription is then not asked for
	// its next item, and a query not run. 1 MiB. At most 256 frames wait,
	// whatever their size. One item larger than PaceBacklog is allowed.
	PaceBacklog int
	// MaxBacklog is how much may wait to be sent on a websocket, in bytes,
	// including what cannot wait elsewhere (the last messages of operations),
	// before the consumer is too slow: 8 MiB, and at least four times
	// PaceBacklog. Of pongs and refusals at most 256 KiB wait.
	MaxBacklog int

	// InitTimeout is how long a client may take to send connection_init: 5 s.
	InitTimeout time.Duration
	// PingInterval is how long a websocket may be silent before it is sent a
	// ping, and then again before it counts as dead: 30 s. The ping is a frame
	// of the websocket protocol, not a message: browsers themselves answer
	// those frames, even while a page's scripts are suspended.
	PingInterval time.Duration
	// KeepAlive is how long an event stream may be silent before it is sent a
	// comment, so that neither the client nor anything between treats it as
	// dead: 12 s.
	KeepAlive time.Duration
	// WriteTimeout is how long a socket, or an event stream, may take to accept
	// one write of at most 32 KB before the consumer is too slow: 10 s.
	WriteTimeout time.Duration
	// CloseTimeout is how long a client may take to answer a close frame before
	// its connection is cut: 5 s.
	CloseTimeout time.Duration

	// Clock returns the time for limits by rate: time.Now if nil.
	Clock func() time.Time
	// Logger logs panics, failed authentication and the like: slog.Default() if
	// nil.
	Logger *slog.Logger
	// Observer is called for metrics and logs. It may be nil.
	Observer Observer
}

// Observer is called for what happens on websockets, for subscriptions however
// they are served, and for refused requests. Its methods are called from many
// goroutines and must not block.
type Observer interface {
	// Connected is called after an upgrade.
	Connected()
	// Disconnected is called when a connection and all its goroutines have
	// ended, once for each Connected. code is the close code of whichever side
	// closed first, or 1006 if the connection broke.
	Disconnected(code int)
	// Written is called after each write that a socket took completely, with
	// the number of frames that ended in it and its size in bytes.
	Written(frames, bytes int)
	// Subscribed is called when a subscription starts, and Unsubscribed once for
	// each when it is over, whoever ended it.
	Subscribed()
	Unsubscribed()
	// Item is called for each item of a subscription that will be sent.
	Item()
	// Refused is called when a request is refused: once for a request over HTTP, and
	// for each operation over a websocket. Address(ctx) is where it came from. The
	// details are for logs.
	Refused(ctx context.Context, reason Reason, details ...slog.Attr)
}

const (
	// preAckMessage and preAckFrames limit what a client can send before connection_ack, in bytes and in messages and pings.
	preAckMessage = 8 << 10
	preAckFrames  = 16
	// longestPing limits the payload of a ping, which its pong sends back, in bytes.
	longestPing = 1 << 10
	// maxPosted limits the frames that wait for a websocket and belong to no operation, such as pongs, in bytes: a client can
	// ask for any number of them and read none.
	maxPosted = 256 << 10
)

// paceFrames is Config.PaceBacklog in frames: small frames cost memory and
// time beyond their bytes.
const paceFrames = 256

func (c Config) withDefaults() Config {
	c.MaxBody = positive(c.MaxBody, 1<<20)
	c.MaxQuery = positive(c.MaxQuery, 64<<10)
	c.MaxPersisted = positive(c.MaxPersisted, 8<<20)
	c.MaxMessage = positive(c.MaxMessage, 1<<20)
	c.MaxSubscriptions = positive(c.MaxSubscriptions, 100)
	c.MaxConnections = positive(c.MaxConnections, 30_000)
	c.MaxConnectionsPerToken = positive(c.MaxConnectionsPerToken, (c.MaxConnections+1)/2)
	c.MaxConnectionsPerAddress = positive(c.MaxConnectionsPerAddress, c.MaxConnections)
	c.MaxWaitingPerAddress = positive(c.MaxWaitingPerAddress, c.MaxConnectionsPerAddress)
	c.MaxOperationsPerAccount = positive(c.MaxOperationsPerAccount, 128)
	c.MaxOperationsPerAddress = positive(c.MaxOperationsPerAddress, 256)
	c.MaxIncomingPerAccount = positive(c.MaxIncomingPerAccount, 16*int(max(c.MaxBody, c.MaxMessage)))
	c.OperationTimeout = positive(c.OperationTimeout, 10*time.Second)
	c.MaxAnswer = positive(c.MaxAnswer, 16<<20)
	c.PaceBacklog = positive(c.PaceBacklog, 1<<20)
	c.MaxBacklog = max(positive(c.MaxBacklog, 8<<20), 4*c.PaceBacklog)
	c.InitTimeout = positive(c.InitTimeout, 5*time.Second)
	c.PingInterval = positive(c.PingInterval, 30*time.Second)
	c.KeepAlive = positive(c.KeepAlive, 12*time.Second)
	c.WriteTimeout = positive(c.WriteTimeout, 10*time.Second)
	c.CloseTimeout = positive(c.CloseTimeout, 5*time.Second)
	if c.Opened == nil {
		c.Opened = func(context.Context) func() { return func() {} }
	}
	if c.CheckOrigin == nil {
		c.CheckOrigin = AllowOrigins()
	}
	if c.ClientAddress == nil {
		c.ClientAddress = ClientAddress()
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Observer == nil {
		c.Observer = blind{}
	}
	return c
}

func positive[N int | int64 | time.Duration](value, fallback N) N {
	if value > 0 {
		return value
	}
	return fallback
}

// blind is an Observer that does nothing, the default.
type blind struct{}

func (blind) Connected()       {}
func (blind) Disconnected(int) {}
func (blind) Written(_, _ int) {}
func (blind) Subscribed()      {}
func (blind) Unsubscribed()    {}
func (blind) Item()            {}

func (blind) Refused(context.Context, Reason, ...slog.Attr) {}
