package e2e_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// cycleDocument is a workflow with most kinds of step.
func cycleDocument() object {
	return inbound(
		object{"key": "known", "branch": []object{{"when": object{"field": "contact.first_name", "op": "exists"}, "go": "greet"}}, "else": "to_sales"},
		object{"key": "greet", "send": object{"text": "Hello {{ contact.first_name }}."}},
		object{"key": "to_sales", "route": object{"team": "Sales", "priority": "HIGH"}},
		object{"key": "mark", "tag": object{"add": []string{"inbound"}}},
		object{"key": "hand_over", "assign": object{"by": "team"}},
		object{"key": "brief", "note": object{"text": "For {{ assignee.name }}."}},
	)
}

func TestOneCycleFromTheFirstMessageToTheNext(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	d := s.furnishWith(cycleDocument(), crew{name: "Sales", agents: []string{"ana"}})
	stream := s.key.follow(s.key.head(), nil)

	hello := d.incoming("ada", "m-1", "Is the large one in stock?")
	hello["contact"].(object)["firstName"] = "Ada"
	first := s.key.do("messageReceive", hello, received)
	if v := first.Conversation; !first.Opened || v.Status != "OPEN" || v.Team == nil || v.Team.Name != "Sales" ||
		v.Priority != "HIGH" || v.Assignee == nil || v.Assignee.Name != "ana" {
		t.Fatalf("the answer to the first message: %s", text(first))
	}
	id := first.Conversation.ID
	ana := d.agent("ana")
	if got := ana.conversation(id); got == nil || got.Number != 1 || got.WaitingSince == nil || got.InboundCount != 1 || got.OutboundCount != 1 {
		t.Errorf("the agent reads %s", text(got))
	}
	ana.do("conversationRead", object{"conversationId": id, "messageId": first.Message.ID}, "")
	answer := ana.do("messageSend", object{"conversationId": id, "text": "It is."}, "message { id status }")
	s.key.do("messageStatusReport", object{"messageId": answer.Message.ID, "status": "DELIVERED"}, "")
	ana.do("noteAdd", object{"conversationId": id, "text": "Wants it on Friday.", "mentionIds": []string{ana.id}}, "")
	closed := ana.do("conversationClose", object{"conversationId": id, "category": "Stock", "summary": "Told."},
		"conversation { "+conversationFields+" }")
	if v := closed.Conversation; v.Status != "CLOSED" || *v.ClosedSource != "AGENT" || *v.Category != "Stock" {
		t.Errorf("closed: %s", text(v))
	}
	next := s.key.do("messageReceive", d.incoming("ada", "m-2", "One more thing."), received)
	if !next.Opened || next.Conversation.ID == id || next.Conversation.Number != 2 || next.Contact.ID != first.Contact.ID {
		t.Errorf("the answer to the next message: %s", text(next))
	}

	events := stream.through(next.Cursor)
	inOrder(t, events)
	if got := kinds(events)[:3]; !slices.Equal(got, []string{"ContactChanged", "ConversationOpened", "MessageReceived"}) {
		t.Errorf("the stream begins with %v", got)
	}
	fold := foldOf(t, events)
	for _, v := range []string{id, next.Conversation.ID} {
		fold.agree(*s.key.conversation(v))
	}
	golden(t, "cycle.golden", events)
}

// golden compares a stream with a file, apart from ids, times and cursors.
func golden(t *testing.T, name string, events []item) {
	t.Helper()
	var b strings.Builder
	normal := normaliser{names: map[string]string{}, count: map[string]int{}}
	for _, e := range events {
		var v any
		if err := json.Unmarshal([]byte(e.raw), &v); err != nil {
			t.Fatal(err)
		}
		encoded, err := json.Marshal(normal.value("", v.(object)["item"]))
		if err != nil {
			t.Fatal(err)
		}
		b.Write(encoded)
		b.WriteString("\n")
	}
	path := filepath.Join("testdata", name)
	if os.Getenv("FOYER_UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("the stream is not what %s says (-want +got):\n%s", path, diff)
	}
}

// normaliser numbers names in the order in which they first appear, so that equal streams look the same in every run.
type normaliser struct {
	names map[string]string
	count map[string]int
}

var anyID = regexp.MustCompile(`^(con|cnv|msg|not|agt|tea|chn|key|wfl|run|dec)_[0-9a-z]+$`)

func (n *normaliser) value(field string, v any) any {
	switch v := v.(type) {
	case object:
		named := object{}
		for name, part := range v {
			named[name] = n.value(name, part)
		}
		return named
	case []any:
		for i := range v {
			v[i] = n.value(field, v[i])
		}
		return v
	case string:
		switch {
		case field == "cursor":
			return n.name("cursor", v)
		case field == "at", field == "readAt", field == "until":
			return "time"
		case anyID.MatchString(v):
			return n.name(v[:3], v)
		}
	}
	return v
}

func (n *normaliser) name(kind, v string) string {
	if n.names[v] == "" {
		n.count[kind]++
		n.names[v] = kind + "-" + string(rune('0'+n.count[kind]/10)) + string(rune('0'+n.count[kind]%10))
	}
	return n.names[v]
}
