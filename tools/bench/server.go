package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/prometheus/procfs"

	"foyer/internal/client"
	"foyer/tools/seed"
)

const (
	ownerEmail    = "owner@localhost"
	ownerPassword = "bench-owner-password"
	agentPassword = "bench-agent-password"

	readyPause = 5 * time.Millisecond
)

// server is a running foyer, and a client of it. Requests are sent once: a refusal is an error.
type server struct {
	*client.Client                // with the API key of a manager, once somebody has logged in
	owner          *client.Client // likewise, with the owner's session
	process        *exec.Cmd
	url            string
	took           time.Duration // from the start of the process until it was ready
}

// program is the path of a server that is built.
type program string

// inScratch calls measure with the path of a temporary folder, which it removes afterwards.
func inScratch[T any](measure func(dir string) (T, error)) (found T, err error) {
	dir, err := os.MkdirTemp("", "foyer-bench")
	if err != nil {
		return found, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	return measure(dir)
}

// withProgram builds the server into a temporary folder and calls measure with both.
func withProgram(ctx context.Context, measure func(p program, dir string) ([]measured, error)) ([]measured, error) {
	return inScratch(func(dir string) ([]measured, error) {
		binary := filepath.Join(dir, "foyer")
		if err := run(ctx, ".", "go", "build", "-o", binary, "foyer"); err != nil {
			return nil, err
		}
		return measure(program(binary), dir)
	})
}

// withServer runs measure with a server on a database of its own. fill fills the database first, unless it is nil. more is
// added to the server's environment.
func withServer(ctx context.Context, fill func(path string) error, measure func(*server) ([]measured, error), more ...string) (
	[]measured, error,
) {
	return withProgram(ctx, func(p program, dir string) ([]measured, error) {
		path := filepath.Join(dir, "server.db")
		if fill != nil {
			if err := fill(path); err != nil {
				return nil, fmt.Errorf("fill: %w", err)
			}
		}
		return p.on(ctx, path, measure, more...)
	})
}

// on runs measure with a server on a database, and stops the server.
func (p program) on(ctx context.Context, database string, measure func(*server) ([]measured, error), more ...string) (
	rows []measured, err error,
) {
	s, err := p.serve(ctx, database, more...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	return measure(s)
}

// serve starts the server on a database and logs in. more is added to its environment.
func (p program) serve(ctx context.Context, database string, more ...string) (*server, error) {
	s, err := p.launch(ctx, database, more...)
	if err != nil {
		return nil, err
	}
	if s.owner, err = s.Login(ctx, ownerEmail, ownerPassword); err == nil {
		s.Client, err = s.newKey(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

// newKey returns a client with a new API key of a manager.
func (s *server) newKey(ctx context.Context) (*client.Client, error) {
	var made struct{ Secret string }
	err := s.owner.Mutate(ctx, "apiKeyCreate", map[string]any{"name": "bench", "role": "MANAGER"}, "secret", &made)
	return s.owner.As(made.Secret), err
}

// launch starts the process and waits until it is ready. The limit per second for agents is meant for people: it is off
// here unless more sets it.
func (p program) launch(ctx context.Context, database string, more ...string) (*server, error) {
	return listen(ctx, func(address string) *exec.Cmd {
		process := exec.CommandContext(ctx, string(p), "serve", "--listen", address, "--database", "sqlite:"+database, "--log-level", "error")
		process.Env = append(os.Environ(), "FOYER_OWNER_EMAIL="+ownerEmail, "FOYER_OWNER_PASSWORD="+ownerPassword, "FOYER_RATE_LIMIT=0")
		process.Env = append(process.Env, more...) // the last one counts
		return process
	})
}

// listen starts a server on a free address and waits until it is ready.
func listen(ctx context.Context, command func(address string) *exec.Cmd) (*server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return nil, err
	}
	s, err := newServer(address, "")
	if err != nil {
		return nil, err
	}
	s.process = command(address)
	s.process.Stderr = os.Stderr
	begun := time.Now()
	if err := s.process.Start(); err != nil {
		return nil, fmt.Errorf("start a server: %w", err)
	}
	if err := s.ready(ctx); err != nil {
		return nil, errors.Join(err, s.kill())
	}
	s.took = time.Since(begun)
	return s, nil
}

// newServer returns a client of the server at an address.
func newServer(address, token string) (*server, error) {
	c, err := client.New("http://"+address, token)
	if err != nil {
		return nil, err
	}
	return &server{Client: c.Once(), url: "http://" + address}, nil
}

// ready waits until the server is ready.
func (s *server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		if _, err := get(ctx, s.url+"/readyz"); err == nil {
			return nil
		}
		time.Sleep(readyPause)
	}
	return errors.New("the server did not get ready")
}

// get returns the body of a response. It fails if the status is not 200.
func get(ctx context.Context, url string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
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

// stop stops the server as an operator would.
func (s *server) stop() error {
	s.Close() // the server would wait for connections that were never used
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.process.Wait()
}

// kill ends the server as a crash would.
func (s *server) kill() error {
	err := s.process.Process.Kill()
	_ = s.process.Wait() // the error says that it was killed
	return err
}

// ownCPU returns the processor time that this process has used so far.
func ownCPU() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// stat returns the system's figures for the server's process, or the zero value if that has ended.
func (s *server) stat() procfs.ProcStat {
	process, err := procfs.NewProc(s.process.Process.Pid)
	if err != nil {
		return procfs.ProcStat{}
	}
	stat, _ := process.Stat()
	return stat
}

// cpu returns the processor time that the server has used so far, in steps of 10 ms.
func (s *server) cpu() time.Duration {
	return time.Duration(s.stat().CPUTime() * float64(time.Second))
}

// seed makes a workspace, as the owner.
func (s *server) seed(ctx context.Context, plan seed.Plan) (*seed.Workspace, error) {
	plan.Password = agentPassword
	return seed.Apply(ctx, s.owner, plan)
}

// seedSupport makes a team of agents that is assigned every conversation of a channel. It returns the channel's id.
func (s *server) seedSupport(ctx context.Context, agents int) (channel string, err error) {
	support := seed.Team{Name: "Support"}
	plan := seed.Plan{Channels: []string{"Bench"}, Workflows: []seed.Workflow{{Name: "Inbound", Document: json.RawMessage(inbound)}}}
	for i := range agents {
		email := fmt.Sprintf("agent-%d@localhost", i)
		plan.Agents = append(plan.Agents, seed.Agent{Name: fmt.Sprintf("Agent %d", i), Email: email, Visibility: "ALL"})
		support.Members = append(support.Members, email)
	}
	plan.Teams = []seed.Team{support}
	made, err := s.seed(ctx, plan)
	if err != nil {
		return "", err
	}
	return made.Channels["Bench"], nil
}

// seedWorkflow makes a channel whose conversations all run the same steps. It returns both their ids.
func (s *server) seedWorkflow(ctx context.Context, name, steps string) (channel, workflow string, err error) {
	document := json.RawMessage(fmt.Sprintf(`{"format": 1, "name": %[1]q, "trigger": {"on": "conversation.opened",
		"when": {"field": "conversation.channel", "op": "equals", "value": %[1]q}}, "steps": [%[2]s]}`, name, steps))
	made, err := s.seed(ctx, seed.Plan{Channels: []string{name}, Workflows: []seed.Workflow{{Name: name, Document: document}}})
	if err != nil {
		return "", "", err
	}
	return made.Channels[name], made.Workflows[name], nil
}
