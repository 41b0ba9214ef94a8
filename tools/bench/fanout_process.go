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

// fanoutProcess is a server under way.
type fanoutProcess struct {
	process *exec.Cmd
	input   io.Closer
	address string
	token   string // of the one agent there
}

// startFanout starts a server for so many connections: of the program at a path, or of this one where that is empty.
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
	p := &fanoutProcess{process: exec.CommandContext(ctx, program, "fanout-server", "--mode", mode, "--connections", strconv.Itoa(connections))}
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
	p.address, p.token, _ = strings.Cut(strings.TrimSpace(line), " ")
	p.token = cmp.Or(p.token, "fs_bench") // which earlier versions do not say
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

// get asks the server for something other than GraphQL.
func (p *fanoutProcess) get(ctx context.Context, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.address+path, nil)
	if err != nil {
		return nil, err
	}
	return bodyOf(http.DefaultClient, request)
}

// publish publishes n events, so many in a transaction.
func (p *fanoutProcess) publish(ctx context.Context, n, batch, size int) error {
	_, err := p.get(ctx, fmt.Sprintf("/publish?n=%d&batch=%d&size=%d", n, batch, size))
	return err
}

// memory is what a server has, in bytes.
type memory struct{ goroutines, heap, stacks, resident float64 }

// each returns what one of so many connections adds.
func (m memory) each(before memory, connections int) memory {
	n := float64(connections)
	return memory{(m.goroutines - before.goroutines) / n, (m.heap - before.heap) / n, (m.stacks - before.stacks) / n,
		(m.resident - before.resident) / n}
}

// memory returns what the server has once it has cleaned up.
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

// spareFiles is how many files a process may have open besides its connections.
const spareFiles = 256

// allowFiles lets this process have so many connections.
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
