package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// fanoutProcess is a running `bench fanout-server`. Closing its input ends it.
type fanoutProcess struct {
	*server
	input io.Closer
}

// startFanout starts a server for n connections, of the program at a path or, if that is empty, of this one. more is added to
// its flags.
func startFanout(ctx context.Context, program, mode string, connections int, more ...string) (*fanoutProcess, error) {
	if program == "" {
		var err error
		if program, err = os.Executable(); err != nil {
			return nil, err
		}
	}
	process := exec.CommandContext(ctx, program, append([]string{"fanout-server", "--mode", mode, "--connections", strconv.Itoa(connections)}, more...)...)
	process.Stderr = os.Stderr
	input, err := process.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := process.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("start a server: %w", errors.Join(err, input.Close(), process.Wait()))
	}
	address, token, _ := strings.Cut(strings.TrimSpace(line), " ")
	s, err := newServer(address, cmp.Or(token, "fs_bench")) // earlier versions do not print it
	if err != nil {
		return nil, errors.Join(err, input.Close(), process.Wait())
	}
	s.process = process
	return &fanoutProcess{s, input}, nil
}

func (p *fanoutProcess) stop() {
	_ = p.input.Close()
	_ = p.process.Wait()
}

// save writes the answer to a request to a file.
func (p *fanoutProcess) save(ctx context.Context, path, file string) error {
	data, err := get(ctx, p.url+path)
	if err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o600)
}

// publish publishes n events with filler of a size, up to 500 in a transaction.
func (p *fanoutProcess) publish(ctx context.Context, n, size int) error {
	_, err := get(ctx, fmt.Sprintf("%s/publish?n=%d&batch=500&size=%d", p.url, n, size))
	return err
}

// memory is how much memory a server uses, in bytes, and its number of goroutines.
type memory struct{ goroutines, heap, stacks, resident float64 }

// memory returns what the server uses after garbage collection.
func (p *fanoutProcess) memory(ctx context.Context) (m memory, err error) {
	time.Sleep(time.Second)
	data, err := get(ctx, p.url+"/memory")
	if err == nil {
		_, err = fmt.Sscan(string(data), &m.goroutines, &m.heap, &m.stacks)
	}
	m.resident = float64(p.stat().ResidentMemory())
	return m, err
}
