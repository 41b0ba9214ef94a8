package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// followed is the subscription of every socket.
const followed = `subscription($after: Cursor) { events(after: $after) { __typename ... on StreamReady { cursor } ` +
	`... on ContactChanged { cursor at created changes { field from to } } } }`

// crowd is many sockets with one subscription each.
type crowd struct {
	token   string          // empty: the one of this program's servers
	ctx     context.Context //nolint:containedctx // of the command: a crowd ends with it
	deaf    bool            // the sockets read nothing once they are subscribed
	sockets []*fanoutSocket
	got     atomic.Int64 // items
	want    atomic.Int64
	all     chan struct{}
	failed  atomic.Pointer[error]
}

// fanoutSocket is one socket of a crowd.
type fanoutSocket struct {
	net.Conn
	mu   sync.Mutex
	took latencies
}

// join subscribes with n sockets.
func (c *crowd) join(address string, n int) error {
	c.all = make(chan struct{}, 1)
	c.want.Store(int64(n)) // StreamReady
	if c.deaf {
		c.want.Store(0)
	}
	c.sockets = make([]*fanoutSocket, n)
	_, err := load(c.ctx, ownCPU, 16, n, func(ctx context.Context, i int) error {
		s, reader, err := dialFanout(ctx, address, cmp.Or(c.token, token), i, c.deaf)
		if err != nil {
			return err
		}
		c.sockets[i] = s
		if !c.deaf {
			go c.listen(s, reader)
		}
		return nil
	})
	if err != nil || c.deaf {
		return err
	}
	return c.awaitAll()
}

// portsPerAddress is the number of connections from one local address to the server: there are about 28,000 ports.
const portsPerAddress = 20_000

// dialFanout subscribes with the i-th socket. A deaf one has a small buffer for what it does not read.
func dialFanout(ctx context.Context, address, as string, i int, deaf bool) (*fanoutSocket, *bufio.Reader, error) {
	dialer := net.Dialer{}
	if from := i / portsPerAddress; from > 0 {
		dialer.LocalAddr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(1+from))}
	}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, nil, err
	}
	if deaf {
		if err := conn.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
			return nil, nil, err
		}
	}
	_, err = fmt.Fprintf(conn, "GET /graphql HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n", address)
	if err != nil {
		return nil, nil, err
	}
	reader := bufio.NewReaderSize(conn, 4096)
	response, err := http.ReadResponse(reader, nil) //nolint:bodyclose // the body is the websocket
	if err != nil {
		return nil, nil, err
	}
	if response.StatusCode != http.StatusSwitchingProtocols {
		return nil, nil, errors.New(response.Status)
	}
	s := &fanoutSocket{Conn: conn}
	query, _ := json.Marshal(followed) // a text can always be encoded
	if err := s.send(`{"type":"connection_init","payload":{"authorization":"Bearer ` + as + `"}}`); err != nil {
		return nil, nil, err
	}
	if _, err := readFrame(reader, nil); err != nil { // connection_ack
		return nil, nil, err
	}
	return s, reader, s.send(`{"type":"subscribe","id":"1","payload":{"query":` + string(query) + `}}`)
}

// send writes a message of less than 64 KB, masked with zeros.
func (s *fanoutSocket) send(text string) error {
	frame := []byte{0x81, 0x80 | 126, 0, 0, 0, 0, 0, 0}
	binary.BigEndian.PutUint16(frame[2:], uint16(len(text)))
	_, err := s.Write(append(frame, text...))
	return err
}

// readFrame reads a frame into a buffer, and returns the buffer.
func readFrame(r *bufio.Reader, buffer []byte) ([]byte, error) {
	head, err := r.Peek(2)
	if err != nil {
		return nil, err
	}
	size, skip := int(head[1]), 2
	switch size {
	case 126:
		if head, err = r.Peek(4); err != nil {
			return nil, err
		}
		size, skip = int(binary.BigEndian.Uint16(head[2:])), 4
	case 127:
		if head, err = r.Peek(10); err != nil {
			return nil, err
		}
		size, skip = int(binary.BigEndian.Uint64(head[2:])), 10
	}
	if head[0] == 0x88 {
		return nil, io.EOF
	}
	if _, err := r.Discard(skip); err != nil {
		return nil, err
	}
	buffer = slices.Grow(buffer[:0], size)[:size]
	_, err = io.ReadFull(r, buffer)
	return buffer, err
}

// listen counts the items that arrive, and notes how long each took.
func (c *crowd) listen(s *fanoutSocket, r *bufio.Reader) {
	var buffer []byte
	var err error
	for {
		if buffer, err = readFrame(r, buffer); err != nil {
			err = fmt.Errorf("a subscriber was cut off: %w", err)
			c.failed.CompareAndSwap(nil, &err)
			c.tell()
			return
		}
		if !bytes.Contains(buffer, []byte(`"type":"next"`)) {
			continue // stock gqlgen pings
		}
		if at := bytes.Index(buffer, []byte(`"field":"t`)); at > 0 {
			at += len(`"field":"t`)
			if nanos, err := strconv.ParseInt(string(buffer[at:at+19]), 10, 64); err == nil {
				s.mu.Lock()
				s.took = append(s.took, time.Duration(time.Now().UnixNano()-nanos))
				s.mu.Unlock()
			}
		}
		if c.got.Add(1) == c.want.Load() {
			c.tell()
		}
	}
}

func (c *crowd) tell() {
	select {
	case c.all <- struct{}{}:
	default:
	}
}

// await waits until every socket has received so many more items.
func (c *crowd) await(each int64) error {
	c.want.Add(each * int64(len(c.sockets)))
	return c.awaitAll()
}

func (c *crowd) awaitAll() error {
	timeout := time.After(2 * time.Minute)
	for c.got.Load() < c.want.Load() {
		select {
		case <-c.all:
		case <-time.After(50 * time.Millisecond):
		case <-timeout:
			return fmt.Errorf("got %d of %d items", c.got.Load(), c.want.Load())
		}
		if err := c.failed.Load(); err != nil {
			return *err
		}
	}
	return nil
}

// forget drops the latencies so far.
func (c *crowd) forget() {
	for _, s := range c.sockets {
		s.mu.Lock()
		s.took = s.took[:0]
		s.mu.Unlock()
	}
}

// latencies returns the latencies since forget.
func (c *crowd) latencies() latencies {
	var all latencies
	for _, s := range c.sockets {
		s.mu.Lock()
		all = append(all, s.took...)
		s.mu.Unlock()
	}
	slices.Sort(all)
	return all
}

func (c *crowd) close() {
	for _, s := range c.sockets {
		if s != nil {
			_ = s.Close()
		}
	}
}
