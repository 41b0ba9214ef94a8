package engine_test

import (
	"bytes"
	"database/sql"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/outbox"
	"foyer/outbox/fetch"
	"foyer/store"
	"foyer/vault"
)

func testKey(t testing.TB) *vault.Key {
	t.Helper()
	return must(vault.NewKey(bytes.Repeat([]byte{7}, vault.KeySize)))
}

// outside is a desk with a server outside that its workflows may send requests to.
type outside struct {
	*desk
	server *httptest.Server
	logged *output
	woken  chan struct{} // receives for each request, and for each attempt that is over

	mu       sync.Mutex
	requests []received
	attempts []string
	answer   func(received) reply
}

// received is a request that the server got.
type received struct {
	Method, Path, Query, Body string
	Header                    http.Header
}

// reply is what the server answers; the zero value is an empty 200.
type reply struct {
	status int
	body   string
	header map[string]string
	abort  bool // end the connection instead
}

// output is a log that can be read while it is written to.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// newOutside makes a desk whose requests may go to the server beside it, and to no other address that is not public.
func newOutside(t *testing.T, answer func(received) reply) *outside {
	t.Helper()
	o := &outside{desk: newDesk(t), logged: &output{}, woken: make(chan struct{}, 1), answer: answer}
	o.server = httptest.NewServer(http.HandlerFunc(o.serve))
	t.Cleanup(o.server.Close)
	client := fetch.New(fetch.Options{UserAgent: "Foyer/1.2.3", Allowed: []fetch.Allowed{must(fetch.ParseAllowed("127.0.0.1"))}})
	t.Cleanup(client.Close)
	o.Engine = engine.New(o.db, engine.Options{Clock: o.clock.Now, Secrets: vault.New(o.db, testKey(t), o.clock.Now), Requests: client,
		Logger: slog.New(slog.NewTextHandler(o.logged, &slog.HandlerOptions{Level: slog.LevelDebug})),
		OnAttempt: func(a outbox.Attempt) {
			o.mu.Lock()
			o.attempts = append(o.attempts, string(a.Kind)+" "+string(a.Outcome))
			o.mu.Unlock()
			o.wake()
		}})
	return o
}

func (o *outside) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	in := received{Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Body: string(body), Header: r.Header.Clone()}
	o.mu.Lock()
	o.requests = append(o.requests, in)
	o.mu.Unlock()
	o.wake()
	answer := reply{}
	if o.answer != nil {
		answer = o.answer(in)
	}
	if answer.abort {
		panic(http.ErrAbortHandler)
	}
	for name, value := range answer.header {
		w.Header().Set(name, value)
	}
	if answer.status != 0 {
		w.WriteHeader(answer.status)
	}
	_, _ = io.WriteString(w, answer.body)
}

func (o *outside) wake() {
	select {
	case o.woken <- struct{}{}:
	default:
	}
}

// got returns the requests so far.
func (o *outside) got() []received {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.requests)
}

// outcomes returns what came of the attempts that are over.
func (o *outside) outcomes() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.attempts)
}

// workflow publishes a workflow that begins with an http step and then notes its outcome.
func (o *outside) workflow(step string) {
	o.Helper()
	o.publish(strings.ReplaceAll(`
format: 1
name: Outside
trigger: { on: conversation.opened }
settings: { exitOnAgentAction: true }
steps:
  - key: call
    http: `+step+`
    exits: { failure: failed, "404": missing }
  - key: fine
    note: { text: fine }
    next: end
  - key: missing
    note: { text: "missing" }
    next: end
  - key: failed
    note: { text: "failed" }
`, "SERVER", o.server.URL))
}

// perform performs the tasks that are due, again and again, a minute apart.
func (o *outside) perform(times int) {
	o.Helper()
	for range times {
		if err := o.Outbox().PerformDue(o.ctx()); err != nil {
			o.Fatal(err)
		}
		o.clock.move(10 * time.Minute)
	}
}

func (o *outside) tasks() []*store.Task {
	o.Helper()
	return view(o.desk, func(r *store.ReadTx) ([]*store.Task, error) { return r.TaskList() })
}

