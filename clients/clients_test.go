package clients_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"foyer/internal/client"
	"foyer/tools/seed"
)

// The accounts of the desk under test.
const (
	ownerEmail    = "owner@localhost"
	ownerPassword = "correct horse battery"
	agentPassword = "the agents' password"
)

// TestTheClientsThatPeopleUseWork runs every *.test.js of this folder and prints what they print. A test that is
// skipped makes it fail.
func TestTheClientsThatPeopleUseWork(t *testing.T) {
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%v; scripts/setup installs it", err)
		}
	}
	watch(t)
	run(t, exec.Command("../scripts/npm-install", "."))
	folder := t.TempDir()
	program := filepath.Join(folder, "foyer")
	build := exec.Command("go", "build", "-o", program)
	if raceEnabled {
		build.Args = append(build.Args, "-race")
	}
	build.Args = append(build.Args, "foyer")
	run(t, build)

	// Each test file copies this database and serves it.
	under := furnish(t, program, filepath.Join(folder, "foyer.db"))
	described, err := json.Marshal(under)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.Command("./with-node", "node", "--test", "--test-timeout=300000") // for each file, so that one that hangs ends
	if filter := os.Getenv("FOYER_CLIENTS_TEST"); filter != "" {
		node.Args = append(node.Args, filter) // only one file, for whoever works on it
	}
	node.Env = append(os.Environ(), "FOYER_UNDER_TEST="+string(described))
	counts := summary(run(t, node))
	t.Logf("Node ran %d tests, %d passed", counts["tests"], counts["pass"])
	if counts["tests"] == 0 || counts["pass"] != counts["tests"] {
		t.Errorf("not all tests passed: %v", counts)
	}
}

// watch visits all files of the module. The go command notes what a test reads: when a file has changed it runs this test
// again rather than reuse a cached result.
func watch(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir("..", func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "node_modules") {
			return fs.SkipDir
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil // other tests come and go
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// underTest is what the tests in Node need to know about the server.
type underTest struct {
	Program  string            `json:"program"`
	Database string            `json:"database"` // to copy
	Key      string            `json:"key"`      // of a manager
	Owner    credentials       `json:"owner"`
	Password string            `json:"password"` // of the agents
	Agents   map[string]string `json:"agents"`   // ids by email
	Teams    map[string]string `json:"teams"`    // ids by name
	Channel  string            `json:"channel"`
}

type credentials struct {
	Email    string `json:"email"`
	Password string `json:"password"`
}

// furnish starts the program on a new database, makes a help desk through the API, and stops it again.
func furnish(t *testing.T, program, database string) underTest {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	base, stop := serve(ctx, t, program, database)
	defer stop()
	anonymous, err := client.New(base, "")
	if err != nil {
		t.Fatal(err)
	}
	defer anonymous.Close()
	owner, err := anonymous.Login(ctx, ownerEmail, ownerPassword)
	if err != nil {
		t.Fatal(err)
	}
	var made struct{ Secret string }
	if err := owner.Mutate(ctx, "apiKeyCreate", map[string]any{"name": "clients", "role": "MANAGER"}, "secret", &made); err != nil {
		t.Fatal(err)
	}
	furnished, err := seed.Apply(ctx, owner, plan())
	if err != nil {
		t.Fatal(err)
	}
	return underTest{Program: program, Database: database, Key: made.Secret, Owner: credentials{ownerEmail, ownerPassword},
		Password: agentPassword, Agents: furnished.Agents, Teams: furnished.Teams, Channel: furnished.Channels["Website"]}
}

// plan is the help desk: two teams, and a workflow that routes conversations of contacts to the first.
func plan() seed.Plan {
	type object = map[string]any
	return seed.Plan{
		Password: agentPassword,
		Agents: []seed.Agent{
			{Name: "Ana", Email: "ana@clients.localhost"}, {Name: "Ben", Email: "ben@clients.localhost"},
			{Name: "Cyn", Email: "cyn@clients.localhost"},
		},
		Teams: []seed.Team{
			{Name: "Support", Members: []string{"ana@clients.localhost", "ben@clients.localhost"}},
			{Name: "Billing", Members: []string{"cyn@clients.localhost"}},
		},
		Channels: []string{"Website"},
		Workflows: []seed.Workflow{{Name: "Inbound", Document: object{
			"format":  1,
			"trigger": object{"on": "conversation.opened", "when": object{"field": "conversation.source", "op": "equals", "value": "CONTACT"}},
			"steps": []object{
				{"key": "to_team", "route": object{"team": "Support"}},
				{"key": "hand_over", "assign": object{"by": "team"}},
			},
		}}},
	}
}

// serve starts the program. stop stops it and expects that it exits with success.
func serve(ctx context.Context, t *testing.T, program, database string) (base string, stop func()) {
	t.Helper()
	server := exec.CommandContext(ctx, program, "serve", "--listen", "127.0.0.1:0", "--database", "sqlite:"+database)
	server.Env = append(environment(), "FOYER_OWNER_EMAIL="+ownerEmail, "FOYER_OWNER_PASSWORD="+ownerPassword)
	log, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	serving := regexp.MustCompile(`msg=serving url=(\S+)`)
	var said bytes.Buffer
	for part := make([]byte, 4096); ; {
		n, err := log.Read(part)
		said.Write(part[:n])
		if found := serving.FindStringSubmatch(said.String()); found != nil {
			base = found[1]
			break
		}
		if err != nil {
			t.Fatalf("the server does not serve: %v\n%s", server.Wait(), &said)
		}
	}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		_, _ = io.Copy(&said, log)
	}()
	return base, func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		<-drained
		if err := server.Wait(); err != nil {
			t.Errorf("the server ended: %v\n%s", err, &said)
		}
	}
}

// run runs a command to its end, prints its output, and returns it. Processes that the command has started are killed.
func run(t *testing.T, command *exec.Cmd) string {
	t.Helper()
	var out bytes.Buffer
	command.Stdout = io.MultiWriter(t.Output(), &out)
	command.Stderr = command.Stdout
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }() // servers left by tests that died
	if err := command.Wait(); err != nil {
		t.Errorf("%s: %v", strings.Join(command.Args, " "), err)
	}
	if t.Failed() {
		t.FailNow()
	}
	return out.String()
}

// summary reads the counts that Node's reporters end with.
func summary(out string) map[string]int {
	counts := map[string]int{}
	for _, line := range regexp.MustCompile(`(?m)^\S+ (tests|pass|fail|cancelled|skipped|todo) (\d+)$`).FindAllStringSubmatch(out, -1) {
		counts[line[1]], _ = strconv.Atoi(line[2])
	}
	return counts
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
