package engine_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"foyer/engine"
	"foyer/engine/verify"
	"foyer/engine/workflow/exchange"
	"foyer/inbox"
	"foyer/store"
	"foyer/vault"
)

// The environment of a process that will crash: its database, the number of the function after whose commit it crashes,
// and how long it works. Functions are counted because commits cannot be: how many functions share one depends on speed.
const (
	crashPath   = "FOYER_TEST_CRASH_PATH"
	crashAt     = "FOYER_TEST_CRASH_AT"
	crashRounds = "FOYER_TEST_CRASH_ROUNDS"
)

// crashed is the exit status of a process that crashed as planned.
const crashed = 3

// TestMain works and crashes if the environment says so. Otherwise it runs the tests, and finds the goroutines that
// they leave.
func TestMain(m *testing.M) {
	if path := os.Getenv(crashPath); path != "" {
		os.Exit(crash(path))
	}
	goleak.VerifyTestMain(m)
}

// crash works until the commit after which it crashes. It writes the number of each step that was acknowledged, and the
// head of the log at that time.
func crash(path string) int {
	at, err := strconv.Atoi(os.Getenv(crashAt))
	rounds, err2 := strconv.Atoi(os.Getenv(crashRounds))
	if err != nil || err2 != nil {
		return 1
	}
	functions := 0
	w, err := openWorkload(path, func(report store.BatchReport) {
		if functions += report.Functions; functions >= at {
			os.Exit(crashed)
		}
	})
	if err != nil {
		return 1
	}
	for i, step := range w.steps(rounds) {
		if err := w.do(i, step); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, i, err)
			return 1
		}
		_, _ = fmt.Fprintln(os.Stdout, i, w.db.HeadNumber())
	}
	_ = w.db.Close() // the writer has reported its last commit then
	return 0
}

// workload is a client that does one step after another. Each step may be repeated if its outcome is unknown.
type workload struct {
	db      *store.DB
	engine  *engine.Engine
	clock   *clock
	start   time.Time
	owner   inbox.Caller
	outside *crashServer
}

func openWorkload(path string, onBatch func(store.BatchReport)) (*workload, error) {
	w := &workload{clock: newClock(), owner: inbox.Caller{Actor: inbox.ByAgent(1), Role: inbox.RoleOwner, Visibility: inbox.VisibilityAll}}
	w.start = w.clock.Now()
	silent := slog.New(slog.DiscardHandler)
	var err error
	w.db, err = store.Open(context.Background(), store.Options{Path: path, Clock: w.clock.Now, Logger: silent, OnBatch: onBatch})
	if err != nil {
		return nil, err
	}
	w.outside, err = openCrashServer(path)
	if err != nil {
		return nil, err
	}
	w.engine = engine.New(w.db, engine.Options{Clock: w.clock.Now, Logger: silent, Secrets: vault.New(w.db, w.outside.key, w.clock.Now), Requests: w.outside.client})
	return w, w.begin()
}

// begin does what each process does first: it takes the lanes back, and stores the address of its server.
func (w *workload) begin() error {
	_, err := store.Update(context.Background(), w.db, func(tx *store.Tx) (struct{}, error) { return struct{}{}, tx.ReleaseLanes(inbox.At(w.start)) })
	if err != nil {
		return err
	}
	_, err = w.engine.Secrets().Set(context.Background(), w.owner, vault.SetInput{Name: "OUTSIDE", Value: w.outside.server.URL})
	return err
}

// do does step i at its own time. A step that had been done but not acknowledged has succeeded.
func (w *workload) do(i int, step func(context.Context) error) error {
	w.clock.move(w.start.Add(time.Duration(i) * time.Minute).Sub(w.clock.Now()))
	return doneBefore(step(context.Background()))
}

// doneBefore ignores the error of a step that says that it was done before.
func doneBefore(err error) error {
	var own *inbox.Error
	if errors.As(err, &own) && (own.Code == inbox.CodeTaken || own.Code == inbox.CodeClosed) {
		return nil
	}
	return err
}

