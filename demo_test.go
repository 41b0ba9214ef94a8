package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"foyer/cli"
	"foyer/internal/client"
)

func TestTheDemoKeepsADeskBusy(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	ctx, stop := context.WithCancel(t.Context())
	out, log, exit := newOutput(), newOutput(), make(chan int, 1)
	go func() {
		exit <- run(ctx, []string{"demo", "--listen", "127.0.0.1:0", "--rate", "100", "--think", "1ms", "--log-level", "warn"},
			cli.Terminal{Out: out, Err: log})
	}()
	printed := out.await(t, "wscat")
	url := regexp.MustCompile(`running at (\S+)/graphql`).FindStringSubmatch(printed)[1]
	key := regexp.MustCompile(`API key\s+(\S+)`).FindStringSubmatch(printed)[1]
	server, err := client.New(url, key)
	if err != nil {
		t.Fatal(err)
	}
	enough, closed := errors.New("enough"), 0
	err = server.Subscribe(t.Context(), `subscription { events(filter: { types: [CONVERSATION_CLOSED] }) {
		... on ConversationClosed { conversation { team { name } assignee { name } outboundCount } } } }`, nil,
		func(data json.RawMessage) error {
			if string(data) == `{"events":{}}` {
				return nil // StreamReady
			}
			if closed++; closed == 20 {
				return enough
			}
			return nil
		})
	if !errors.Is(err, enough) {
		t.Error(err)
	}
	var teams struct {
		Teams struct{ Nodes []struct{ Name string } }
	}
	if err := server.Do(t.Context(), "{ teams { nodes { name } } }", nil, &teams); err != nil || len(teams.Teams.Nodes) < 4 {
		t.Errorf("got %v, %v", teams, err)
	}
	var shown struct {
		Workflows struct {
			Nodes []struct {
				Name, Status string
				Problems     []struct{ Message string }
			}
		}
	}
	if err := server.Do(t.Context(), "{ workflows { nodes { name status problems { message } } } }", nil, &shown); err != nil {
		t.Error(err)
	}
	statuses := map[string]int{}
	for _, w := range shown.Workflows.Nodes {
		statuses[w.Status]++
		for _, p := range w.Problems {
			if p.Message != `There is no secret "CRM_KEY".` { // the demo does not need it
				t.Errorf("%s: %s", w.Name, p.Message)
			}
		}
	}
	if statuses["PUBLISHED"] != 8 || statuses["DRAFT"] != 2 {
		t.Errorf("workflows: %v", statuses)
	}
	server.Close()
	stop()
	if code := <-exit; code != cli.ExitOK {
		t.Errorf("exit code %d", code)
	}
	if lines := withoutSlow(log.String()); lines != "" {
		t.Errorf("the log has\n%s", lines)
	}
	if left, _ := filepath.Glob(filepath.Join(os.Getenv("TMPDIR"), "*")); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func TestTheDemoGoesOnWithItsDatabase(t *testing.T) {
	database := "sqlite:" + filepath.Join(t.TempDir(), "demo.db")
	for range 2 {
		ctx, stop := context.WithCancel(t.Context())
		out, log, exit := newOutput(), newOutput(), make(chan int, 1)
		go func() {
			exit <- run(ctx, []string{"demo", "--listen", "127.0.0.1:0", "--database", database, "--password", testPassword,
				"--data", "testdata/dialogues.jsonl", "--log-level", "warn"}, cli.Terminal{Out: out, Err: log})
		}()
		out.await(t, "wscat")
		stop()
		if code := <-exit; code != cli.ExitOK || withoutSlow(log.String()) != "" {
			t.Errorf("exit code %d\n%s", code, log)
		}
	}
}

// withoutSlow returns the lines of a log but those that a busy machine causes.
func withoutSlow(log string) string {
	var lines strings.Builder
	for line := range strings.Lines(log) {
		if !strings.Contains(line, "held the writer for long") {
			lines.WriteString(line)
		}
	}
	return lines.String()
}
