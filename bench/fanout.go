package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// fanout measures how much processor time of the server each delivery of an event takes.
type fanout struct {
	Connections int    `default:"1000" help:"Subscribers."`
	Many        int    `default:"10000" help:"Subscribers in the runs with many; 0: none."`
	Payload     int    `default:"500" help:"Bytes of filler; what surrounds it takes 200 more."`
	Paced       int    `default:"300" help:"Events that are published one at a time, each when all have the one before."`
	Backlog     int    `default:"4000" help:"Events that are published at once, 500 in a commit."`
	Rounds      int    `default:"3" help:"Runs of each kind."`
	Slow        bool   `default:"true" negatable:"" help:"Measure what one who does not read does to the others."`
	HeapProfile string `help:"Write a heap profile of the server with its idle subscribers to this file."`
	Profile     string `help:"Write a CPU profile of the server's paced runs to this file."`
}

// followed is the subscription of all.
const followed = `subscription($after: Cursor) { events(after: $after) { __typename ... on StreamReady { cursor } ` +
	`... on ContactChanged { cursor at created changes { field from to } } } }`

// deliveries is what a run took.
type deliveries struct {
	count     int
	cpu, wall time.Duration
	latencies latencies
}

func (d deliveries) row(name string) string {
	return fmt.Sprintf("%-52s %10d %9.2f %9.1f %9.2f %9.2f", name, d.count,
		float64(d.cpu.Nanoseconds())/1000/float64(d.count), float64(d.count)/d.wall.Seconds()/1000, ms(d.latencies.at(50)), ms(d.latencies.at(99)))
}

// Run prints the table.
func (f *fanout) Run(ctx context.Context) error {
	out := os.Stdout
	_, _ = fmt.Fprintf(out, "%-52s %10s %9s %9s %9s %9s\n", "", "deliveries", "CPU µs", "k per s", "p50 ms", "p99 ms")
	ours, err := f.measure(ctx, "ours", f.Connections)
	if err != nil {
		return err
	}
	floor := *f
	floor.Backlog, floor.Slow = 0, false
	bare, err := floor.measure(ctx, "bare", f.Connections)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out, "%-52s %20.2f\n", "ours : bare", ours/bare)
	if withStock {
		for _, mode := range []string{"stock", "stock-resolvers"} {
			g := *f
			g.Paced, g.Rounds, g.Backlog, g.Slow = max(f.Paced/10, 5), 1, 0, false
			stock, err := g.measure(ctx, mode, f.Connections)
			if err != nil {
				return err
			}
			_, _ = fmt.Fprintf(out, "%-52s %20.1f\n", mode+" : ours", stock/ours)
		}
	}
	if f.Many > 0 {
		g := *f
		g.Paced, g.Backlog, g.Slow = max(f.Paced*f.Connections/f.Many, 5), f.Backlog*f.Connections/f.Many, false
		if _, err := g.measure(ctx, "ours", f.Many); err != nil {
			return err
		}
	}
	return nil
}

// measure prints what a server takes, and gives its processor time per delivery, one at a time, in microseconds: of
// several runs the median.
func (f *fanout) measure(ctx context.Context, mode string, connections int) (float64, error) {
	s, err := startFanout(ctx, mode)
	if err != nil {
		return 0, err
	}
	defer s.stop()
	out := os.Stdout
	before, err := s.memory(ctx)
	if err != nil {
		return 0, err
	}
	c := &crowd{ctx: ctx}
	defer c.close()
	if err := c.join(s.address, connections); err != nil {
		return 0, err
	}
	after, err := s.memory(ctx)
	if err != nil {
		return 0, err
	}
	if f.HeapProfile != "" && mode == "ours" {
		data, err := s.get(ctx, "/debug/pprof/heap")
		if err != nil {
			return 0, err
		}
		if err := os.WriteFile(f.HeapProfile, data, 0o600); err != nil {
			return 0, err
		}
	}
	_, _ = fmt.Fprintf(out, "%-52s %10s %9.2f KB resident (heap %.2f, stacks %.2f), %.2f goroutines\n",
		fmt.Sprintf("%s, %d: memory of an idle subscriber", mode, connections), "", after.minus(before, connections, func(m memory) float64 { return m.resident })/1024,
		after.minus(before, connections, func(m memory) float64 { return m.heap })/1024, after.minus(before, connections, func(m memory) float64 { return m.stacks })/1024,
		after.minus(before, connections, func(m memory) float64 { return m.goroutines }))
	if _, err := f.paced(s, c, 5); err != nil { // warm
		return 0, err
	}
	profiled := f.profile(ctx, s, mode)
	var costs []float64
	for range f.Rounds {
		d, err := f.paced(s, c, f.Paced)
		if err != nil {
			return 0, err
		}
		_, _ = fmt.Fprintln(out, d.row(fmt.Sprintf("%s, %d: one at a time", mode, connections)))
		costs = append(costs, float64(d.cpu.Nanoseconds())/1000/float64(d.count))
	}
	if err := profiled(); err != nil {
		return 0, err
	}
	for range f.Rounds {
		if f.Backlog == 0 {
			break
		}
		d, err := f.burst(s, c, f.Backlog, 500)
		if err != nil {
			return 0, err
		}
		_, _ = fmt.Fprintln(out, d.row(fmt.Sprintf("%s, %d: backlog", mode, connections)))
	}
	if f.Slow {
		if err := f.withSlow(s, c); err != nil {
			return 0, err
		}
	}
	slices.Sort(costs)
	return costs[len(costs)/2], nil
}

