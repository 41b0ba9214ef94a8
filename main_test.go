package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"foyer/cli"
	"foyer/internal/client"
)

// runAsFoyer makes the test's own program act as foyer, for tests that need it as a process.
const runAsFoyer = "FOYER_TEST_RUN_AS_FOYER"

func TestMain(m *testing.M) {
	if os.Getenv(runAsFoyer) != "" {
		_ = os.Unsetenv(runAsFoyer) // foyer would warn of it
		main()
	}
	takeSwitches()
	goleak.VerifyTestMain(m)
}

// switches are the FOYER_ variables that the tests were started with. takeSwitches fills it.
var switches = map[string]string{}

// takeSwitches moves every FOYER_ variable from the environment to switches. Tests run foyer, here and in processes of its
// own, and foyer would warn about variables that only tests read. os.Getenv reads them, even if they are not set: otherwise
// the go command would reuse the cached results of tests without one for those with it.
func takeSwitches() {
	for _, variable := range append(os.Environ(), updateDocs, updateReadme) {
		name, _, _ := strings.Cut(variable, "=")
		if !strings.HasPrefix(name, "FOYER_") {
			continue
		}
		if value := os.Getenv(name); value != "" {
			switches[name] = value
		}
		_ = os.Unsetenv(name)
	}
}

func TestFoyerDoesNotWarnOfWhatOnlyTestsRead(t *testing.T) {
	const again = "FOYER_TEST_AGAIN"
	if switches[again] == "" {
		program, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		tests := exec.CommandContext(t.Context(), program, "-test.run=^"+t.Name()+"$")
		tests.Env = append(os.Environ(), again+"=1", "FOYER_SOAK=1", updateReadme+"=1", "FOYER_CLIENTS_TEST=docs.test.js")
		if out, err := tests.CombinedOutput(); err != nil {
			t.Errorf("%v:\n%s", err, out)
		}
		return
	}
	if code, _, warnings := foyer(t, "version"); code != cli.ExitOK || warnings != "" {
		t.Errorf("in the process of the tests: %s", warnings)
	}
	if out, err := process(t, "version"); err != nil || strings.Contains(out, "FOYER_") {
		t.Errorf("in a process of its own: %v:\n%s", err, out)
	}
	if switches[updateReadme] == "" {
		t.Errorf("%s is lost", updateReadme)
	}
}

// testOwner and testPassword belong to the owner of test servers.
const (
	testOwner    = "owner@localhost"
	testPassword = "correct horse battery"
)

// patience is how long a test waits for what must come. It is long: a busy machine is no failure.
const patience = 2 * time.Minute

// running is a server under test.
type running struct {
	*Main
	t       *testing.T
	out     *output
	stop    context.CancelFunc
	stopped chan error
}

// output is a writer that can be read while it is written to.
type output struct {
	mu     sync.Mutex
	text   bytes.Buffer
	notify chan struct{} // signalled by each write
}

func newOutput() *output { return &output{notify: make(chan struct{}, 1)} }

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case o.notify <- struct{}{}:
	default:
	}
	return o.text.Write(p)
}

// String returns what was written so far.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// await waits until what was written contains a text.
func (o *output) await(t *testing.T, text string) string {
	t.Helper()
	late := time.After(patience)
	for {
		if written := o.String(); strings.Contains(written, text) {
			return written
		}
		select {
		case <-o.notify:
		case <-late:
			t.Fatalf("%q was not written:\n%s", text, o.String())
		}
	}
}

// testConfig is a server on a port of its own with a new database.
func testConfig(t *testing.T) Config {
	t.Helper()
	return Config{
		Listen: "127.0.0.1:0", Database: filepath.Join(t.TempDir(), "foyer.db"),
		OwnerEmail: testOwner, OwnerPassword: testPassword, ShutdownTimeout: time.Minute,
	}
}

// serve starts a server and stops it at the end of the test.
func serve(t *testing.T, config Config) *running {
	t.Helper()
	return serveLogging(t, config, slog.New(slog.DiscardHandler))
}

// serveLogging is serve with a log.
func serveLogging(t *testing.T, config Config, log *slog.Logger) *running {
	t.Helper()
	out := newOutput()
	r := &running{Main: NewMain(config, out, log), t: t, out: out, stopped: make(chan error, 1)}
	var ctx context.Context
	ctx, r.stop = context.WithCancel(context.Background())
	go func() { r.stopped <- r.Run(ctx) }()
	t.Cleanup(r.shutDown)
	select {
	case <-r.Listening():
	case err := <-r.stopped:
		t.Fatalf("the server did not start: %v", err)
	}
	return r
}

// shutDown stops the server and fails the test if that fails. Later calls do nothing.
func (r *running) shutDown() {
	r.t.Helper()
	if r.stop == nil {
		return
	}
	r.stop()
	r.stop = nil
	if err := <-r.stopped; err != nil {
		r.t.Errorf("the server did not stop gracefully: %v", err)
	}
}

// get reads a page.
func (r *running) get(path string) (status int, body string) {
	r.t.Helper()
	return r.getFrom(r.URL(), path)
}

// getFrom reads a page that the server has at another address.
func (r *running) getFrom(base, path string) (status int, body string) {
	r.t.Helper()
	transport := &http.Transport{DisableKeepAlives: true}
	request, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, base+path, http.NoBody)
	if err != nil {
		r.t.Fatal(err)
	}
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return response.StatusCode, string(content)
}

// owner logs the owner in.
func (r *running) owner() *client.Client {
	r.t.Helper()
	anybody, err := client.New(r.URL(), "")
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(anybody.Close)
	owner, err := anybody.Login(r.t.Context(), testOwner, testPassword)
	if err != nil {
		r.t.Fatal(err)
	}
	return owner
}

// session returns the token of a session of the owner.
func (r *running) session() string {
	r.t.Helper()
	anybody, err := client.New(r.URL(), "")
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(anybody.Close)
	var in struct{ Token string }
	if err := anybody.Mutate(r.t.Context(), "login", map[string]any{"email": testOwner, "password": testPassword}, "token", &in); err != nil {
		r.t.Fatal(err)
	}
	return in.Token
}

// key makes a manager's API key.
func (r *running) key() string {
	r.t.Helper()
	return r.keyOf("MANAGER")
}

// keyOf returns the secret of a new API key of a role.
func (r *running) keyOf(role string) string {
	r.t.Helper()
	var made struct{ Secret string }
	err := r.owner().Mutate(r.t.Context(), "apiKeyCreate", map[string]any{"name": "test", "role": role}, "secret", &made)
	if err != nil {
		r.t.Fatal(err)
	}
	return made.Secret
}

// run runs a command until it is done or ctx ends.
func run(ctx context.Context, args []string, t cli.Terminal) int {
	return cli.Run(ctx, new(commands), args, t)
}

// foyer runs a command to its end.
func foyer(t *testing.T, args ...string) (code int, out, errors string) {
	t.Helper()
	stdout, stderr := newOutput(), newOutput()
	code = run(t.Context(), args, cli.Terminal{Out: stdout, Err: stderr})
	return code, stdout.String(), stderr.String()
}
