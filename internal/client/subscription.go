package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// subprotocol is the protocol of GraphQL over a websocket:
// https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md.
const subprotocol = "graphql-transport-ws"

const (
	// dialTimeout is the longest time for the handshake, and again for the acknowledgement.
	dialTimeout = 10 * time.Second
	// silence is the longest time without a message from the server, which pings every 30 s.
	silence = 75 * time.Second
)

// ClosedError is the error of a websocket that the server closed. With 1012 or 1013 the client should connect again, now or
// later; with 4403, with a new token. Other codes of 44xx are errors of the client.
type ClosedError struct {
	Code   int
	Reason string
}

// Error returns code and reason.
func (e *ClosedError) Error() string {
	return fmt.Sprintf("the server closed the socket: %d %s", e.Code, e.Reason)
}

// frame is a message of the protocol, either way.
type frame struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// Subscribe runs a subscription and calls each with the data of one item after another, until the stream ends, each fails
// or ctx ends. It returns nil if the server completes the stream, an *Error if it ends the stream with errors, a
// *ClosedError if it closes the socket, and the cause of ctx if that has ended.
func (c *Client) Subscribe(ctx context.Context, query string, variables any, each func(data json.RawMessage) error) error {
	err := c.subscribe(ctx, query, variables, each)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if closed, ok := errors.AsType[*websocket.CloseError](err); ok {
		return &ClosedError{Code: closed.Code, Reason: closed.Text}
	}
	return err
}

func (c *Client) subscribe(ctx context.Context, query string, variables any, each func(data json.RawMessage) error) error {
	payload, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return fmt.Errorf("encode the subscription: %w", err)
	}
	socket, err := c.Open(ctx, websocket.Dialer{Proxy: http.ProxyFromEnvironment})
	if err != nil {
		return err
	}
	answer := socket.PingHandler()
	socket.SetPingHandler(func(data string) error {
		return errors.Join(socket.SetReadDeadline(time.Now().Add(silence)), answer(data))
	})
	unhook := context.AfterFunc(ctx, func() { _ = socket.Close() }) // this ends the read below
	defer func() {
		if unhook() {
			_ = socket.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""),
				time.Now().Add(time.Second))
			_ = socket.Close()
		}
	}()
	if err := socket.WriteJSON(frame{ID: "1", Type: "subscribe", Payload: payload}); err != nil {
		return fmt.Errorf("subscribe: %w", err)
	}
	return receive(socket, each)
}

// Open opens a websocket for a caller that speaks the protocol itself. It returns once the server has acknowledged the
// client's token.
func (c *Client) Open(ctx context.Context, dialer websocket.Dialer) (*websocket.Conn, error) {
	dialer.Subprotocols, dialer.HandshakeTimeout = []string{subprotocol}, dialTimeout
	socket, response, err := dialer.DialContext(ctx, "ws"+strings.TrimPrefix(c.endpoint, "http"), nil)
	if response != nil {
		_ = response.Body.Close() // gorilla has read what it keeps of it
	}
	if err != nil {
		return nil, fmt.Errorf("open a websocket: %w", err)
	}
	if err := c.initialise(ctx, socket); err != nil {
		return nil, errors.Join(fmt.Errorf("initialise: %w", err), socket.Close())
	}
	return socket, nil
}

// initialise sends the token and waits for the acknowledgement.
func (c *Client) initialise(ctx context.Context, socket *websocket.Conn) error {
	defer context.AfterFunc(ctx, func() { _ = socket.Close() })() // this ends the read below
	credentials, err := json.Marshal(map[string]string{"authorization": "Bearer " + c.token})
	if err != nil {
		return err
	}
	if err := socket.SetReadDeadline(time.Now().Add(dialTimeout)); err != nil {
		return err
	}
	if err := socket.WriteJSON(frame{Type: "connection_init", Payload: credentials}); err != nil {
		return err
	}
	for answer := (frame{}); answer.Type != "connection_ack"; {
		answer = frame{}
		if err := next(socket, &answer); err != nil {
			return err
		}
	}
	return socket.SetReadDeadline(time.Time{})
}

// receive calls each with items until the stream ends.
func receive(socket *websocket.Conn, each func(data json.RawMessage) error) error {
	for {
		if err := socket.SetReadDeadline(time.Now().Add(silence)); err != nil {
			return err
		}
		var message frame
		if err := next(socket, &message); err != nil {
			return err
		}
		switch message.Type {
		case "next":
			var item struct {
				Data   json.RawMessage
				Errors []Problem
			}
			if err := json.Unmarshal(message.Payload, &item); err != nil {
				return fmt.Errorf("decode an item: %w", err)
			}
			if len(item.Errors) > 0 {
				return &Error{Problems: item.Errors}
			}
			if err := each(item.Data); err != nil {
				return err
			}
		case "error":
			failure := &Error{}
			if err := json.Unmarshal(message.Payload, &failure.Problems); err != nil {
				return fmt.Errorf("decode the errors that ended the stream: %w", err)
			}
			return failure
		case "complete":
			return nil
		}
	}
}

// next reads one message. It answers a ping of the protocol, which is not a ping of the websocket.
func next(socket *websocket.Conn, into *frame) error {
	if err := socket.ReadJSON(into); err != nil {
		return err
	}
	if into.Type == "ping" {
		return socket.WriteJSON(frame{Type: "pong"})
	}
	return nil
}
