package e2e_test

import (
	"bufio"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

// activities returns what somebody did in turn, as a stream shows it.
func activities(items []item, agent string) []string {
	var did []string
	for _, i := range items {
		if i.Type == "ConversationActivity" && i.Who.ID == agent {
			did = append(did, i.Activity)
		}
	}
	return did
}

func TestColleaguesSeeEachOtherViewAndType(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	d := s.furnish(crew{name: "Support", agents: []string{"ana", "bea"}})
	ana, bea := d.agent("ana"), d.agent("bea")
	id := d.write("ada", "A question").Conversation.ID
	acts := func(who *caller, activity string) {
		t.Helper()
		who.do("activitySet", object{"conversationId": id, "activity": activity}, "conversation { viewers { who { ... on Agent { id } } activity since } }")
	}
	watch, key := ana.follow("", nil), s.key.follow("", nil)
	body, leave := bea.eventStream(s)
	acts(ana, "VIEWING")
	acts(bea, "TYPING")
	acts(ana, "TYPING")
	if item, line := nextActivity(t, body); item.Who.ID != d.Agents[emailOf("ana")] || item.Activity != "TYPING" {
		t.Errorf("the event stream shows %s", line)
	}
	sees := func(want ...string) {
		t.Helper()
		watch.await(strings.Join(want, " "), func(items []item) bool {
			return slices.Equal(activities(items, d.Agents[emailOf("bea")]), want)
		})
	}
	sees("TYPING", "VIEWING") // typing has lapsed
	leave()
	sees("TYPING", "VIEWING", "NONE")
	got := watch.events()
	for _, i := range got {
		if i.Type == "ConversationActivity" && (i.Cursor != "" || i.Conversation.ID != id) {
			t.Errorf("got %s", i.raw)
		}
	}
	key.through(s.key.do("conversationClose", object{"conversationId": id}, "cursor").Cursor)
	for _, i := range key.all() {
		if i.Type == "ConversationActivity" {
			t.Errorf("a key is shown %s", i.raw)
		}
	}
}

// nextActivity reads an event stream up to an activity, which must have no id, or a client would go on after it.
func nextActivity(t *testing.T, body io.Reader) (shown item, line string) {
	t.Helper()
	late := time.AfterFunc(patience, func() { panic("the event stream shows no activity") })
	defer late.Stop()
	lines := bufio.NewScanner(body)
	id := ""
	for lines.Scan() {
		line := lines.Text()
		data, ok := strings.CutPrefix(line, "data: ")
		switch {
		case line == "":
			id = ""
		case strings.HasPrefix(line, "id:"):
			id = line
		case ok && strings.Contains(data, `"ConversationActivity"`):
			var answer struct {
				Data struct{ Item item }
			}
			if err := json.Unmarshal([]byte(data), &answer); err != nil || id != "" {
				t.Errorf("%v: it has %q", err, id)
			}
			return answer.Data.Item, line
		}
	}
	t.Fatalf("the event stream ended: %v", lines.Err())
	return item{}, ""
}

func TestOfTwoAnswersToOneMessageOneIsSent(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	d := s.furnish(crew{name: "Support", agents: []string{"ana", "bea"}})
	question := d.write("ada", "A question")
	answers := make(chan payload, 2)
	for _, who := range []*caller{d.agent("ana"), d.agent("bea")} {
		go func() {
			got, _ := who.try("messageSend", object{"conversationId": question.Conversation.ID, "text": "An answer",
				"ifLatestMessageId": question.Message.ID}, "message { id text }")
			answers <- got
		}()
	}
	first, second := <-answers, <-answers
	if len(first.UserErrors) > 0 {
		first, second = second, first
	}
	if len(first.UserErrors) > 0 || first.Message == nil {
		t.Fatalf("none was sent: %v", first.UserErrors)
	}
	if len(second.UserErrors) != 1 || second.UserErrors[0].Code != "CONFLICT" || second.Message == nil || second.Message.ID != first.Message.ID {
		t.Errorf("the other one: %v, newest %+v", second.UserErrors, second.Message)
	}
}
