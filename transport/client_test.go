package transport_test

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// client is a websocket client that speaks JSON and no protocol above it.
type client struct {
	t *testing.T
	*websocket.Conn
}

// dial opens a websocket without sending anything.
func (s *server) dial(t *testing.T, header ...string) *client {
	t.Helper()
	c, response, err := s.tryDial("graphql-transport-ws", header...)
	if err != nil {
		t.Fatalf("dial: %v (%v)", err, response)
	}
	t.Cleanup(func() { _ = c.Close() })
	return &client{t: t, Conn: c}
}

func (s *server) tryDial(protocol string, header ...string) (*websocket.Conn, *http.Response, error) {
	dialer := websocket.Dialer{
		HandshakeTimeout: patience,
		TLSClientConfig:  &tls.Config{InsecureSkipVerify: true},
	}
	if s.pipes != nil {
		dialer.NetDialContext = s.pipes.dial
	}
	if protocol != "" {
		dialer.Subprotocols = []string{protocol}
	}
	h := http.Header{}
	for i := 0; i < len(header); i += 2 {
		h.Add(header[i], header[i+1])
	}
	c, response, err := dialer.Dial(s.wsURL(), h)
	if response != nil && err == nil {
		_ = response.Body.Close()
	}
	return c, response, err
}

// connect opens a websocket and initialises it.
func (s *server) connect(t *testing.T) *client {
	t.Helper()
	c := s.dial(t)
	c.send(`{"type":"connection_init","payload":{"authorization":"Bearer alice"}}`)
	c.expect(`{"type":"connection_ack"}`)
	return c
}

func (c *client) send(message string) {
	c.t.Helper()
	if err := c.WriteMessage(websocket.TextMessage, []byte(message)); err != nil {
		c.t.Fatalf("send %.80s: %v", message, err)
	}
}

// subscribe starts an operation.
func (c *client) subscribe(id, query string) {
	c.t.Helper()
	c.send(`{"type":"subscribe","id":` + quoted(id) + `,"payload":{"query":` + quoted(query) + `}}`)
}

// quoted returns a text as JSON.
func quoted(text string) string {
	encoded, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(encoded)
}

// next reads a message.
func (c *client) next() string {
	c.t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(patience))
	kind, data, err := c.ReadMessage()
	if err != nil {
		c.t.Fatalf("read: %v", err)
	}
	if kind != websocket.TextMessage {
		c.t.Fatalf("got a message of kind %d", kind)
	}
	return string(data)
}

// expect reads a message and compares it byte by byte.
func (c *client) expect(want string) {
	c.t.Helper()
	if got := c.next(); got != want {
		c.t.Fatalf("got  %s\nwant %s", got, want)
	}
}

// expectError reads an error message and returns its first error.
func (c *client) expectError(id string) (message string, extensions map[string]any) {
	c.t.Helper()
	var got struct {
		Type, ID string
		Payload  []struct {
			Message    string
			Extensions map[string]any
		}
	}
	text := c.next()
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		c.t.Fatalf("%s: %v", text, err)
	}
	if got.Type != "error" || got.ID != id || len(got.Payload) == 0 {
		c.t.Fatalf("got %s, want an error of %q", text, id)
	}
	return got.Payload[0].Message, got.Payload[0].Extensions
}

// expectCode is expectError for the code alone.
func (c *client) expectCode(id, code string) {
	c.t.Helper()
	message, extensions := c.expectError(id)
	if extensions["code"] != code {
		c.t.Fatalf("got %q with %v, want the code %s", message, extensions, code)
	}
}

// expectClose reads until the connection is closed, and expects no other
// message before.
func (c *client) expectClose(code int) string {
	c.t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(patience))
	_, data, err := c.ReadMessage()
	if err == nil {
		c.t.Fatalf("got %s, want close %d", data, code)
	}
	return c.closedBy(err, code)
}

// drainToClose reads whatever comes until the connection is closed.
func (c *client) drainToClose(code int) (last string) {
	c.t.Helper()
	for {
		_ = c.SetReadDeadline(time.Now().Add(patience))
		_, data, err := c.ReadMessage()
		if err != nil {
			c.closedBy(err, code)
			return last
		}
		last = string(data)
	}
}

func (c *client) closedBy(err error, code int) string {
	c.t.Helper()
	var closed *websocket.CloseError
	if !errors.As(err, &closed) || closed.Code != code {
		c.t.Fatalf("got %v, want close %d", err, code)
	}
	return closed.Text
}

// raw writes bytes beneath the websocket.
func (c *client) raw(data []byte) {
	c.t.Helper()
	if _, err := c.NetConn().Write(data); err != nil {
		c.t.Fatalf("write: %v", err)
	}
}

// abort resets the connection.
func (c *client) abort() {
	c.t.Helper()
	if conn, ok := c.NetConn().(*net.TCPConn); ok {
		_ = conn.SetLinger(0)
	}
	_ = c.NetConn().Close()
}

// sameJSON compares two JSON texts by value.
func sameJSON(t *testing.T, got, want string) {
	t.Helper()
	var gotValue, wantValue any
	if err := json.Unmarshal([]byte(want), &wantValue); err != nil {
		t.Fatalf("want %s: %v", want, err)
	}
	if err := json.Unmarshal([]byte(got), &gotValue); err != nil {
		t.Fatalf("got %s: %v", got, err)
	}
	if !reflect.DeepEqual(gotValue, wantValue) {
		t.Fatalf("got  %s\nwant %s", strings.TrimSpace(got), want)
	}
}

// firstCode is the extensions.code of the first error in a response.
func firstCode(t *testing.T, body string) string {
	t.Helper()
	var response struct {
		Errors []struct{ Extensions map[string]any }
	}
	if err := json.Unmarshal([]byte(body), &response); err != nil {
		return ""
	}
	if len(response.Errors) == 0 {
		return ""
	}
	code, _ := response.Errors[0].Extensions["code"].(string)
	return code
}
