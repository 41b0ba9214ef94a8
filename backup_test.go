package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/cli"
	"foyer/internal/client"
)

// process runs a command as a separate process: the tests are about the effect of one process on the database of
// another.
func process(t *testing.T, args ...string) (string, error) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), program, args...)
	command.Env = append(os.Environ(), runAsFoyer+"=1")
	out, err := command.CombinedOutput()
	return string(out), err
}

// intake sends messages to a server until stop is called; received has one value for each message that was received.
type intake struct {
	received chan struct{}
	cancel   context.CancelFunc
	working  sync.WaitGroup
}

// takeIn sends messages of several contacts at a time.
func (r *running) takeIn(key string) *intake {
	r.t.Helper()
	server, err := client.New(r.URL(), key)
	if err != nil {
		r.t.Fatal(err)
	}
	var made struct{ Channel struct{ ID string } }
	if err := server.Mutate(r.t.Context(), "channelCreate", map[string]any{"name": fmt.Sprint("intake of ", r.URL()), "kind": "API"}, "channel { id }", &made); err != nil {
		r.t.Fatal(err)
	}
	in := &intake{received: make(chan struct{}, 1000)}
	var ctx context.Context
	ctx, in.cancel = context.WithCancel(r.t.Context())
	for contact := range 4 {
		in.working.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				err := server.Mutate(ctx, "messageReceive", map[string]any{
					"channelId": made.Channel.ID,
					"contact":   map[string]any{"externalId": fmt.Sprint("visitor-", contact, "-", i%100)},
					"message":   map[string]any{"externalId": fmt.Sprint(contact, "-", i), "text": strings.Repeat("A question. ", 50)},
				}, "", nil)
				if err != nil && ctx.Err() == nil {
					r.t.Errorf("a message was not taken: %v", err)
					return
				}
				select {
				case in.received <- struct{}{}:
				default:
				}
			}
		})
	}
	r.t.Cleanup(func() { in.stop(); server.Close() })
	return in
}

// stop waits until no more messages come in.
func (in *intake) stop() {
	in.cancel()
	in.working.Wait()
}

// await waits until n messages were received.
func (in *intake) await(t *testing.T, n int) {
	t.Helper()
	late := time.After(patience)
	for range n {
		select {
		case <-in.received:
		case <-late:
			t.Fatal("no message came in")
		}
	}
}

// past returns the first n events of a server's log after a cursor, as `foyer tail` prints them.
func (r *running) past(key, after string, n int) []string {
	r.t.Helper()
	return r.tail(r.t, key, "--after", after, "--count", fmt.Sprint(n))
}

func TestABackupOfABusyServerCanBeRestoredAndGoesOn(t *testing.T) {
	config := testConfig(t)
	busy := serve(t, config)
	key := busy.key()
	start := busy.head(key)
	in := busy.takeIn(key)
	in.await(t, 200)
	copied := filepath.Join(t.TempDir(), "copy.db")
	if out, err := process(t, "backup", "--database", "sqlite:"+config.Database, copied); err != nil || out != fmt.Sprintf("copied %s to %s\n", config.Database, copied) {
		t.Fatalf("%v\n%s", err, out)
	}
	if info, err := os.Stat(copied); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy has the permissions %v, %v", info.Mode(), err)
	}
	in.await(t, 50) // after it
	in.stop()
	lost := busy.head(key)
	if out, err := process(t, "backup", "--database", "sqlite:"+config.Database, copied); err == nil || !strings.Contains(out, "exists") {
		t.Errorf("a second backup to the same file: %v\n%s", err, out)
	}
	if names := entries(t, filepath.Dir(copied)); !slices.Equal(names, []string{"copy.db"}) {
		t.Errorf("beside the copy there are %v", names)
	}
	for range 2 { // verifying a database opens it, which begins another epoch of its log
		if out, err := process(t, "verify", "--database", "sqlite:"+copied); err != nil || !strings.Contains(out, " 0 findings") {
			t.Fatalf("%v\n%s", err, out)
		}
	}

	restored := testConfig(t)
	restored.Database = copied
	again := serve(t, restored)
	kept := again.head(key)
	n := numberOf(t, kept) - numberOf(t, start)
	if all := numberOf(t, lost) - numberOf(t, start); n < 200 || n >= all {
		t.Fatalf("the copy has %d events of %d", n, all)
	}
	if whole, part := busy.past(key, start, n), again.past(key, start, n); !slices.Equal(whole, part) {
		t.Error("the events of the copy are not the first ones of the server's")
	}
	code, _, message := foyer(t, "tail", "--server", again.URL(), "--token", key, "--after", lost, "--count", "1")
	if code != cli.ExitFailed || !strings.Contains(message, "CURSOR_EXPIRED") {
		t.Errorf("a cursor from after the backup: exit code %d, %s", code, message)
	}
	again.takeIn(key).await(t, 10)
	if events := again.past(key, kept, 10); len(events) != 10 {
		t.Errorf("it went on with %q", events)
	}
}

func TestAStoppedServerIsBackedUpAndLeftAsItWas(t *testing.T) {
	config := testConfig(t)
	r := serve(t, config)
	key := r.key()
	r.shutDown()
	folder := filepath.Dir(config.Database)
	copied := filepath.Join(t.TempDir(), "copy.db")
	if out, err := process(t, "backup", "--database", "sqlite:"+config.Database, copied); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range entries(t, folder) {
		if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("others may read %s: %v, %v", name, info.Mode(), err)
		}
	}
	config.Database = copied
	serve(t, config).head(key)
}

// entries returns the names in a folder.
func entries(t *testing.T, folder string) []string {
	t.Helper()
	found, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(found))
	for i, entry := range found {
		names[i] = entry.Name()
	}
	return names
}

// numberOf returns the number of the event that a cursor stands for.
func numberOf(t *testing.T, cursor string) (n int) {
	t.Helper()
	_, number, _ := strings.Cut(cursor, ".")
	if _, err := fmt.Sscan(strings.TrimLeft(number, "0"), &n); err != nil {
		t.Fatalf("%s: %v", cursor, err)
	}
	return n
}