// steps is the work: it sets up a desk, and then contacts, agents and timers act.
func (w *workload) steps(rounds int) []func(context.Context) error {
	steps := []func(context.Context) error{
		w.hire("Olga", inbox.RoleOwner), w.hire("Ana", inbox.RoleAgent), w.hire("Ben", inbox.RoleAgent),
		func(ctx context.Context) error {
			_, err := w.engine.ChannelCreate(ctx, w.owner, engine.ChannelCreateInput{Name: "Website", Kind: inbox.ChannelAPI})
			return err
		},
		func(ctx context.Context) error {
			policy := limit(2)
			policy.ReassignWhenNoReply, policy.ReassignWhenOffline = engine.SetTo(minute), engine.SetTo(minute)
			_, err := w.engine.TeamCreate(ctx, w.owner, engine.NewTeam{Name: "Support", MemberIDs: []inbox.AgentID{2, 3}, Policy: &policy})
			return err
		},
		func(ctx context.Context) error {
			_, err := w.engine.WorkspaceUpdate(ctx, w.owner, engine.WorkspacePatch{DefaultTeam: engine.SetTo(inbox.TeamID(1)), AutoClose: engine.SetTo(5 * minute)})
			return err
		},
		w.publish(1, "Inbound", inboundWorkflow), w.publish(2, "Question", crashQuestion), w.publish(3, "Request", crashRequest),
		w.online(2, inbox.PresenceOnline), w.online(3, inbox.PresenceOnline),
	}
	for round := range rounds {
		first := int64(6*round + 1) // the number of the round's first conversation
		for i := range 6 {
			steps = append(steps, w.say(round, i, "Hello"))
		}
		steps = append(steps, w.perform)
		steps = append(steps, w.say(round, 0, "Again"), w.send(first, "Hi"), w.send(first+3, "Anything else?"), w.note(first), w.snooze(first+1), w.online(2, inbox.PresenceOffline),
			w.close(first), w.say(round, 1, "Awake"), w.fire, w.online(2, inbox.PresenceOnline), w.route(first+5), w.fire, w.snooze(first+2))
		for i := range 5 {
			steps = append(steps, w.close(first+1+int64(i)), w.fire)
		}
		steps = append(steps, w.fire, w.perform)
	}
	return steps
}

func (w *workload) hire(name string, role inbox.Role) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := store.Update(ctx, w.db, func(tx *store.Tx) (struct{}, error) {
			at := inbox.At(w.clock.Now())
			a := &inbox.Agent{Name: name, Email: name, Role: role, Visibility: inbox.VisibilityAll, Presence: inbox.PresenceOffline, LastActivityAt: at, CreatedAt: at}
			if err := tx.InsertAgent(a, name, "none"); store.IsUnique(err) {
				return struct{}{}, inbox.Errorf(inbox.CodeTaken, "email", "Taken.")
			} else if err != nil {
				return struct{}{}, err
			}
			tx.Append(&inbox.AgentChanged{EventMeta: inbox.EventMeta{At: at, Actor: inbox.BySystem()}, AgentID: a.ID, Role: role})
			return struct{}{}, nil
		})
		return err
	}
}

// crashQuestion asks in every conversation, besides the workflow that routes it. One of the answers is not valid.
const crashQuestion = `
format: 1
name: Question
trigger: { on: conversation.opened }
settings: { exitOnAgentAction: false }
steps:
  - key: ask
    ask: { text: Who?, answer: choice, choices: [Awake], saveTo: { tag: true }, retries: 1, timeout: PT8M }
    exits: { timeout: end, invalid: end }
  - key: thank
    send: { text: Thanks }
`

// publish publishes a workflow, which must get this id.
func (w *workload) publish(id inbox.WorkflowID, name, yaml string) func(context.Context) error {
	return func(ctx context.Context) error {
		document, err := exchange.FromYAML([]byte(yaml))
		if err != nil {
			return err
		}
		if _, err := w.engine.WorkflowCreate(ctx, w.owner, engine.WorkflowCreateInput{Name: name, Definition: inbox.JSON(document)}); doneBefore(err) != nil {
			return err
		}
		f, err := store.View(ctx, w.db, func(r *store.ReadTx) (*inbox.Workflow, error) { return r.Workflow(id) })
		if err != nil || f.Status == inbox.WorkflowPublished {
			return err
		}
		_, err = w.engine.WorkflowPublish(ctx, w.owner, id)
		return err
	}
}

func (w *workload) online(id inbox.AgentID, p inbox.Presence) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := w.engine.PresenceSet(ctx, w.owner, engine.PresenceSetInput{AgentID: &id, Presence: p})
		return err
	}
}

func (w *workload) say(round, contact int, text string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := w.engine.MessageReceive(ctx, w.owner, engine.MessageReceiveInput{ChannelID: 1,
			Contact: engine.InboundContactInput{ExternalID: fmt.Sprint("c", contact)},
			Message: engine.InboundMessageInput{Text: &text, ExternalID: new(fmt.Sprintf("%d %d %s", round, contact, text))}})
		return err
	}
}

// withNumber calls a function with the conversation that has this number.
func (w *workload) withNumber(n int64, do func(context.Context, inbox.ConversationID) error) func(context.Context) error {
	return func(ctx context.Context) error {
		c, err := store.View(ctx, w.db, func(r *store.ReadTx) (*inbox.Conversation, error) { return r.ConversationByNumber(n) })
		if err != nil {
			return err
		}
		if c == nil {
			return fmt.Errorf("there is no conversation %d", n)
		}
		return do(ctx, c.ID)
	}
}

func (w *workload) send(n int64, text string) func(context.Context) error {
	return w.withNumber(n, func(ctx context.Context, id inbox.ConversationID) error {
		_, err := w.engine.MessageSend(ctx, w.owner, engine.MessageSendInput{ConversationID: id, Text: &text, IdempotencyKey: new(fmt.Sprint("send ", n))})
		return err
	})
}