func TestARunSendsARequestAndGoesOnWithTheResponse(t *testing.T) {
	o := newOutside(t, func(received) reply { return reply{status: 201, body: `{"data": {"tier": "gold", "n": "7"}}`} })
	o.workflow(`{ method: POST, url: "SERVER/x?c={{ contact.first_name | url_encode }}", headers: { X-Desk: "a" }, body: { text: "{{ message.text }}" }, save: { tier: data.tier, n: { path: data.n, type: NUMBER } } }`)
	id := o.opened("c1")
	run := o.run(id)
	if run.Status != inbox.RunWaiting || *run.CurrentStep != "call" || len(o.got()) != 0 || len(o.tasks()) != 1 {
		t.Fatalf("the run is %+v with %d requests before any task is executed", run, len(o.got()))
	}
	key := o.tasks()[0].Key
	o.verify()
	o.perform(1)
	got := o.got()
	if len(got) != 1 || got[0].Method != http.MethodPost || got[0].Body != `{"text":"Hello"}` || got[0].Header.Get("Idempotency-Key") != key ||
		got[0].Header.Get("User-Agent") != "Foyer/1.2.3" || got[0].Header.Get("Content-Type") != "application/json" || got[0].Header.Get("X-Desk") != "a" {
		t.Errorf("the server got %+v, want the key %s", got, key)
	}
	run = o.run(id)
	same(t, steps(run), []string{"call next", "fine next"})
	if run.Status != inbox.RunCompleted || string(run.Variables) != `{"n":7,"tier":"gold"}` || len(o.tasks()) != 0 {
		t.Errorf("the run is %s with %s", run.Status, run.Variables)
	}
	if detail := string(run.Steps[0].Detail); !strings.Contains(detail, `"status":201`) {
		t.Errorf("the log shows %s", detail)
	}
	same(t, o.outcomes(), []string{"HTTP done"})
}

func TestEachResponseLeadsToItsExit(t *testing.T) {
	t.Parallel()
	const failed = "failed next"
	for name, test := range map[string]struct {
		step    string
		answers []reply // in turn; the last one is repeated
		want    []string
		sent    int
	}{
		"a status with an exit":         {answers: []reply{{status: 404}}, want: []string{"call 404", "missing next"}, sent: 1},
		"a status without":              {answers: []reply{{status: 400}}, want: []string{"call failure: The response has the status 400.", failed}, sent: 1},
		"a redirect without an address": {answers: []reply{{status: 304}}, want: []string{"call failure: The response has the status 304.", failed}, sent: 1},
		"no JSON":                       {answers: []reply{{body: "<html>"}}, want: []string{"call failure: The response cannot be read: it is not JSON: invalid character '<' looking for beginning of value.", failed}, sent: 1},
		"no number":                     {answers: []reply{{body: `{"data": {"n": "x"}}`}}, want: []string{`call failure: The value of "data.n" in the JSON is not a number.`, failed}, sent: 1},
		"nothing that is saved":         {answers: []reply{{body: `{}`}}, want: []string{"call next", "fine next"}, sent: 1},
		"too long":                      {answers: []reply{{body: strings.Repeat("x", 1<<18+1)}}, want: []string{"call failure: The response is longer than 262144 bytes.", failed}, sent: 1},
		"an error that passes":          {answers: []reply{{status: 500}, {status: 503}, {body: `{}`}}, want: []string{"call next", "fine next"}, sent: 3},
		"an error that stays":           {answers: []reply{{status: 502}}, want: []string{"call failure: The response has the status 502.", failed}, sent: 3},
		"too many requests":             {answers: []reply{{status: 429, header: map[string]string{"Retry-After": "7"}}, {body: `{}`}}, want: []string{"call next", "fine next"}, sent: 2},
		"far too many requests":         {answers: []reply{{status: 429, header: map[string]string{"Retry-After": "86400"}}}, want: []string{"call failure: The response has the status 429.", failed}, sent: 1},
		"a connection that ends":        {answers: []reply{{abort: true}}, want: []string{"call failure: The connection failed.", failed}, sent: 3},
		"no retries":                    {step: `{ url: "SERVER", retries: 0 }`, answers: []reply{{abort: true}}, want: []string{"call failure: The connection failed.", failed}, sent: 1},
		"a redirect inside": {answers: []reply{{status: 302, header: map[string]string{"Location": "http://169.254.169.254/latest/meta-data/"}}},
			want: []string{"call failure: The address is not on the public internet; the operator of the server can allow it with --http-allow.", failed}, sent: 1},
		"an address inside": {step: `{ url: "http://10.1.2.3/x" }`, want: []string{"call failure: The address is not on the public internet; the operator of the server can allow it with --http-allow.", failed}},
	} {
		t.Run(name, func(t *testing.T) {
			next := 0
			o := newOutside(t, func(received) reply {
				next++
				return test.answers[min(next, len(test.answers))-1]
			})
			step := test.step
			if step == "" {
				step = `{ url: "SERVER", save: { tier: data.tier, n: { path: data.n, type: NUMBER } } }`
			}
			o.workflow(step)
			id := o.opened("c1")
			o.perform(4)
			same(t, steps(o.run(id)), test.want)
			got := o.got()
			if len(got) != test.sent {
				t.Errorf("%d requests were sent, want %d", len(got), test.sent)
			}
			for _, one := range got {
				if one.Header.Get("Idempotency-Key") != got[0].Header.Get("Idempotency-Key") {
					t.Error("an attempt has another idempotency key")
				}
			}
		})
	}
}

