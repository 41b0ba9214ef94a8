package engine_test

import (
	"log/slog"
	"strings"
	"testing"

	"foyer/engine"
	"foyer/inbox"
)

// under makes the engine another one with these limits, on the same database.
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
	if want := "The custom fields of a contact take at most 10 bytes."; !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got %q, want %q", err, want)
	}
	if err := d.setFields(id, `{"plan": "shorter"}`); err != nil {
		t.Error(err)
	}
	same(t, d.values(id), `{"plan":"shorter"}`)
}
