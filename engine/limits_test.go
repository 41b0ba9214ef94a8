package engine_test

import (
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// under replaces the engine by one with these limits, on the same database.
func (d *desk) under(l engine.Limits) {
	d.Engine = engine.New(d.db, engine.Options{Clock: d.clock.Now, Logger: slog.New(slog.DiscardHandler), Limits: l})
}

func TestWorkflowsLookAtTheBeginningOfAMessageThatIsLongerThanTheyTake(t *testing.T) {
	d := newDesk(t)
	d.under(engine.Limits{Text: 20_000})
	d.publish(`
format: 1
name: Long
trigger: { on: conversation.opened }
steps:
  - key: look
    branch:
      - { when: { field: message.text, op: contains, value: END }, go: end }
    else: mirror
  - key: mirror
    note: { text: "{{ message.text | upcase }}" }
`)
	text := strings.Repeat("é", 9_999) + "x" + strings.Repeat("é", 9_997) + "END"
	id := d.say("c1", text).Conversation.ID
	same(t, d.messages(id), []string{"CONTACT: " + text})
	same(t, d.run(id).Status, inbox.RunCompleted)
	same(t, d.notes(id), []string{strings.Repeat("É", 9_999) + "X"})
}

func TestWhoHasMoreThanALimitThatGotSmallerMayHaveLess(t *testing.T) {
	d := newDesk(t)
	id := must(d.ContactCreate(d.ctx(), d.owner, engine.ContactCreateInput{Tags: []string{"a", "b", "c"}})).Contact.ID
	d.under(engine.Limits{Tags: 1})
	_, err := d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: id, AddTags: []string{"d"}})
	refused(t, err, inbox.CodeLimitExceeded, "addTags")
	got := must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: id, RemoveTags: []string{"a"}}))
	same(t, got.Contact.Tags, []string{"b", "c"})

	d.field("plan", inbox.FieldText)
	if err := d.setFields(id, `{"plan": "a long one"}`); err != nil {
		t.Fatal(err)
	}
	d.under(engine.Limits{Fields: 10})
	err = d.setFields(id, `{"plan": "a longer one"}`)
	refused(t, err, inbox.CodeLimitExceeded, "fields")
	if want := "The custom fields of a contact may have at most 10 bytes."; !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got %q, want %q", err, want)
	}
	if err := d.setFields(id, `{"plan": "shorter"}`); err != nil {
		t.Error(err)
	}
	same(t, d.values(id), `{"plan":"shorter"}`)
}

func TestAListIsCountedBeforeItsItemsAreLookedAt(t *testing.T) {
	d := newDesk(t)
	d.field("likes", inbox.FieldList, "Tea", "Cake")
	id := d.say("c1", "Hello").Contact.ID
	list := func(n int, item string) string { return `{"likes": [` + strings.Repeat(item+`, `, n-1) + item + `]}` }
	if err := d.setFields(id, list(100, `"tea"`)); err != nil { // all of them are the same
		t.Error(err)
	}
	same(t, d.values(id), `{"likes":["Tea"]}`)
	refused(t, d.setFields(id, list(101, `"tea"`)), inbox.CodeLimitExceeded, "fields.likes")
	refused(t, d.setFields(id, list(101, `{}`)), inbox.CodeLimitExceeded, "fields.likes")
	_, err := d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: id, AddTags: make([]string, 101)}) // all of them are empty
	refused(t, err, inbox.CodeLimitExceeded, "addTags")
}

func TestTheFieldsThatComeWithAMessageAreMeasuredForEachOfABatch(t *testing.T) {
	d := newDesk(t)
	d.field("plan", inbox.FieldText)
	long, short := d.message("c1", "Hello"), d.message("c2", "Hello")
	long.Contact.Fields = inbox.JSON(`{"plan": "` + strings.Repeat("x", 80<<10) + `"}`)
	short.Contact.Fields = inbox.JSON(`{"plan": "gold"}`)
	received := must(d.MessageReceiveBatch(d.ctx(), d.key, []engine.MessageReceiveInput{long, short}))
	for i, want := range [][]string{{"LIMIT_EXCEEDED contact.fields"}, nil} {
		if received[i].Err != nil {
			t.Fatal(received[i].Err)
		}
		same(t, warned(received[i].Warnings), want)
	}
}

func TestADraftWithProblemsIsRefusedWithoutWriting(t *testing.T) {
	functions := 0 // the writer counts them; it has ended when they are read
	db, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "foyer.db"), Logger: slog.New(slog.DiscardHandler),
		OnBatch: func(r store.BatchReport) { functions += r.Functions }})
	if err != nil {
		t.Fatal(err)
	}
	e := engine.New(db, engine.Options{})
	owner := inbox.Caller{Actor: inbox.BySystem(), Role: inbox.RoleOwner, Visibility: inbox.VisibilityAll}
	draft := must(e.WorkflowCreate(t.Context(), owner, engine.WorkflowCreateInput{Name: "Draft", Definition: inbox.JSON(`{"format": 1,
		"trigger": {"on": "conversation.opened"}, "steps": [{"key": "go", "route": {"team": "Nobody's"}}]}`)}))
	_, err = e.WorkflowPublish(t.Context(), owner, draft.ID)
	if _, invalid := errors.AsType[*engine.InvalidDocumentError](err); !invalid {
		t.Errorf("got %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if functions != 1 {
		t.Errorf("%d functions ran in transactions; one added the draft", functions)
	}
}
