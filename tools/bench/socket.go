package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// follow is what an agent's front end subscribes to, to keep an inbox as it is.
const follow = `subscription($after: Cursor) { events(after: $after) { __typename
	... on StreamReady { cursor } ... on ConversationHidden { cursor conversationId }
	... on Event { cursor at } ... on ConversationEvent { conversation { id number status team { id name } assignee { id name } lastActivityAt } }
	... on MessageReceived { message { id text } } ... on MessageSent { message { id text } } } }`

// socket is a websocket with one subscription.
type socket struct {
	*websocket.Conn
	last []byte // the newest message
}

// connect opens a websocket as whoever has the token.
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

// follow subscribes to what an agent's front end does; empty: from now on.
func (k *socket) follow(after string) error {
	variables := map[string]any{}
	if after != "" {
		variables["after"] = after
	}
	return k.WriteJSON(map[string]any{"id": "1", "type": "subscribe", "payload": map[string]any{"query": follow, "variables": variables}})
}

// until reads messages until one contains a text, and returns how many came before it. Each is given to a function, if
// there is one, which must not keep it.
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

// isReady is what a stream says when it has delivered what was missed.
var isReady = []byte(`"__typename":"StreamReady"`)

// send lets messages in, several in one request: one for each contact in each round.
func (s *server) send(ctx context.Context, channel string, contacts, rounds int) error {
	const batch = 50
	for round := range rounds {
		for first := 0; first < contacts; first += batch {
			var messages []map[string]any
			for i := first; i < min(contacts, first+batch); i++ {
				messages = append(messages, map[string]any{"channelId": channel, "contact": map[string]any{"externalId": fmt.Sprintf("contact-%d", i)},
					"message": map[string]any{"externalId": fmt.Sprintf("%d-%d", round, i), "text": question}})
			}
			var answer json.RawMessage
			if err := s.query(ctx, `mutation($i: MessageReceiveBatchInput!) { messageReceiveBatch(input: $i) { __typename } }`,
				map[string]any{"i": map[string]any{"messages": messages}}, &answer); err != nil {
				return err
			}
		}
	}
	return nil
}
