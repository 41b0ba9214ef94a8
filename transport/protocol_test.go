package transport_test

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/gorilla/websocket"

	"foyer/transport"
)

const initMessage = `{"type":"connection_init","payload":{"authorization":"Bearer alice"}}`

func TestCloseCodesTellTheClientWhatItDidWrong(t *testing.T) {
	subscribe := `{"type":"subscribe","id":"1","payload":{"query":"subscription { holds }"}}`
	long := strings.Replace(subscribe, `"1"`, `"`+strings.Repeat("ü", 128)+`"`, 1)
	tests := []struct {
		name   string
		sends  []string
		acked  bool // an ack comes before the close
		code   int
		reason string
	}{
		{name: "no token", sends: []string{`{"type":"connection_init"}`}, code: 4401, reason: "Unauthorized"},
		{name: "a payload of null", sends: []string{`{"type":"connection_init","payload":null}`}, code: 4401},
		{name: "an empty payload", sends: []string{`{"type":"connection_init","payload":{}}`}, code: 4401},
		{name: "a token without its scheme", sends: []string{`{"type":"connection_init","payload":{"authorization":"alice"}}`}, code: 4401},
		{name: "a token that is no string", sends: []string{`{"type":"connection_init","payload":{"authorization":{}}}`}, code: 4401},
		{name: "a bad token", sends: []string{`{"type":"connection_init","payload":{"authorization":"Bearer bad"}}`}, code: 4401, reason: "Unauthorized"},
		{name: "a forbidden token", sends: []string{`{"type":"connection_init","payload":{"Authorization":"Bearer elsewhere"}}`}, code: 4403, reason: "Forbidden"},
		{name: "a token whose session has ended", sends: []string{`{"type":"connection_init","payload":{"authorization":"Bearer ended"}}`}, code: 4403, reason: "The token is unknown, expired or revoked"},
		{name: "an outage of authentication", sends: []string{`{"type":"connection_init","payload":{"authorization":"Bearer outage"}}`}, code: 1013, reason: "Try again later"},
		{name: "a panic of authentication", sends: []string{`{"type":"connection_init","payload":{"authorization":"Bearer panic"}}`}, code: 1011, reason: "Internal error"},
		{name: "subscribe before init", sends: []string{subscribe}, code: 4401, reason: "Unauthorized"},
		{name: "a second init", sends: []string{initMessage, initMessage}, acked: true, code: 4429, reason: "Too many initialisation requests"},
		{name: "a duplicate id", sends: []string{initMessage, subscribe, subscribe}, acked: true, code: 4409, reason: "Subscriber for 1 already exists"},
		{name: "a duplicate id too long for a reason", sends: []string{initMessage, long, long}, acked: true, code: 4409, reason: "Subscriber for " + strings.Repeat("ü", 54)},
		{name: "an init payload that is a list", sends: []string{`{"type":"connection_init","payload":[]}`}, code: 4400},
		{name: "an init payload that is a string", sends: []string{`{"type":"connection_init","payload":"x"}`}, code: 4400},
		{name: "a ping payload that is a number", sends: []string{`{"type":"ping","payload":1}`}, code: 4400},
		{name: "no JSON", sends: []string{`hello`}, code: 4400},
		{name: "half a JSON", sends: []string{`{"type":"ping"`}, code: 4400},
		{name: "two JSONs", sends: []string{`{"type":"ping"}{"type":"ping"}`}, code: 4400},
		{name: "an empty message", sends: []string{``}, code: 4400},
		{name: "a list", sends: []string{`[]`}, code: 4400},
		{name: "null", sends: []string{`null`}, code: 4400},
		{name: "no type", sends: []string{`{}`}, code: 4400},
		{name: "a type that is a number", sends: []string{`{"type":1}`}, code: 4400},
		{name: "an unknown type", sends: []string{`{"type":"start"}`}, code: 4400},
		{name: "a message only servers send", sends: []string{`{"type":"connection_ack"}`}, code: 4400},
		{name: "complete without an id", sends: []string{`{"type":"complete"}`}, code: 4400},
		{name: "subscribe without an id", sends: []string{`{"type":"subscribe","payload":{"query":"{ hello }"}}`}, code: 4400},
		{name: "subscribe with an empty id", sends: []string{`{"type":"subscribe","id":"","payload":{"query":"{ hello }"}}`}, code: 4400},
		{name: "subscribe with a number for id", sends: []string{`{"type":"subscribe","id":1,"payload":{"query":"{ hello }"}}`}, code: 4400},
		{name: "subscribe with an endless id", sends: []string{`{"type":"subscribe","id":"` + strings.Repeat("x", 257) + `","payload":{"query":"{ hello }"}}`}, code: 4400},
		{name: "subscribe without a payload", sends: []string{`{"type":"subscribe","id":"1"}`}, code: 4400},
		{name: "subscribe with a list for payload", sends: []string{`{"type":"subscribe","id":"1","payload":[]}`}, code: 4400},
		{name: "subscribe without a query", sends: []string{`{"type":"subscribe","id":"1","payload":{}}`}, code: 4400},
		{name: "subscribe with bad variables", sends: []string{`{"type":"subscribe","id":"1","payload":{"query":"{ hello }","variables":[]}}`}, code: 4400},
		{name: "not UTF-8", sends: []string{"{\"type\":\"\xff\"}"}, code: 1007},
		{name: "16 messages before the ack", sends: append(slices.Repeat([]string{`{"type":"ping"}`}, 16), initMessage, `{}`), acked: true, code: 4400},
		{name: "17 messages before the ack", sends: append(slices.Repeat([]string{`{"type":"ping"}`}, 17), initMessage), code: 4400, reason: "Too many messages before the acknowledgement"},
		{name: "17 completes before the ack", sends: append(slices.Repeat([]string{`{"type":"complete","id":"1"}`}, 17), initMessage), code: 4400},
		{name: "a ping payload of 1,024 bytes and one more", sends: []string{initMessage, `{"type":"ping","payload":{"x":"` + strings.Repeat("x", 1017) + `"}}`}, acked: true, code: 4400},
		{name: "a ping of more than 8 KiB before the ack", sends: []string{`{"type":"ping","payload":{"x":"` + strings.Repeat("x", 8<<10) + `"}}`}, code: 1009},
		{name: "too large before the ack", sends: []string{`{"type":"ping","payload":{"x":"` + strings.Repeat("x", 64<<10) + `"}}`}, code: 1009},
		{name: "too large after the ack", sends: []string{initMessage, `{"type":"ping","payload":{"x":"` + strings.Repeat("x", 128<<10) + `"}}`}, acked: true, code: 1009},
	}
	s := newServer(t, func(c *transport.Config) { c.MaxMessage = 128 << 10 })
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := s.dial(t)
			for _, message := range test.sends {
				c.send(message)
			}
			if test.acked {
				c.expect(`{"type":"connection_ack"}`)
			}
			reason := c.expectClose(test.code)
			if test.reason != "" && reason != test.reason {
				t.Errorf("got the reason %q, want %q", reason, test.reason)
			}
			if reason == "" {
				t.Error("no reason was given")
			}
			if got := s.observed.disconnected(t); got != test.code {
				t.Errorf("observed %d, want %d", got, test.code)
			}
		})
	}
}