// profile profiles the server until the function that it gives is called.
func (f *fanout) profile(ctx context.Context, s *fanoutProcess, mode string) func() error {
	if f.Profile == "" || mode != "ours" {
		return func() error { return nil }
	}
	done := make(chan error, 1)
	go func() {
		data, err := s.get(ctx, "/debug/pprof/profile?seconds=12")
		if err == nil {
			err = os.WriteFile(f.Profile, data, 0o600)
		}
		done <- err
	}()
	return func() error { return <-done }
}

// paced publishes events one at a time.
func (f *fanout) paced(s *fanoutProcess, c *crowd, events int) (deliveries, error) {
	c.forget()
	cpu, begun := s.cpu(), time.Now()
	for range events {
		if err := s.publish(c.ctx, 1, 1, f.Payload); err != nil {
			return deliveries{}, err
		}
		if err := c.await(1); err != nil {
			return deliveries{}, err
		}
	}
	return deliveries{events * len(c.sockets), s.cpu() - cpu, time.Since(begun), c.latencies()}, nil
}

// burst publishes events at once.
func (f *fanout) burst(s *fanoutProcess, c *crowd, events, batch int) (deliveries, error) {
	c.forget()
	cpu, begun := s.cpu(), time.Now()
	if err := s.publish(c.ctx, events, batch, f.Payload); err != nil {
		return deliveries{}, err
	}
	if err := c.await(int64(events)); err != nil {
		return deliveries{}, err
	}
	return deliveries{events * len(c.sockets), s.cpu() - cpu, time.Since(begun), c.latencies()}, nil
}

// withSlow publishes at a steady pace, without and with one who does not read.
func (f *fanout) withSlow(s *fanoutProcess, c *crowd) error {
	steady := func(name string) error {
		c.forget()
		cpu, begun := s.cpu(), time.Now()
		const events, pause = 500, 25 * time.Millisecond
		for i := range events {
			if err := s.publish(c.ctx, 1, 1, f.Payload); err != nil {
				return err
			}
			time.Sleep(time.Until(begun.Add(time.Duration(i+1) * pause)))
		}
		if err := c.await(events); err != nil {
			return err
		}
		d := deliveries{events * len(c.sockets), s.cpu() - cpu, time.Since(begun), c.latencies()}
		_, _ = fmt.Fprintln(os.Stdout, d.row(fmt.Sprintf("ours, %d: 40 a second, %s", len(c.sockets), name)))
		return nil
	}
	for range f.Rounds {
		if err := steady("all read"); err != nil {
			return err
		}
		slow := &crowd{ctx: c.ctx, deaf: true}
		if err := slow.join(s.address, 1); err != nil {
			return err
		}
		// What the system and the server take for it is full from here on.
		if _, err := f.burst(s, c, 4000, 500); err != nil {
			return err
		}
		if err := steady("one does not"); err != nil {
			return err
		}
		slow.close()
	}
	return nil
}

// fanoutProcess is a server under way.
type fanoutProcess struct {
	process *exec.Cmd
	input   io.Closer
	address string
}

