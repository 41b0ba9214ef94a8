package main

import (
	"encoding/binary"
	"encoding/json"
	"net"
	"net/http"
	"sync"

	"github.com/gorilla/websocket"

	"foyer/inbox"
)

// bare is the floor: a server that writes an event to each websocket with one call, from one goroutine, and does nothing else.
type bare struct {
	mu    sync.Mutex
	conns []net.Conn
}

// ServeHTTP answers the first messages of a subscriber, and holds the connection.
func (b *bare) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	upgrader := websocket.Upgrader{Subprotocols: []string{"graphql-transport-ws"}, ReadBufferSize: 256, WriteBufferPool: &sync.Pool{}}
	socket, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	b.mu.Lock() // before the answer, after which an event may be published at once
	b.conns = append(b.conns, socket.NetConn())
	b.mu.Unlock()
	for _, answer := range []string{`{"type":"connection_ack"}`, `{"id":"1","type":"next","payload":{}}`} {
		if _, _, err := socket.ReadMessage(); err != nil {
			return
		}
		if err := socket.WriteMessage(websocket.TextMessage, []byte(answer)); err != nil {
			return
		}
	}
	_, _, _ = socket.ReadMessage()
}

// publish writes an event to all.
func (b *bare) publish(event *inbox.ContactChanged) {
	data, _ := json.Marshal(event.Changes) // texts can always be encoded
	text := append(append([]byte(`{"id":"1","type":"next","payload":{"data":{"events":{"__typename":"ContactChanged","cursor":"000001kqq6xm.0000000000000127","at":"2026-01-01T00:00:00.000Z","changes":`), data...), `}}}}`...)
	frame := append(binary.BigEndian.AppendUint16([]byte{0x81, 126}, uint16(len(text))), text...)
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, conn := range b.conns {
		_, _ = conn.Write(frame)
	}
}