func TestBinaryMessagesAreOfNoFormatTheProtocolNames(t *testing.T) {
	c := newServer(t).dial(t)
	if err := c.WriteMessage(websocket.BinaryMessage, []byte(initMessage)); err != nil {
		t.Fatal(err)
	}
	c.expectClose(4400)
}

func TestOtherSubprotocolsAreClosed(t *testing.T) {
	s := newServer(t)
	for _, protocol := range []string{"", "graphql-ws"} {
		conn, _, err := s.tryDial(protocol)
		if err != nil {
			t.Fatal(err)
		}
		c := &client{t: t, Conn: conn}
		c.send(initMessage)
		c.expectClose(4406)
		_ = conn.Close()
	}
}

func TestInitMustComeInTime(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(c *transport.Config) { c.InitTimeout = noticed })
	early := s.connect(t)
	if reason := s.dial(t).expectClose(4408); reason != "Connection initialisation timeout" {
		t.Errorf("got the reason %q", reason)
	}
	// A client that was in time stays, although that time is over by now.
	early.send(`{"type":"ping"}`)
	early.expect(`{"type":"pong"}`)
}

func TestAFrameThatIsNoneIsAProtocolError(t *testing.T) {
	c := newServer(t).connect(t)
	c.raw([]byte{0x81, 0x01, 'x'}) // Clients must mask.
	c.expectClose(websocket.CloseProtocolError)
}

func TestAClientThatNeverAnswersACloseIsCut(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(c *transport.Config) {
		c.CloseTimeout, c.PingInterval = noticed, time.Hour
	})
	c := s.connect(t)
	c.send(`nonsense`)
	if got := s.observed.disconnected(t); got != 4400 {
		t.Fatalf("observed %d", got)
	}
}

func TestACloseOfTheClientIsAnswered(t *testing.T) {
	s := newServer(t)
	c := s.connect(t)
	c.subscribe("1", `subscription { holds }`)
	c.raw(maskedClose(1000))
	c.expectClose(1000)
	if got := s.observed.disconnected(t); got != 1000 {
		t.Errorf("observed %d", got)
	}
	c = s.connect(t)
	c.raw([]byte{0x88, 0x80, 0, 0, 0, 0})
	c.expectClose(websocket.CloseNoStatusReceived)
	if got := s.observed.disconnected(t); got != websocket.CloseNoStatusReceived {
		t.Errorf("observed %d", got)
	}
}

