package transport

import (
	"crypto/sha256"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// Parsed is a message as the package reads it, for tests of properties of all
// messages.
type Parsed struct {
	Type, ID  string
	Payload   []byte
	Params    *graphql.RawParams
	InitToken string
	// Next is the frame of an item in reply, Error of an error.
	Next, Error string
}

// Parse is parseMessage.
func Parse(data []byte) (Parsed, error) {
	m, err := parseMessage(data)
	if err != nil {
		return Parsed{}, err
	}
	parsed := Parsed{Type: m.Type, Payload: m.Payload, Params: m.params, InitToken: m.initToken()}
	if m.ID != nil {
		parsed.ID = *m.ID
		item := frame{op: opText, head: nextHead(parsed.ID), payload: []byte("{}")}
		parsed.Next = string(item.appendTo(nil)[item.wireSize()-item.bodySize():])
		failed := errorFrame(parsed.ID, []byte("[]"))
		parsed.Error = string(failed.appendTo(nil)[failed.wireSize()-failed.bodySize():])
	}
	return parsed, nil
}

// Event is an event stream of one item.
func Event(payload []byte, position string) []byte {
	return append(nextEvent(payload, position), eventComplete...)
}

// IsPosition is isPosition.
func IsPosition(id string) bool { return isPosition(id) }

// Request is decodeRequest, with the digest that the request names.
func Request(data []byte) (*graphql.RawParams, *[sha256.Size]byte, error) {
	params, err := decodeRequest(data)
	if err != nil {
		return nil, nil, err
	}
	named, err := persistedDigest(params.Extensions)
	return params, (*[sha256.Size]byte)(named), err
}

// AllowLastWords sets how long a socket that was too slow may take for the
// frames that say so.
func (h *Handler) AllowLastWords(d time.Duration) { h.lastWords = d }

// Places returns how many connections are open, and how many tokens have some.
func (h *Handler) Places() (open, holders int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.open), h.openByToken.keys()
}

// Closing reports whether every open websocket sends no more than its close frame.
func (h *Handler) Closing() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.open {
		if c, ok := l.(*connection); ok && !c.out.isClosing() {
			return false
		}
	}
	return true
}

func (q *sendQueue) isClosing() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.closing
}

// UnderWay returns how many operations an account has under way, and how many bytes of its requests are counted.
func (h *Handler) UnderWay(account string) (operations, bytes int) {
	return h.operations.of(account), h.incoming.of(account)
}

// of returns the count of a key.
func (q *quota[K]) of(key K) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.taken[key]
}

// keys returns the number of keys with a count.
func (q *quota[K]) keys() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.taken)
}
