package main

import (
	"context"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"foyer/cli"
	"foyer/engine/verify"
	"foyer/internal/client"
	"foyer/store"
	"foyer/tools/replay"
)

// record reads the recording in testdata.
func record(t *testing.T) *replay.Recording {
	t.Helper()
	file, err := os.Open("testdata/dialogues.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	recording, err := replay.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	return recording
}

// verifyDatabase stops a server and checks its data.
func (r *running) verifyDatabase() {
	r.t.Helper()
	r.shutDown()
	db, err := store.Open(r.t.Context(), store.Options{Path: r.config.Database, Logger: discard()})
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	report, err := verify.Run(r.t.Context(), db)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, finding := range report.Findings {
		r.t.Error(finding)
	}
}

func TestARecordingIsReplayedOnce(t *testing.T) {
	r := serve(t, testConfig(t))
	key := r.key()
	token := r.session()
	arguments := []string{"replay", "testdata/dialogues.jsonl", "--server", r.URL(), "--token", token, "--agent-password", testPassword}

	code, first, message := foyer(t, arguments...)
	if code != cli.ExitOK {
		t.Fatalf("exit code %d\n%s%s", code, first, message)
	}
	before := r.head(key)
	code, second, message := foyer(t, arguments...)
	if code != cli.ExitOK {
		t.Fatalf("exit code %d\n%s%s", code, second, message)
	}
	if after := r.head(key); before != after {
		t.Errorf("the second replay changed something: the log went from %s to %s", before, after)
	}
	for _, c := range []struct{ output, want string }{
		{first, "16 messages of 6 dialogues: contacts 4, companies 3."},
		{first, "1 dialogues that begin while another of the same contact with the same company goes on."},
		{first, "2 lines with the id of an earlier one"},
		{first, "messages in 6 1 of them duplicates"},
		{first, "messages out 10 1 of them sent before"},
		{first, "conversations 5 5 of them opened now"},
		{first, "assigned 5 in the answer"},
		{first, "closed 5"},
		{first, "XboxSupport 2 0 0 to 1"},
		{second, "messages in 6 6 of them duplicates"},
		{second, "messages out 10 10 of them sent before"},
		{second, "conversations 5 0 of them opened now"},
		{second, "closed 0"},
		{second, "errors 0"},
	} {
		if !strings.Contains(strings.Join(strings.Fields(c.output), " "), c.want) {
			t.Errorf("%q is missing in\n%s", c.want, c.output)
		}
	}
	r.verifyDatabase()
}

func TestAnInterruptedReplayGoesOn(t *testing.T) {
	r := serve(t, testConfig(t))
	whole := len(record(t).Lines)
	server, err := client.New(r.URL(), r.session())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	options := replay.Options{AgentsPerTeam: 2, Password: testPassword, Concurrency: 1}
	opened, sent, closed := 0, 0, 0
	for stopAfter := 1; ; stopAfter++ {
		ctx, cancel := context.WithCancel(t.Context())
		var done atomic.Int64
		options.Done = func() {
			if int(done.Add(1)) == stopAfter {
				cancel()
			}
		}
		report, err := replay.Run(ctx, server, record(t), options)
		cancel()
		if report == nil {
			t.Fatal(err)
		}
		opened, sent, closed = opened+report.Opened, sent+report.Out, closed+report.Closed
		if report.Failed > 0 {
			t.Fatal(report.Errors)
		}
		if stopAfter > whole {
			if err != nil {
				t.Error(err)
			}
			break
		}
	}
	if opened != 5 || sent != 9 || closed != 5 {
		t.Errorf("opened %d, sent %d, closed %d in all", opened, sent, closed)
	}
	r.verifyDatabase()
}

func TestWrongPasswordsOfAgentsAreExplained(t *testing.T) {
	r := serve(t, testConfig(t))
	arguments := []string{"replay", "testdata/dialogues.jsonl", "--server", r.URL(), "--token", r.session(), "--agent-password"}
	ctx, cancel := context.WithCancel(t.Context())
	server, err := client.New(r.URL(), r.session())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	_, err = replay.Run(ctx, server, record(t), replay.Options{AgentsPerTeam: 3, Password: testPassword, Concurrency: 1, Done: cancel})
	if err == nil {
		t.Fatal("it was not interrupted")
	}
	code, out, message := foyer(t, append(arguments, "another password")...)
	if code != cli.ExitFailed || !strings.Contains(out, "--agent-password") || !strings.Contains(message, "lines failed") {
		t.Errorf("exit code %d\n%s%s", code, out, message)
	}
	r.shutDown()
}

func TestARecordingIsReadInOrderOfTime(t *testing.T) {
	recording := record(t)
	if !slices.IsSortedFunc(recording.Lines, func(a, b *replay.Line) int { return a.At.Compare(b.At) }) {
		t.Error("it is not in order")
	}
	if recording.Overlapping != 1 || recording.Repeated != 2 || recording.Backwards != 1 || recording.Contacts != 4 {
		t.Errorf("got %+v", recording)
	}
}

func TestARecordingThatIsWrongIsRefusedWithItsLine(t *testing.T) {
	const good = `{"conversation": "a", "contact": "c", "company": "o", "direction": "in", "id": "1", "at": "2020-01-01T00:00:00Z", "body": "b"}`
	for wrong, want := range map[string]string{
		`{`: "line 2", `{}`: `line 2: "conversation" is missing`, strings.Replace(good, `"in"`, `"up"`, 1): `line 2: "direction"`,
		strings.Replace(good, "2020-", "MMXX-", 1):                                "line 2",
		strings.NewReplacer(`"a"`, `"b"`, `"in"`, `"out"`).Replace(good):          `line 2: dialogue "b" begins with an answer`,
		strings.NewReplacer(`"c"`, `"d"`, `"id": "1"`, `"id": "2"`).Replace(good): `line 2: dialogue "a" has two contacts`,
	} {
		if _, err := replay.Read(strings.NewReader(good + "\n" + wrong)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", wrong, err, want)
		}
	}
}

// head returns the newest place in the log.
func (r *running) head(key string) string {
	r.t.Helper()
	server, err := client.New(r.URL(), key)
	if err != nil {
		r.t.Fatal(err)
	}
	defer server.Close()
	var answer struct{ Head string }
	if err := server.Do(r.t.Context(), "{ head }", nil, &answer); err != nil {
		r.t.Fatal(err)
	}
	return answer.Head
}