func (w *workload) note(n int64) func(context.Context) error {
	return w.withNumber(n, func(ctx context.Context, id inbox.ConversationID) error {
		_, err := w.engine.NoteAdd(ctx, w.owner, engine.NoteAddInput{ConversationID: id, Text: "Note", IdempotencyKey: new(fmt.Sprint("note ", n))})
		return err
	})
}

func (w *workload) snooze(n int64) func(context.Context) error {
	return w.withNumber(n, func(ctx context.Context, id inbox.ConversationID) error {
		_, err := w.engine.ConversationSnooze(ctx, w.owner, engine.ConversationSnoozeInput{ConversationID: id, Until: new(inbox.At(w.clock.Now().Add(3 * time.Minute)))})
		return err
	})
}

func (w *workload) route(n int64) func(context.Context) error {
	return w.withNumber(n, func(ctx context.Context, id inbox.ConversationID) error {
		_, err := w.engine.ConversationRoute(ctx, w.owner, engine.RoutePatch{ConversationID: id, Priority: new(inbox.PriorityHigh)})
		return err
	})
}

func (w *workload) close(n int64) func(context.Context) error {
	return w.withNumber(n, func(ctx context.Context, id inbox.ConversationID) error {
		_, err := w.engine.ConversationClose(ctx, w.owner, engine.ConversationCloseInput{ConversationID: id})
		return err
	})
}

func (w *workload) perform(ctx context.Context) error { return w.engine.Outbox().PerformDue(ctx) }

func (w *workload) fire(ctx context.Context) error {
	w.engine.FireDue(ctx)
	return nil
}

// finish verifies the database, does the rest of the work, and verifies it again.
func (w *workload) finish(t *testing.T, rounds, from int) {
	t.Helper()
	w.verify(t)
	for i, step := range w.steps(rounds) {
		if i < from {
			continue
		}
		if err := w.do(i, step); err != nil {
			t.Fatalf("step %d, repeated after the crash: %v", i, err)
		}
	}
	w.verify(t)
}

func (w *workload) verify(t *testing.T) {
	t.Helper()
	report, err := verify.Run(t.Context(), w.db)
	if err != nil {
		t.Fatal(err)
	}
	for _, finding := range report.Findings {
		t.Errorf("verify: %s", finding)
	}
}

// survived runs the workload from a step to its end and returns the tables then, without the traces of a crash.
func survived(t *testing.T, path string, rounds, from int, head int64, onBatch func(store.BatchReport)) map[string][]string {
	t.Helper()
	w, err := openWorkload(path, onBatch)
	if err != nil {
		t.Fatal(err)
	}
	if got := w.db.HeadNumber(); got < head {
		t.Errorf("the log ends at %d, and %d was acknowledged", got, head)
	}
	w.finish(t, rounds, from)
	tables := (&desk{T: t, path: path}).dump()
	delete(tables, "log_epochs")
	delete(tables, "settings")         // versions are random
	delete(tables, "goose_db_version") // the time when the schema was created
	delete(tables, "secrets")          // the address of this process's server
	w.outside.end()
	if err := w.db.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	return tables
}

func TestACrashAfterAnyCommitLosesNothingAndRepeatsNothing(t *testing.T) {
	t.Parallel()
	rounds := 1
	if soak() {
		rounds = 8
	}
	functions := 0
	var commits []int // how many functions have run by each
	want := survived(t, filepath.Join(t.TempDir(), "foyer.db"), rounds, 0, 0, func(report store.BatchReport) {
		functions += report.Functions
		commits = append(commits, functions)
	})
	if len(commits) < 30 {
		t.Fatalf("the work is %d commits", len(commits))
	}
	if !slices.ContainsFunc(want["conversations"], func(row string) bool { return strings.Contains(row, "|AUTO|") }) {
		t.Fatal("no conversation closed of itself")
	}
	if !slices.ContainsFunc(want["decisions"], func(row string) bool { return strings.Contains(row, "It was taken from") }) {
		t.Fatal("no conversation was taken from its agent")
	}
	for i, n := range commits {
		t.Run(fmt.Sprint("commit ", i+1), func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "foyer.db")
			child := exec.CommandContext(t.Context(), os.Args[0])
			child.Env = append(os.Environ(), crashPath+"="+path, fmt.Sprint(crashAt, "=", n), fmt.Sprint(crashRounds, "=", rounds))
			var out, problems bytes.Buffer
			child.Stdout, child.Stderr = &out, &problems
			var exit *exec.ExitError
			if err := child.Run(); !errors.As(err, &exit) || exit.ExitCode() != crashed {
				t.Fatalf("the process ended with %v: %s", err, &problems)
			}
			from, head := acknowledged(t, out.String())
			same(t, survived(t, path, rounds, from, head, nil), want)
			checkRequests(t, path)
		})
	}
}

// acknowledged reads how many steps were done, and the head of the log then.
func acknowledged(t *testing.T, out string) (steps int, head int64) {
	t.Helper()
	for lines := bufio.NewScanner(strings.NewReader(out)); lines.Scan(); {
		if _, err := fmt.Sscan(lines.Text(), &steps, &head); err != nil {
			t.Fatalf("the process wrote %q", lines.Text())
		}
		steps++
	}
	return steps, head
}