func maskedClose(code uint16) []byte {
	return binary.BigEndian.AppendUint16([]byte{0x88, 0x82, 0, 0, 0, 0}, code)
}

func TestPingsAreAnsweredOnceTheClientIsKnown(t *testing.T) {
	c := newServer(t).dial(t)
	c.send(`{"type":"ping"}`)
	c.raw([]byte{0x89, 0x80, 0, 0, 0, 0})
	c.send(`{"type":"pong"}`)
	c.send(`{"type":"complete","id":"nobody's"}`)
	c.send(initMessage)
	c.expect(`{"type":"connection_ack"}`)
	c.send(`{"type":"ping","payload":{"a":[1,"ü"]}}`)
	c.expect(`{"type":"pong","payload":{"a":[1,"ü"]}}`)
	c.send(`{"type":"ping","payload":null}`)
	c.expect(`{"type":"pong"}`)

	ponged := make(chan string, 1)
	c.SetPongHandler(func(data string) error {
		ponged <- data
		return nil
	})
	if err := c.WriteMessage(websocket.PingMessage, []byte("beneath")); err != nil {
		t.Fatal(err)
	}
	c.send(`{"type":"ping"}`)
	c.expect(`{"type":"pong"}`)
	if got := receive(t, ponged, "a pong"); got != "beneath" {
		t.Errorf("got %q", got)
	}
}

func TestMessagesMayComeInPieces(t *testing.T) {
	c := newServer(t).dial(t)
	writer, err := c.NextWriter(websocket.TextMessage)
	if err != nil {
		t.Fatal(err)
	}
	// More than the writer's buffer of 4 KB, so that it is sent in several
	// frames.
	if _, err := io.WriteString(writer, strings.Repeat(" ", 5000)+initMessage+strings.Repeat(" ", 2000)); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	c.expect(`{"type":"connection_ack"}`)
}

func TestTheUpgradesHeaderMayCarryTheToken(t *testing.T) {
	s := newServer(t)
	s.schema.fields["hello"] = func(ctx context.Context, _ map[string]any) (any, error) {
		return ctx.Value(viewerKey{}), nil
	}
	c := s.dial(t, "Authorization", "Bearer bob")
	c.send(`{"type":"connection_init"}`)
	c.expect(`{"type":"connection_ack"}`)
	c.subscribe("1", `{ hello }`)
	c.expect(`{"id":"1","type":"next","payload":{"data":{"hello":"bob"}}}`)
	c.expect(`{"id":"1","type":"complete"}`)

	// The token in the message has precedence.
	c = s.dial(t, "Authorization", "Bearer bob")
	c.send(initMessage)
	c.expect(`{"type":"connection_ack"}`)
	c.subscribe("1", `{ hello }`)
	c.expect(`{"id":"1","type":"next","payload":{"data":{"hello":"alice"}}}`)
}

func TestUpgradesAreJudgedByTheirOrigin(t *testing.T) {
	same := newServer(t)
	listed := newServer(t, func(c *transport.Config) {
		c.CheckOrigin = transport.AllowOrigins("https://Desk.example.com/")
	})
	open := newServer(t, func(c *transport.Config) { c.CheckOrigin = transport.AllowOrigins("*") })
	tests := []struct {
		name, origin       string
		same, listed, open bool
	}{
		{"none", "", true, true, true},
		{"its own", same.URL, true, false, true},
		{"a listed one", "https://desk.example.com", false, true, true},
		{"a listed one without TLS", "http://desk.example.com", false, false, true},
		{"another", "https://evil.example.com", false, false, true},
		{"null", "null", false, false, true},
		{"nonsense", "%zz", false, false, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for s, want := range map[*server]bool{same: test.same, listed: test.listed, open: test.open} {
				var header []string
				if test.origin != "" {
					header = []string{"Origin", test.origin}
				}
				conn, response, err := s.tryDial("graphql-transport-ws", header...)
				if err == nil {
					_ = conn.Close()
				}
				if (err == nil) != want {
					t.Errorf("accepted: %v, want %v", err == nil, want)
				}
				if err != nil && response.StatusCode != http.StatusForbidden {
					t.Errorf("got status %d", response.StatusCode)
				}
			}
		})
	}
}

func TestAnOriginGivenTwiceIsNotAllowed(t *testing.T) {
	s := newServer(t)
	if conn, _, err := s.tryDial("graphql-transport-ws", "Origin", s.URL, "Origin", s.URL); err == nil {
		_ = conn.Close()
		t.Fatal("accepted")
	}
}

