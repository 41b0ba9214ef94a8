package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// fanoutProcess is a running `bench fanout-server`. Its input is closed to end it.
type fanoutProcess struct {
	*server
	input io.Closer
}

// startFanout starts a server for so many connections, of the program at a path or, where that is empty, of this one.
func startFanout(ctx context.Context, program, mode string, connections int) (*fanoutProcess, error) {
	if err := allowFiles(connections); err != nil {
		return nil, err
	}
	var err error
	if program == "" {
		if program, err = os.Executable(); err != nil {
			return nil, err
		}
	}
	process := exec.CommandContext(ctx, program, "fanout-server", "--mode", mode, "--connections", strconv.Itoa(connections))
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
	address, token, _ := strings.Cut(strings.TrimSpace(line), " ")
	p := &fanoutProcess{newServer(address), input}
	p.process, p.token = process, cmp.Or(token, "fs_bench") // which earlier versions do not print
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

// address returns host and port.
func (p *fanoutProcess) address() string { return strings.TrimPrefix(p.url, "http://") }

// get sends a request other than GraphQL.
func (p *fanoutProcess) get(ctx context.Context, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+path, nil)
	if err != nil {
		return nil, err
	}
	return bodyOf(p.http, request)
}

// save writes what get returns to a file.
func (p *fanoutProcess) save(ctx context.Context, path, file string) error {
	data, err := p.get(ctx, path)
	if err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o600)
}

// publish publishes n events of a size, so many in a transaction.
func (p *fanoutProcess) publish(ctx context.Context, n, batch, size int) error {
	_, err := p.get(ctx, fmt.Sprintf("/publish?n=%d&batch=%d&size=%d", n, batch, size))
	return err
}

// memory is what a server uses: numbers of goroutines, and bytes.
type memory struct{ goroutines, heap, stacks, resident float64 }

// memory returns what the server uses after garbage collection.
func (p *fanoutProcess) memory(ctx context.Context) (m memory, err error) {
	time.Sleep(time.Second)
	data, err := p.get(ctx, "/memory")
	if err == nil {
		_, err = fmt.Sscan(string(data), &m.goroutines, &m.heap, &m.stacks)
	}
	m.resident = float64(p.resident())
	return m, err
}

// spareFiles is the number of files that a process may have open besides its connections.
const spareFiles = 256

// allowFiles raises the limit of open files for so many connections.
func allowFiles(connections int) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return fmt.Errorf("read the limit of open files: %w", err)
	}
	need := uint64(connections + spareFiles)
	if limit.Cur >= need {
		return nil
	}
	limit.Cur, limit.Max = need, max(limit.Max, need)
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return fmt.Errorf("%d connections need a limit of %d open files (ulimit -n): %w", connections, need, err)
	}
	return nil
}
