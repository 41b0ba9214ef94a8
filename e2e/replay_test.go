package e2e_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// wholeRecording is the file from which the slice in testdata was taken. It may lie beside the checkout.
const wholeRecording = "../../shared/data/customer-care.jsonl"

func TestARecordingReplaysEachConversationOnceToItsTeam(t *testing.T) {
	t.Parallel()
	t.Run("a slice", func(t *testing.T) { replayTwice(t, "testdata/care.jsonl", 2) })
	t.Run("all of it", func(t *testing.T) {
		if _, err := os.Stat(wholeRecording); errors.Is(err, fs.ErrNotExist) {
			t.Logf("%s is not there: only the slice was replayed", wholeRecording)
			return
		}
		replayTwice(t, wholeRecording, 3)
	})
}

// replayTwice replays a recording with a subscription alongside, and then again.
func replayTwice(t *testing.T, file string, agentsPerTeam int) {
	t.Helper()
	s := newServer(t)
	start := s.key.head()
	alongside := s.key.follow(start, nil)
	recorded := readRecording(t, file)

	summary := s.replay(file, agentsPerTeam)
	head := s.key.head()
	events := alongside.through(head)
	fold := foldOf(t, events)
	checkRecording(t, recorded, fold, events)
	s.checkTeams(fold, agentsPerTeam)
	opened := len(fold.conversations)
	for what, want := range map[string]int{"conversations": opened, "assigned": opened, "closed": opened, "errors": 0} {
		if summary[what] != want {
			t.Errorf("the report has %d %s, want %d", summary[what], what, want)
		}
	}
	sameEvents(t, "the log, replayed from the start", s.key.follow(start, nil).through(head), events)

	rows := s.recorded()
	again := s.replay(file, agentsPerTeam)
	if again["conversations"] != opened || again["assigned"] != 0 || again["closed"] != 0 || again["errors"] != 0 {
		t.Errorf("the second replay reports %v", again)
	}
	if now := s.key.head(); now != head {
		t.Errorf("the second replay moved the head from %s to %s", head, now)
	}
	unchanged(t, rows, s.recorded())
}

// recorded returns the rows of the database, without those about access.
func (s *server) recorded() []string {
	s.Helper()
	var kept []string
	for _, row := range dump(s, database(s, s.database, "mode=ro")) {
		table, _, _ := strings.Cut(row, " ")
		if table != "sessions" && table != "agent_networks" && table != "api_keys" {
			kept = append(kept, row)
		}
	}
	return kept
}

// replay runs `foyer replay` and returns the numbers of its summary.
func (s *server) replay(file string, agentsPerTeam int) map[string]int {
	s.Helper()
	out, code := s.foyer("replay", file, "--server", s.url, "--token", s.owner.token, "--agents-per-team", strconv.Itoa(agentsPerTeam),
		"--agent-password", agentPassword)
	if code != 0 {
		s.Fatalf("foyer replay ended with code %d:\n%s", code, out)
	}
	summary := map[string]int{}
	for _, row := range regexp.MustCompile(`(?m)^ *(messages in|messages out|conversations|assigned|closed|errors) +(\d+)`).FindAllStringSubmatch(out, -1) {
		summary[row[1]], _ = strconv.Atoi(row[2])
	}
	if len(summary) != 6 {
		s.Fatalf("foyer replay wrote no summary:\n%s", out)
	}
	return summary
}

// recordedLine is one line of a recording.
type recordedLine struct{ Company, Contact, Direction, ID, Body string }

func readRecording(t *testing.T, file string) []recordedLine {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var lines []recordedLine
	for encoded := range bytes.Lines(content) {
		var l recordedLine
		if err := json.Unmarshal(encoded, &l); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, l)
	}
	return lines
}

// checkRecording expects that every line is in the log once, and that every conversation was opened once, routed to one
// team, assigned in the commit that opened it, and closed.
func checkRecording(t *testing.T, recorded []recordedLine, fold *fold, events []item) {
	t.Helper()
	shown := map[string]int{} // by direction and id
	openedAt := map[string]string{}
	for _, e := range events {
		switch e.Type {
		case "ConversationOpened":
			openedAt[e.Conversation.ID] = e.At
		case "ConversationAssigned":
			if e.At != openedAt[e.Conversation.ID] {
				t.Errorf("%s opened at %s and was assigned at %s", e.Conversation.ID, openedAt[e.Conversation.ID], e.At)
			}
		case "MessageReceived":
			shown["in "+*e.Message.ExternalID]++
		case "MessageSent":
			shown["out "+*e.Message.IdempotencyKey]++
		}
	}
	lines := map[string]int{}
	for _, l := range recorded {
		lines[l.Direction+" "+l.ID] = 1
	}
	for key := range lines {
		if shown[key] == 0 {
			t.Errorf("%q of the recording is not in the log", key)
		}
	}
	for key := range shown {
		if lines[key] == 0 {
			t.Errorf("%q in the log is not of the recording", key)
		}
	}
	for id, c := range fold.conversations {
		if c.opened != 1 || c.routed != 1 || c.assigned != 1 || c.closed != 1 || c.queuedTimes != 0 {
			t.Errorf("%s: %+v", id, *c)
		}
	}
}

// checkTeams expects that each conversation went to the team with the name of its channel, and that the agents of each
// team got equal numbers, to within one.
func (s *server) checkTeams(fold *fold, agentsPerTeam int) {
	s.Helper()
	type listed struct {
		conversation
		Channel reference
	}
	perAgent := map[string]map[string]int{}
	seen := 0
	for _, v := range everything[listed](s.key, "conversations", "", conversationFields+" channel { name }") {
		seen++
		fold.agree(v.conversation)
		if v.Team == nil || v.Assignee == nil || v.Team.Name != v.Channel.Name {
			s.Fatalf("%s came on %s: %s", v.ID, v.Channel.Name, text(v))
		}
		if perAgent[v.Team.Name] == nil {
			perAgent[v.Team.Name] = map[string]int{}
		}
		perAgent[v.Team.Name][v.Assignee.ID]++
	}
	if seen != len(fold.conversations) {
		s.Errorf("%d conversations are listed, %d are in the log", seen, len(fold.conversations))
	}
	for team, counts := range perAgent {
		least, most := 0, 0
		if len(counts) == agentsPerTeam {
			least = seen
		}
		for _, n := range counts {
			least, most = min(least, n), max(most, n)
		}
		if most-least > 1 {
			s.Errorf("%s: the agents got %v", team, counts)
		}
	}
}
