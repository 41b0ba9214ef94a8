package inbox_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"foyer/inbox"
)

func TestAnIDReadsBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := inbox.ConversationID(rapid.Int64Range(1, math.MaxInt64).Draw(t, "id"))
		var written bytes.Buffer
		id.MarshalGQL(&written)
		text := strings.Trim(written.String(), `"`)
		var read inbox.ConversationID
		if err := read.UnmarshalGQL(text); err != nil || read != id {
			t.Fatalf("%d was written as %s and read as %d, %v", id, text, read, err)
		}
		if narrowed := inbox.ID(text).Conversation(); narrowed != id {
			t.Fatalf("ID(%q).Conversation() is %d", text, narrowed)
		}
		if other := inbox.ID(text).Contact(); other != 0 {
			t.Fatalf("a conversation's id passed for the contact's %d", other)
		}
	})
}

func TestAMalformedIDIsUnknown(t *testing.T) {
	for _, text := range []string{
		"", "cnv", "cnv_", "cnv_0", "cnv_01", "cnv_!", "cnv_u", "cnv_I", "CNV_1", "con_1", "1", "cnv_-1", "cnv_1 ", " cnv_1",
		"cnv_80000000000000", "cnv_8000000000000", "cnv_zzzzzzzzzzzzz", "cnv_1\x00",
	} {
		var id inbox.ConversationID
		if err := id.UnmarshalGQL(text); err != nil || id != 0 {
			t.Errorf("%q is read as %d, %v; it should be unknown", text, id, err)
		}
	}
	for _, v := range []any{nil, true, 1.5, []any{"cnv_1"}, map[string]any{}} {
		var id inbox.ConversationID
		if err := id.UnmarshalGQL(v); err == nil {
			t.Errorf("%v passes for an ID", v)
		}
	}
	if id := inbox.ID("cnv_7zzzzzzzzzzzz").Conversation(); id != math.MaxInt64 {
		t.Errorf("the largest id reads as %d", id)
	}
}

func TestEachKindOfIDHasItsOwnPrefix(t *testing.T) {
	const n = 42
	texts := []string{
		inbox.ContactID(n).String(), inbox.ConversationID(n).String(), inbox.MessageID(n).String(), inbox.NoteID(n).String(),
		inbox.AgentID(n).String(), inbox.TeamID(n).String(), inbox.ChannelID(n).String(), inbox.APIKeyID(n).String(),
		inbox.WorkflowID(n).String(), inbox.WorkflowRunID(n).String(), inbox.DecisionID(n).String(),
	}
	seen := make(map[string]bool)
	for i, text := range texts {
		if seen[text] {
			t.Errorf("%s stands for two kinds", text)
		}
		seen[text] = true
		id := inbox.ID(text)
		narrowed := []int64{
			int64(id.Contact()), int64(id.Conversation()), int64(id.Message()), int64(id.Note()), int64(id.Agent()),
			int64(id.Team()), int64(id.Channel()), int64(id.APIKey()), int64(id.Workflow()), int64(id.WorkflowRun()),
			int64(id.Decision()),
		}
		for j, got := range narrowed {
			if want := map[bool]int64{true: n}[i == j]; got != want {
				t.Errorf("%s narrowed to kind %d is %d, not %d", text, j, got, want)
			}
		}
	}
}

func FuzzID(f *testing.F) {
	f.Add("cnv_8f3k2")
	f.Add("cnv_")
	f.Fuzz(func(t *testing.T, text string) {
		if id := inbox.ID(text).Conversation(); id != 0 && id.String() != text {
			t.Errorf("%q reads as %d, which is written %s: one id, one spelling", text, id, id)
		}
	})
}