func TestAnAttemptWaitsAsLongAsItIsTold(t *testing.T) {
	next := 0
	o := newOutside(t, func(received) reply {
		next++
		return []reply{{status: 500}, {status: 429, header: map[string]string{"Retry-After": "90"}}, {}}[min(next, 3)-1]
	})
	o.workflow(`{ url: "SERVER", retries: 5 }`)
	id := o.opened("c1")
	at := func(d time.Duration, want int) {
		t.Helper()
		o.clock.move(d)
		if err := o.Outbox().PerformDue(o.ctx()); err != nil || len(o.got()) != want {
			t.Fatalf("%d requests, %v; want %d", len(o.got()), err, want)
		}
	}
	at(0, 1)
	at(400*time.Millisecond, 1) // half a second at least
	at(700*time.Millisecond, 2) // one at most
	at(89*time.Second, 2)
	at(2*time.Second, 3)
	same(t, steps(o.run(id)), []string{"call next", "fine next"})
	if detail := string(o.run(id).Steps[0].Detail); !strings.Contains(detail, `"attempts":3`) {
		t.Errorf("the log shows %s", detail)
	}
	same(t, o.outcomes(), []string{"HTTP retry", "HTTP retry", "HTTP done"})
}

func TestAnAttemptEndsInTime(t *testing.T) {
	release := make(chan struct{})
	o := newOutside(t, func(received) reply { <-release; return reply{} })
	defer close(release)
	o.workflow(`{ url: "SERVER", timeout: PT1S, retries: 0 }`)
	id := o.opened("c1")
	o.perform(1)
	same(t, steps(o.run(id)), []string{"call failure: There was no response in time.", "failed next"})
}

func TestARunThatEndsTakesItsRequestAlong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		end  func(o *outside, id inbox.ConversationID)
		want inbox.WorkflowRunStatus
	}{
		"taken over": {func(o *outside, id inbox.ConversationID) { o.send(o.owner, id, "I have it") }, inbox.RunTakenOver},
		"closed":     {func(o *outside, id inbox.ConversationID) { o.close(id) }, inbox.RunCancelled},
		"cancelled": {func(o *outside, id inbox.ConversationID) {
			must(o.WorkflowStop(o.ctx(), o.owner, 1, true))
		}, inbox.RunCancelled},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOutside(t, nil)
			o.workflow(`{ url: "SERVER" }`)
			id := o.opened("c1")
			test.end(o, id)
			if len(o.tasks()) != 0 {
				t.Error("the request is still there")
			}
			o.perform(1)
			if run := o.run(id); run.Status != test.want || len(o.got()) != 0 {
				t.Errorf("the run is %s and %d requests were sent", run.Status, len(o.got()))
			}
		})
		t.Run(name+" in flight", func(t *testing.T) {
			asked, release := make(chan struct{}), make(chan struct{})
			o := newOutside(t, func(received) reply { close(asked); <-release; return reply{body: `{"data": {}}`} })
			o.workflow(`{ url: "SERVER", save: { tier: data.tier } }`)
			id := o.opened("c1")
			done := make(chan error, 1)
			go func() { done <- o.Outbox().PerformDue(o.ctx()) }()
			<-asked
			test.end(o, id)
			ended := o.run(id)
			o.verify()
			if err := <-done; err != nil { // although nobody has answered
				t.Fatal(err)
			}
			close(release)
			if run := o.run(id); run.Status != test.want || len(run.Steps) != 1 || run.Steps[0].Exit != nil {
				t.Errorf("the late answer changed the run to %+v", run)
			}
			same(t, o.run(id), ended)
			same(t, o.outcomes(), []string{"HTTP dropped"})
		})
	}
}