func TestUpgradesWorkBeneathMiddleware(t *testing.T) {
	h := transport.New(transport.Config{Executor: executor.New(newSchema()), Authenticate: authenticate})
	s := &server{Server: httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(wrapped{w}, r)
	}))}
	defer s.Close()
	c := s.connect(t)
	c.subscribe("1", `{ hello }`)
	c.expect(`{"id":"1","type":"next","payload":{"data":{"hello":"world"}}}`)
	c.expect(`{"id":"1","type":"complete"}`)
	if err := c.WriteMessage(websocket.CloseMessage, nil); err != nil {
		t.Fatal(err)
	}
	c.expectClose(websocket.CloseNoStatusReceived)
	if err := h.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// wrapped hides the abilities of a ResponseWriter, as middleware does, except
// from http.ResponseController.
type wrapped struct{ writer http.ResponseWriter }

func (w wrapped) Header() http.Header         { return w.writer.Header() }
func (w wrapped) Write(p []byte) (int, error) { return w.writer.Write(p) }
func (w wrapped) WriteHeader(status int)      { w.writer.WriteHeader(status) }
func (w wrapped) Unwrap() http.ResponseWriter { return w.writer }

func TestABadHandshakeIsRefused(t *testing.T) {
	s := newServer(t)
	call{method: "GET", header: []string{"Connection", "Upgrade", "Upgrade", "websocket", "Sec-Websocket-Version", "12"},
		status: 400, code: "BAD_REQUEST", answers: []string{"Sec-Websocket-Version", "13"}}.run(t, s)
}

func TestSilentPeersArePingedAndDeadOnesDropped(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(c *transport.Config) { c.PingInterval = noticed })
	dead := s.connect(t) // It never reads again, so it never answers.
	if got := s.observed.disconnected(t); got != websocket.CloseAbnormalClosure {
		t.Fatalf("observed %d", got)
	}
	_ = dead.Close()
}

func TestPeersThatAnswerPingsStayAlsoOverTLS(t *testing.T) {
	t.Parallel()
	s := unstarted(t, func(c *transport.Config) { c.PingInterval = noticed })
	s.TLS = &tls.Config{MinVersion: tls.VersionTLS13}
	s.StartTLS()
	c := s.connect(t)
	answer := c.PingHandler()
	pings := 0
	c.SetPingHandler(func(data string) error {
		if pings++; pings == 3 {
			go c.subscribe("1", `{ hello }`)
		}
		return answer(data)
	})
	c.expect(`{"id":"1","type":"next","payload":{"data":{"hello":"world"}}}`)
	c.expect(`{"id":"1","type":"complete"}`)
	if pings < 3 {
		t.Fatalf("after %d pings", pings)
	}
}

func TestARevokedSessionClosesItsSocket(t *testing.T) {
	tests := []struct {
		name  string
		cause error
		code  int
	}{
		{"revoked", transport.ErrForbidden, 4403},
		{"expired", transport.ErrEnded, 4403},
		{"unknown by now", transport.ErrUnauthenticated, 4401},
		{"over", errors.New("anything else"), 4403},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			// A session that outlives its connections: not derived from ctx.
			session, revoke := context.WithCancelCause(context.Background())
			defer revoke(nil)
			s := newServer(t, func(c *transport.Config) {
				c.Authenticate = func(context.Context, string) (context.Context, error) { return session, nil }
			})
			ended := make(chan struct{})
			s.schema.streams["holds"] = func(ctx context.Context, _ map[string]any) (<-chan any, error) {
				items := make(chan any, 1)
				items <- 1
				context.AfterFunc(ctx, func() { close(ended) })
				return items, nil
			}
			c := s.connect(t)
			c.subscribe("1", `subscription { holds }`)
			c.expect(`{"id":"1","type":"next","payload":{"data":{"holds":1}}}`)
			revoke(test.cause)
			c.expectClose(test.code)
			receive(t, ended, "the resolver to end")
		})
	}
}

func TestASessionThatOutlivesItsConnectionEndsItsOperations(t *testing.T) {
	session := t.Context()
	ended := make(chan struct{})
	s := newServer(t, func(c *transport.Config) {
		c.Authenticate = func(ctx context.Context, _ string) (context.Context, error) {
			context.AfterFunc(ctx, func() { close(ended) })
			return session, nil
		}
	})
	c := s.connect(t)
	c.subscribe("1", `{ waits }`)
	c.send(`{"type":"ping"}`)
	c.expect(`{"type":"pong"}`)
	c.abort()
	if got := s.observed.disconnected(t); got != websocket.CloseAbnormalClosure {
		t.Fatalf("observed %d", got)
	}
	receive(t, ended, "the context of the connection to end")
}