func startFanout(ctx context.Context, mode string) (*fanoutProcess, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &fanoutProcess{process: exec.CommandContext(ctx, self, "fanout-server", "--mode", mode)}
	p.process.Stderr = os.Stderr
	if p.input, err = p.process.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.process.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	p.address = strings.TrimSpace(line)
	if err != nil {
		p.stop()
		return nil, fmt.Errorf("start a server: %w", err)
	}
	return p, nil
}

func (p *fanoutProcess) stop() {
	_ = p.input.Close()
	_ = p.process.Wait()
}

func (p *fanoutProcess) cpu() time.Duration { return (&server{process: p.process}).cpu() }

func (p *fanoutProcess) get(ctx context.Context, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.address+path, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, data)
	}
	return data, err
}

func (p *fanoutProcess) publish(ctx context.Context, n, batch, size int) error {
	_, err := p.get(ctx, fmt.Sprintf("/publish?n=%d&batch=%d&size=%d", n, batch, size))
	return err
}

// memory is what a server has, in bytes.
type memory struct{ goroutines, heap, stacks, resident float64 }

func (m memory) minus(before memory, connections int, of func(memory) float64) float64 {
	return (of(m) - of(before)) / float64(connections)
}

func (p *fanoutProcess) memory(ctx context.Context) (m memory, err error) {
	time.Sleep(time.Second)
	data, err := p.get(ctx, "/memory")
	if err != nil {
		return m, err
	}
	if _, err := fmt.Sscan(string(data), &m.goroutines, &m.heap, &m.stacks); err != nil {
		return m, err
	}
	statm, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", p.process.Process.Pid))
	if err != nil {
		return m, err
	}
	pages, err := strconv.Atoi(strings.Fields(string(statm))[1])
	m.resident = float64(pages * os.Getpagesize())
	return m, err
}

// crowd is many sockets with one subscription each.
type crowd struct {
	ctx     context.Context
	deaf    bool // they read nothing once they are subscribed
	sockets []*fanoutSocket
	got     atomic.Int64 // items
	want    atomic.Int64
	all     chan struct{}
	failed  atomic.Pointer[error]
}

// fanoutSocket is one of them.
type fanoutSocket struct {
	net.Conn
	mu   sync.Mutex
	took latencies
}

// join subscribes with so many sockets.
func (c *crowd) join(address string, n int) error {
	c.all = make(chan struct{}, 1)
	c.want.Store(int64(n)) // StreamReady
	if c.deaf {
		c.want.Store(0)
	}
	var working sync.WaitGroup
	var first atomic.Pointer[error]
	c.sockets = make([]*fanoutSocket, n)
	for w := range 16 {
		working.Go(func() {
			for i := w; i < n; i += 16 {
				s, reader, err := dialFanout(c.ctx, address)
				if err != nil {
					first.CompareAndSwap(nil, &err)
					return
				}
				c.sockets[i] = s
				if !c.deaf {
					go c.listen(s, reader)
				}
			}
		})
	}
	working.Wait()
	if err := first.Load(); err != nil {
		return *err
	}
	if c.deaf {
		return nil
	}
	return c.awaitAll()
}

// dialFanout subscribes with a socket.
func dialFanout(ctx context.Context, address string) (*fanoutSocket, *bufio.Reader, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, nil, err
	}
	_, err = fmt.Fprintf(conn, "GET /graphql HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n", address)
	if err != nil {
		return nil, nil, err
	}
	reader := bufio.NewReaderSize(conn, 4096)
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		return nil, nil, err
	}
	if response.StatusCode != http.StatusSwitchingProtocols {
		return nil, nil, errors.New(response.Status)
	}
	s := &fanoutSocket{Conn: conn}
	query, _ := json.Marshal(followed) // a text can always be encoded
	if err := s.send(`{"type":"connection_init","payload":{"authorization":"Bearer ` + token + `"}}`); err != nil {
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

// readFrame reads a frame into a buffer.
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

// listen counts what comes, and notes how long it took.
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

// await waits until all have got so many more.
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

// forget forgets how long things took.
func (c *crowd) forget() {
	for _, s := range c.sockets {
		s.mu.Lock()
		s.took = s.took[:0]
		s.mu.Unlock()
	}
}

// latencies gives how long things took.
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
