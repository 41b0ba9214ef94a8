package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/gorilla/websocket"

	"foyer/internal/client"
)

// inboxEvents is the subscription with which an agent's front end keeps its inbox up to date.
const inboxEvents = `subscription($after: Cursor) { events(after: $after) { __typename
	... on StreamReady { cursor } ... on ConversationHidden { cursor conversationId }
	... on Event { cursor at } ... on ConversationEvent { conversation { id number status team { id name } assignee { id name } lastActivityAt } }
	... on MessageReceived { message { id text } } ... on MessageSent { message { id text } } } }`

// socket is a websocket with one subscription.
type socket struct {
	*websocket.Conn
	last []byte // the newest message
}

// connect opens a websocket.
func connect(ctx context.Context, c *client.Client) (*socket, error) {
	connection, err := c.Open(ctx, websocket.Dialer{})
	return &socket{Conn: connection}, err
}

// follow subscribes to events after a cursor or, if it is empty, from now on.
func (k *socket) follow(after string) error {
	variables := map[string]any{}
	if after != "" {
		variables["after"] = after
	}
	return subscribe(k.Conn, inboxEvents, variables)
}

// subscribe begins the only subscription of a websocket.
func subscribe(connection *websocket.Conn, query string, variables map[string]any) error {
	return connection.WriteJSON(map[string]any{"id": "1", "type": "subscribe",
		"payload": map[string]any{"query": query, "variables": variables}})
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