// change changes the database behind the engine's back.
func (o *outside) change(statement string) {
	o.Helper()
	raw := must(sql.Open("sqlite3", "file:"+o.path))
	defer func() { _ = raw.Close() }()
	must(raw.ExecContext(o.ctx(), statement))
}

func TestATaskThatTheServerCannotExecuteEndsAndFailsItsRun(t *testing.T) {
	o := newOutside(t, nil)
	o.workflow(`{ url: "SERVER" }`)
	id := o.opened("c1")
	o.change(`UPDATE tasks SET payload = 'x'`)
	o.perform(4)
	if run := o.run(id); run.Status != inbox.RunWaiting {
		t.Fatalf("the run is %s", run.Status)
	}
	o.perform(1)
	run := o.run(id)
	if run.Status != inbox.RunFailed || run.Error == nil || !strings.Contains(*run.Error, `Internal error in the request of step "call"`) || len(o.tasks()) != 0 {
		t.Errorf("the run is %s (%v) with %d tasks", run.Status, run.Error, len(o.tasks()))
	}
	same(t, o.outcomes(), []string{"HTTP interrupted", "HTTP interrupted", "HTTP interrupted", "HTTP interrupted", "HTTP interrupted", "HTTP failed"})
	if log := o.logged.String(); strings.Count(log, "decode task") != 5 {
		t.Errorf("the log says %s", log)
	}
	o.verify()
}

func TestARequestWhoseOutcomeCannotBeRecordedIsNotSentForEver(t *testing.T) {
	o := newOutside(t, nil)
	o.workflow(`{ url: "SERVER" }`)
	id := o.opened("c1")
	o.change(`UPDATE workflow_runs SET state = 'x' || state`)
	o.perform(9)
	if n := len(o.got()); n != 5 {
		t.Errorf("it was sent %d times", n)
	}
	o.change(`UPDATE workflow_runs SET state = substr(state, 2)`)
	o.perform(1)
	if run := o.run(id); run.Status != inbox.RunFailed || len(o.got()) != 5 {
		t.Errorf("the run is %s after %d requests", run.Status, len(o.got()))
	}
}

func TestAWorkerThatIsTooLateChangesNothing(t *testing.T) {
	first, release := make(chan struct{}), make(chan struct{})
	count := 0
	var mu sync.Mutex
	o := newOutside(t, func(received) reply {
		mu.Lock()
		count++
		mine := count
		mu.Unlock()
		if mine == 1 {
			close(first)
			<-release
			return reply{body: `{"data": {"tier": "late"}}`}
		}
		return reply{body: `{"data": {"tier": "early"}}`}
	})
	o.workflow(`{ url: "SERVER", save: { tier: data.tier } }`)
	id := o.opened("c1")
	done := make(chan error, 1)
	go func() { done <- o.Outbox().PerformDue(o.ctx()) }()
	<-first
	o.perform(1) // held
	if len(o.got()) != 1 {
		t.Error("two workers had one lane")
	}
	o.perform(1) // ten minutes later the lease is over
	close(release)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got := string(o.run(id).Variables); got != `{"tier":"early"}` {
		t.Errorf("got %s", got)
	}
	got := o.got()
	if len(got) != 2 || got[0].Header.Get("Idempotency-Key") != got[1].Header.Get("Idempotency-Key") {
		t.Errorf("got %d requests", len(got))
	}
	same(t, o.outcomes(), []string{"HTTP done", "HTTP dropped"})
}

func TestARunLooksAfterItsRequest(t *testing.T) {
	o := newOutside(t, nil)
	o.workflow(`{ url: "SERVER" }`)
	id := o.opened("c1")
	o.later(2 * time.Hour)
	if run := o.run(id); run.Status != inbox.RunWaiting {
		t.Errorf("the run is %s while its request is there", run.Status)
	}
	must(store.Update(o.ctx(), o.db, func(tx *store.Tx) (struct{}, error) { return struct{}{}, tx.DropTask(o.tasks()[0].ID) }))
	o.later(2 * time.Hour)
	same(t, steps(o.run(id)), []string{"call failure: The request was lost when the server stopped.", "failed next"})
}
