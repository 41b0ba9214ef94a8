package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/99designs/gqlgen/graphql"
)

// subprotocol is the one websocket sub-protocol that is supported.
const subprotocol = "graphql-transport-ws"

// longestID limits the ids that clients give their operations: they are kept as
// long as the operation, and sent with each of its items.
const longestID = 256

// The types of message a client may send.
const (
	typeInit      = "connection_init"
	typePing      = "ping"
	typePong      = "pong"
	typeSubscribe = "subscribe"
	typeComplete  = "complete"
)

// message is what a client sent.
type message struct {
	Type    string          `json:"type"`
	ID      *string         `json:"id"`
	Payload json.RawMessage `json:"payload"`

	// params is the payload of a subscribe message.
	params *graphql.RawParams
}

// parseMessage reads a message and checks that it has the form that the
// protocol requires of its type. Its errors are for the client, and short.
func parseMessage(data []byte) (message, error) {
	var m message
	trimmed := bytes.TrimLeft(data, " \t\r\n")
	if len(trimmed) == 0 || trimmed[0] != '{' {
		return m, errors.New("the message is not a JSON object")
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return m, errors.New("the message is not valid JSON")
	}
	switch m.Type {
	case typeInit, typePing, typePong:
		if absent(m.Payload) {
			m.Payload = nil
		} else if m.Payload[0] != '{' {
			return m, fmt.Errorf("the payload of %s is not an object", m.Type)
		} else if m.Type != typeInit && len(m.Payload) > longestPing {
			return m, fmt.Errorf("the payload of %s is longer than %d bytes", m.Type, longestPing)
		}
		return m, nil
	case typeComplete:
		return m, m.checkID()
	case typeSubscribe:
		if err := m.checkID(); err != nil {
			return m, err
		}
		if len(m.Payload) == 0 || m.Payload[0] != '{' {
			return m, errors.New("the payload of subscribe is not an object")
		}
		var err error
		m.params, err = decodeRequest(m.Payload)
		return m, err
	case "":
		return m, errors.New("the message has no type")
	default:
		return m, errors.New("the type of the message is unknown")
	}
}

func (m message) checkID() error {
	switch {
	case m.ID == nil || *m.ID == "":
		return errors.New("the message has no id")
	case len(*m.ID) > longestID:
		return fmt.Errorf("the id is longer than %d bytes", longestID)
	default:
		return nil
	}
}

// initToken returns the bearer token in the payload of connection_init, or "" if
// there is none.
func (m message) initToken() string {
	var payload struct{ Authorization string } // the name may also be in small letters
	_ = json.Unmarshal(m.Payload, &payload)    // what is not a text is not a token
	return bearer(payload.Authorization)
}

// absent reports whether a member of a message is left out, or null.
func absent(raw json.RawMessage) bool {
	return len(raw) == 0 || string(raw) == "null"
}
