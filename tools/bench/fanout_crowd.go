package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// contactEvents is the subscription of every socket.
const contactEvents = `subscription($after: Cursor) { events(after: $after) { __typename ... on StreamReady { cursor } ` +
	`... on ContactChanged { cursor at created changes { field from to } } } }`

// crowd is many sockets with one subscription each.
type crowd struct {
	ctx       context.Context //nolint:containedctx // of the command: a crowd ends with it
	server    *fanoutProcess
	payload   int // bytes of filler in an event
	sockets   []*fanoutSocket
	document  string        // the subscription of each
	got, want atomic.Int64  // items
	aside     atomic.Int64  // items that are not in the log
	all       chan struct{} // receives when got reaches want
	failed    chan error
}

// fanoutSocket is one socket of a crowd.
type fanoutSocket struct {
	net.Conn
	mu   sync.Mutex
	took latencies
}

// newCrowd returns a crowd without sockets.
func newCrowd(ctx context.Context, s *fanoutProcess, payload int) *crowd {
	return &crowd{ctx: ctx, server: s, payload: payload, document: contactEvents, all: make(chan struct{}, 1), failed: make(chan error, 1)}
}

// portsPerAddress is the number of connections from one local address to the server: there are about 28,000 ports.
const portsPerAddress = 20_000

// join subscribes with n sockets of one agent.
func (c *crowd) join(n int) error {
	return c.joinAs(n, func(int) (*fanoutProcess, error) { return c.server, nil })
}

// joinAs subscribes with n sockets, of whom as returns for each.
func (c *crowd) joinAs(n int, as func(i int) (*fanoutProcess, error)) error {
	c.sockets = make([]*fanoutSocket, n)
	_, err := load(c.ctx, ownCPU, 16, n, func(ctx context.Context, i int) error {
		dialer := net.Dialer{}
		if from := i / portsPerAddress; from > 0 {
			dialer.LocalAddr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(1+from))}
		}
		who, err := as(i)
		if err != nil {
			return err
		}
		conn, err := who.subscribe(ctx, c.document, dialer.DialContext)
		if err != nil {
			return err
		}
		c.sockets[i] = &fanoutSocket{Conn: conn}
		go c.listen(c.sockets[i])
		return nil
	})
	if err != nil {
		return err
	}
	return c.await(1) // StreamReady
}

// dialDeaf opens a connection with a small buffer, which nobody will read from.
func dialDeaf(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return conn, conn.(*net.TCPConn).SetReadBuffer(4 << 10)
}

// subscribe opens a websocket and subscribes. It returns the connection, from which everything that follows can be read.
func (p *fanoutProcess) subscribe(ctx context.Context, document string, dial func(ctx context.Context, network, address string) (net.Conn, error)) (
	net.Conn, error,
) {
	socket, err := p.Open(ctx, websocket.Dialer{NetDialContext: dial, ReadBufferSize: 256, WriteBufferSize: 1024})
	if err != nil {
		return nil, err
	}
	return socket.NetConn(), subscribe(socket, document, nil)
}

// readFrame reads a frame into a buffer, and returns the buffer. It leaves the processors to the server: in a backlog a subscriber
// reads two million frames a second.
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
func (c *crowd) listen(s *fanoutSocket) {
	const mark = `"field":"t` // begins the time at which an event was published
	var buffer []byte
	var err error
	for r := bufio.NewReaderSize(s, 4096); ; {
		if buffer, err = readFrame(r, buffer); err != nil {
			select {
			case c.failed <- fmt.Errorf("a subscriber was cut off: %w", err):
			default: // it is not the first one
			}
			return
		}
		if !bytes.Contains(buffer, []byte(`"type":"next"`)) {
			continue // stock gqlgen pings
		}
		if bytes.Contains(buffer, []byte(`"__typename":"ConversationActivity"`)) {
			c.aside.Add(1)
			continue
		}
		if _, after, found := bytes.Cut(buffer, []byte(mark)); found {
			if nanos, err := strconv.ParseInt(string(after[:19]), 10, 64); err == nil {
				s.mu.Lock()
				s.took = append(s.took, time.Duration(time.Now().UnixNano()-nanos))
				s.mu.Unlock()
			}
		}
		if c.got.Add(1) == c.want.Load() {
			select {
			case c.all <- struct{}{}:
			default:
			}
		}
	}
}

// await waits until every socket has received n more items.
func (c *crowd) await(each int) error {
	c.want.Add(int64(each * len(c.sockets)))
	timeout := time.After(2 * time.Minute)
	for c.got.Load() < c.want.Load() {
		select {
		case <-c.all:
		case err := <-c.failed:
			return err
		case <-timeout:
			return fmt.Errorf("got %d of %d items", c.got.Load(), c.want.Load())
		}
	}
	return nil
}

// latencies returns the latencies since it was last called.
func (c *crowd) latencies() latencies {
	var all latencies
	for _, s := range c.sockets {
		s.mu.Lock()
		all, s.took = append(all, s.took...), s.took[:0]
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

// watched measures the delivery of n events while publish publishes them.
func (c *crowd) watched(events int, publish func() error) (measured, error) {
	c.latencies()
	cpu, begun := c.server.cpu(), time.Now()
	if err := publish(); err != nil {
		return measured{}, err
	}
	wall, deliveries := time.Since(begun), events*len(c.sockets)
	return measured{perSecond: float64(deliveries) / wall.Seconds(), latencies: c.latencies(),
		cpu: (c.server.cpu() - cpu) / time.Duration(deliveries)}, nil
}

// paced publishes events one at a time, each after every socket has received the one before.
func (c *crowd) paced(events int) (measured, error) {
	return c.watched(events, func() error {
		for range events {
			if err := c.server.publish(c.ctx, 1, c.payload); err != nil {
				return err
			}
			if err := c.await(1); err != nil {
				return err
			}
		}
		return nil
	})
}

// burst publishes events at once.
func (c *crowd) burst(events int) (measured, error) {
	return c.watched(events, func() error {
		if err := c.server.publish(c.ctx, events, c.payload); err != nil {
			return err
		}
		return c.await(events)
	})
}

// steady publishes events at a steady pace, for three seconds.
func (c *crowd) steady() (measured, error) { return c.at(40, 120) }

// at publishes events at so many a second.
func (c *crowd) at(rate, events int) (measured, error) {
	return c.watched(events, func() error {
		times := schedule{time.Now(), rate}
		for i := range events {
			if err := c.server.publish(c.ctx, 1, c.payload); err != nil {
				return err
			}
			time.Sleep(time.Until(times.due(i + 1)))
		}
		return c.await(events)
	})
}
