package main

import (
	"bytes"
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
	"strconv"
	"strings"
	"syscall"
	"time"

	"foyer/internal/client"
	"foyer/tools/seed"
)

const (
	ownerEmail    = "owner@localhost"
	ownerPassword = "bench-owner-password"
	agentPassword = "bench-agent-password"

	readyPause = 5 * time.Millisecond
)

// server is a running foyer, and a client of it.
type server struct {
	process *exec.Cmd
	url     string
	token   string // sent with every request
	owner   string // the owner's
	http    *http.Client
}

// start builds the server, starts it on a database and logs in. More is added to its environment.
func start(ctx context.Context, dir, database string, more ...string) (*server, error) {
	binary, err := build(ctx, dir)
	if err != nil {
		return nil, err
	}
	return serve(ctx, binary, database, more...)
}

// withServer starts a server on a database of its own and stops it after measure. Fill fills the database first, unless it
// is nil. More is added to the server's environment.
func withServer(ctx context.Context, fill func(path string) error, measure func(*server) ([]measured, error), more ...string) (
	rows []measured, err error,
) {
	dir, remove, err := scratch()
	if err != nil {
		return nil, err
	}
	defer remove()
	path := filepath.Join(dir, "server.db")
	if fill != nil {
		if err := fill(path); err != nil {
			return nil, fmt.Errorf("fill: %w", err)
		}
	}
	s, err := start(ctx, dir, path, more...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	return measure(s)
}

// scratch makes a temporary folder, and returns a function that removes it.
func scratch() (dir string, remove func(), err error) {
	dir, err = os.MkdirTemp("", "foyer-bench")
	return dir, func() { _ = os.RemoveAll(dir) }, err
}

// build builds the server.
func build(ctx context.Context, dir string) (string, error) {
	binary := filepath.Join(dir, "foyer")
	command := exec.CommandContext(ctx, "go", "build", "-o", binary, "foyer")
	command.Stderr = os.Stderr
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("build the server: %w", err)
	}
	return binary, nil
}

// serve starts the server on a database and logs in.
func serve(ctx context.Context, binary, database string, more ...string) (*server, error) {
	s, err := launch(ctx, binary, database, more...)
	if err != nil {
		return nil, err
	}
	if s.owner, err = s.login(ctx, ownerEmail, ownerPassword); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	if s.token, err = s.newKey(ctx); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

// newKey returns the secret of a new API key of a manager.
func (s *server) newKey(ctx context.Context) (string, error) {
	var made struct{ APIKeyCreate struct{ Secret string } }
	err := s.queryAs(ctx, s.owner, `mutation { apiKeyCreate(input: {name: "bench", role: MANAGER}) { secret userErrors { message } } }`, nil, &made)
	return made.APIKeyCreate.Secret, err
}

// channel returns the id of the database's channel.
func (s *server) channel(ctx context.Context) (string, error) {
	var found struct {
		Channels struct{ Nodes []struct{ ID string } }
	}
	if err := s.query(ctx, `{ channels(first: 1) { nodes { id } } }`, nil, &found); err != nil {
		return "", err
	}
	return found.Channels.Nodes[0].ID, nil
}

// launch starts the process and waits until it is ready. The limit per second of agents is meant for people: it is off here unless more sets it.
func launch(ctx context.Context, binary, database string, more ...string) (*server, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	s := newServer(address)
	s.process = exec.CommandContext(ctx, binary, "serve", "--listen", address, "--database", "sqlite:"+database, "--log-level", "error")
	s.process.Env = append(os.Environ(), "FOYER_OWNER_EMAIL="+ownerEmail, "FOYER_OWNER_PASSWORD="+ownerPassword, "FOYER_RATE_LIMIT=0")
	s.process.Env = append(s.process.Env, more...) // the last one counts
	s.process.Stderr = os.Stderr
	if err := s.process.Start(); err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	if err := s.ready(ctx); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

// newServer returns a client of the server at an address.
func newServer(address string) *server {
	return &server{url: "http://" + address, http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}}
}

// login returns the token of a new session.
func (s *server) login(ctx context.Context, email, password string) (string, error) {
	var login struct{ Login struct{ Token string } }
	err := s.query(ctx, `mutation($i: LoginInput!) { login(input: $i) { token userErrors { message } } }`,
		map[string]any{"i": map[string]any{"email": email, "password": password}}, &login)
	return login.Login.Token, err
}

func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	address := listener.Addr().String()
	return address, listener.Close()
}

// ready waits until the server is ready.
func (s *server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/readyz", nil)
		if err != nil {
			return err
		}
		if response, err := s.http.Do(request); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		time.Sleep(readyPause)
	}
	return errors.New("the server did not get ready")
}

// stop stops the server as an operator would.
func (s *server) stop() error {
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.process.Wait()
}

// kill ends the server as a crash would.
func (s *server) kill() error {
	err := s.process.Process.Kill()
	_ = s.process.Wait() // says that it was killed
	return err
}

// query runs a GraphQL operation and decodes its data. GraphQL errors and userErrors are errors.
func (s *server) query(ctx context.Context, query string, variables map[string]any, into any) error {
	return s.queryAs(ctx, s.token, query, variables, into)
}

// queryAs is query with another token.
func (s *server) queryAs(ctx context.Context, token, query string, variables map[string]any, into any) error {
	body, err := json.Marshal(operation{query, variables})
	if err != nil {
		return err
	}
	data, err := s.post(ctx, token, body)
	if err != nil {
		return err
	}
	answer := struct {
		Data   any
		Errors json.RawMessage
	}{Data: into}
	if err := json.Unmarshal(data, &answer); err != nil {
		return fmt.Errorf("decode %s: %w", data, err)
	}
	if len(answer.Errors) > 0 || bytes.Contains(data, []byte(`"userErrors":[{`)) {
		return fmt.Errorf("the server refused: %s", data)
	}
	return nil
}

type operation struct {
	Query     string         `json:"query"`
	Variables map[string]any `json:"variables,omitempty"`
}

func (s *server) post(ctx context.Context, token string, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	return bodyOf(s.http, request)
}

// bodyOf sends a request and returns the body of its answer. It fails where the status is not 200.
func bodyOf(client *http.Client, request *http.Request) ([]byte, error) {
	response, err := client.Do(request)
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

// ownCPU returns the processor time that this process has used so far.
func ownCPU() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// cpu returns the processor time that the server has used so far (proc(5): ticks of 10 ms).
func (s *server) cpu() time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.process.Process.Pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// resident returns how much memory the server uses, in bytes (proc(5): pages).
func (s *server) resident() int64 {
	statm, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", s.process.Process.Pid))
	if err != nil {
		return 0
	}
	pages, _ := strconv.ParseInt(strings.Fields(string(statm))[1], 10, 64)
	return pages * int64(os.Getpagesize())
}

// seed makes a workspace, as the owner.
func (s *server) seed(ctx context.Context, plan seed.Plan) (*seed.Workspace, error) {
	owner, err := client.New(s.url, s.owner)
	if err != nil {
		return nil, err
	}
	defer owner.Close()
	plan.Password = agentPassword
	return seed.Apply(ctx, owner, plan)
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
