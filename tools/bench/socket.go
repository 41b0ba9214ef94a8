package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// follow is the subscription with which an agent's front end keeps its inbox up to date.
const follow = `subscription($after: Cursor) { events(after: $after) { __typename
	... on StreamReady { cursor } ... on ConversationHidden { cursor conversationId }
	... on Event { cursor at } ... on ConversationEvent { conversation { id number status team { id name } assignee { id name } lastActivityAt } }
	... on MessageReceived { message { id text } } ... on MessageSent { message { id text } } } }`

// socket is a websocket with one subscription.
type socket struct {
	*websocket.Conn
	last []byte // the newest message
}

// connect opens a websocket with a token.
func (s *server) connect(ctx context.Context, token string) (*socket, error) {
	dialer := websocket.Dialer{Subprotocols: []string{"graphql-transport-ws"}, HandshakeTimeout: 10 * time.Second}
	connection, response, err := dialer.DialContext(ctx, "ws"+strings.TrimPrefix(s.url, "http")+"/graphql",
		http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	_ = response.Body.Close()
	k := &socket{Conn: connection}
	if err := k.WriteJSON(map[string]any{"type": "connection_init"}); err != nil {
		return nil, err
	}
	_, err = k.until([]byte(`"connection_ack"`), nil)
	return k, err
}

// follow subscribes to events after a cursor or, where it is empty, from now on.
func (k *socket) follow(after string) error {
	variables := map[string]any{}
	if after != "" {
		variables["after"] = after
	}
	return k.WriteJSON(map[string]any{"id": "1", "type": "subscribe", "payload": map[string]any{"query": follow, "variables": variables}})
}

// until reads messages until one contains a text, and returns how many came before it. It calls each for every one of
// these, unless each is nil; each must not keep the message.
func (k *socket) until(text []byte, each func(message []byte)) (int, error) {
	if err := k.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return 0, err
	}
	for n := 0; ; n++ {
		_, message, err := k.ReadMessage()
		k.last = message
		switch {
		case err != nil:
			return n, err
		case bytes.Contains(message, []byte(`"type":"error"`)), bytes.Contains(message, []byte(`"errors":[`)):
			return n, fmt.Errorf("the server refused: %s", message)
		case bytes.Contains(message, text):
			return n, nil
		case each != nil:
			each(message)
		}
	}
}

// isReady marks the message that a stream sends after everything that was missed.
var isReady = []byte(`"__typename":"StreamReady"`)

// send sends messages in batches: one of each contact in each round.
func (s *server) send(ctx context.Context, channel string, contacts, rounds int) error {
	for round := range rounds {
		for first := 0; first < contacts; first += batch {
			var messages []any
			for i := first; i < min(contacts, first+batch); i++ {
				messages = append(messages, message(channel, fmt.Sprintf("contact-%d", i), fmt.Sprintf("%d-%d", round, i), question))
			}
			if err := s.query(ctx, receiveBatch, map[string]any{"i": map[string]any{"messages": messages}}, &struct{}{}); err != nil {
				return err
			}
		}
	}
	return nil
}
