package e2e_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"foyer/internal/client"
)

// ownerEmail and ownerPassword belong to the owner of every server under test.
const (
	ownerEmail    = "owner@localhost"
	ownerPassword = "correct horse battery"
)

// server is a Foyer server as a process, with its database. It can be stopped, killed and started again.
type server struct {
	testing.TB
	database string
	url      string
	flags    []string // besides the address and the database
	running  *process // nil while it does not run

	// owner and key are callers: the owner's session, and the key of a manager, who may see and do almost everything.
	owner, key *caller
}

// newServer starts a server with an empty database. The test ends with a graceful stop and with `foyer verify`.
func newServer(t *testing.T, flags ...string) *server {
	t.Helper()
	s := &server{TB: t, database: filepath.Join(t.TempDir(), "foyer.db"), flags: flags}
	t.Cleanup(func() {
		if s.running != nil {
			s.stop()
		}
		s.verify()
	})
	s.start()
	s.owner = s.login(ownerEmail, ownerPassword)
	s.key = s.makeKey("MANAGER")
	return s
}

// start starts the server on its database and points its callers at it.
func (s *server) start() {
	s.Helper()
	s.running = launch(s, append([]string{"serve", "--listen", "127.0.0.1:0", "--database", "sqlite:" + s.database}, s.flags...)...)
	if err := s.running.log.await("msg=serving", s.running.ended); err != nil {
		s.Fatal(err)
	}
	s.url = regexp.MustCompile(`msg=serving url=(\S+)`).FindStringSubmatch(s.running.log.String())[1]
	for _, known := range []**caller{&s.owner, &s.key} {
		if *known != nil {
			*known = s.as((*known).token)
		}
	}
}

// stop stops the server gracefully.
func (s *server) stop() {
	s.Helper()
	s.terminate()
	s.gone()
}

// terminate asks the server to stop.
func (s *server) terminate() {
	s.Helper()
	if err := s.running.command.Process.Signal(syscall.SIGTERM); err != nil {
		s.Fatal(err)
	}
}

// gone waits until the server has stopped, and expects that it exited with success.
func (s *server) gone() {
	s.Helper()
	process := s.running
	s.running = nil
	if code := process.wait(s); code != 0 {
		s.Errorf("the server ended with code %d:\n%s", code, process.log)
	}
	process.check(s)
}

// kill kills the server, as kill -9 does.
func (s *server) kill() {
	s.Helper()
	process := s.running
	s.running = nil
	if err := process.command.Process.Kill(); err != nil {
		s.Fatal(err)
	}
	process.wait(s)
	process.check(s)
}

// verify checks the database of the server, which must not be running.
func (s *server) verify() {
	s.Helper()
	out, code := s.foyer("verify", "--database", "sqlite:"+s.database)
	if code != 0 || !strings.Contains(out, " 0 findings") {
		s.Errorf("foyer verify ended with code %d:\n%s", code, out)
	}
}

// foyer runs a command to its end and returns what it wrote.
func (s *server) foyer(arguments ...string) (out string, code int) {
	s.Helper()
	p := launch(s, arguments...)
	code = p.wait(s)
	p.check(s)
	return p.out.String() + p.log.String(), code
}

// as returns a caller with a token.
func (s *server) as(token string) *caller {
	s.Helper()
	c, err := client.New(s.url, token)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(c.Close)
	return &caller{TB: s.TB, Client: c, token: token}
}

// login returns an agent's session.
func (s *server) login(email, password string) *caller {
	s.Helper()
	in := s.as("").do("login", object{"email": email, "password": password}, "token")
	return s.as(in.Token)
}

// makeKey returns a caller with a new key.
func (s *server) makeKey(role string) *caller {
	s.Helper()
	made := s.owner.do("apiKeyCreate", object{"name": "e2e", "role": role}, "secret apiKey { id }")
	c := s.as(made.Secret)
	c.id = made.APIKey.ID
	return c
}

// process is a run of the program.
type process struct {
	command  *exec.Cmd
	out, log *output // its standard output and its standard error
	ended    chan struct{}
	err      error // once it has ended
}

// launch starts the program. The caller waits for its end.
func launch(t testing.TB, arguments ...string) *process {
	t.Helper()
	p := &process{command: exec.Command(os.Getenv(programVariable), arguments...), out: &output{}, log: &output{},
		ended: make(chan struct{})}
	p.command.Stdout, p.command.Stderr = p.out, p.log
	p.command.Env = append(environment(), "FOYER_OWNER_EMAIL="+ownerEmail, "FOYER_OWNER_PASSWORD="+ownerPassword)
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.err = p.command.Wait()
		close(p.ended)
	}()
	return p
}

// environment returns the environment of the test without the variables that configure Foyer.
func environment() []string {
	var kept []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "FOYER_") {
			kept = append(kept, variable)
		}
	}
	return kept
}

// wait waits for the end of the process and returns its exit code, or -1 if a signal ended it.
func (p *process) wait(t testing.TB) int {
	t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case <-p.ended:
	case <-late.C:
		_ = p.command.Process.Kill()
		<-p.ended
		t.Fatalf("the process did not end:\n%s", p.log)
	}
	if exit, ok := errors.AsType[*exec.ExitError](p.err); ok {
		return exit.ExitCode()
	}
	if p.err != nil {
		t.Fatal(p.err)
	}
	return 0
}

// check searches the process's log for what must never be there: a race, a panic, an internal error.
func (p *process) check(t testing.TB) {
	t.Helper()
	for _, bad := range []string{"DATA RACE", "panic", "level=ERROR"} {
		if strings.Contains(p.log.String(), bad) {
			t.Errorf("the process logged %q:\n%s", bad, p.log)
		}
	}
}
