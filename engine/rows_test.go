package engine_test

import (
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

func TestAUseCaseWritesEachRowOnce(t *testing.T) {
	var most atomic.Int64 // rows that one batch has written
	clock, silent := newClock(), slog.New(slog.DiscardHandler)
	db := must(store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "foyer.db"), Clock: clock.Now, Logger: silent,
		OnBatch: func(report store.BatchReport) { most.Store(max(most.Load(), int64(report.Rows))) }}))
	defer func() { _ = db.Close() }()
	d := &desk{T: t, db: db, clock: clock, Engine: engine.New(db, engine.Options{Clock: clock.Now, Logger: silent})}
	d.owner = d.caller(d.hire("Olga", func(a *inbox.Agent) { a.Role = inbox.RoleOwner }))
	d.key = d.newKey(inbox.RoleManager)
	d.channel = d.newChannel("Website", 0)
	d.team("Support", engine.PolicyPatch{}, d.owner.Actor.Agent())
	d.publish(`
format: 1
name: Inbound
trigger: { on: conversation.opened }
steps:
  - key: tag
    tag: { add: [new] }
  - key: route
    route: { team: Support, priority: HIGH }
  - key: reply
    send: { text: "You wrote: {{ message.text }}" }
  - key: assign
    assign: { by: team }
  - key: note
    note: { text: Done }
`)
	first := d.say("c1", "Hello")
	// A batch is reported after it is answered, and before the next begins.
	must(store.Update(t.Context(), db, func(*store.Tx) (struct{}, error) { return struct{}{}, nil }))
	// A contact with an identity, a conversation with its counts, a run, two messages, a note, a decision, the agent's and the
	// member's turn, the agent's notification; and nine events: of the contact (2), the conversation (3), the messages (2), the note and the run.
	if got, want := most.Load(), int64(2+2+1+2+1+1+2+1+9); got != want {
		t.Errorf("%d rows were written, want %d", got, want)
	}
	if c := d.conversation(first.Conversation.ID); c.AssigneeID == nil || c.OutboundCount != 1 || c.Priority != inbox.PriorityHigh {
		t.Errorf("got %+v", c)
	}
	if got := d.contact(first.Contact.ID); len(got.Tags) != 1 || got.OwnerID == nil {
		t.Errorf("got %+v", got)
	}
	d.verify()
}

func TestAWorkflowReadsWhatItsTransactionHasYetToStore(t *testing.T) {
	d := newDesk(t)
	d.team("Support", engine.PolicyPatch{})
	d.publish(`
format: 1
name: Queue
trigger: { on: conversation.opened }
steps:
  - key: route
    route: { team: Support }
  - key: tag
    tag: { add: [new] }
  - key: reply
    send: { text: Welcome }
  - key: manual
    assign: { by: team, policy: { strategy: MANUAL } }
`)
	d.publish(`
format: 1
name: Look
trigger:
  on: conversation.opened
  when: { all: [ { field: message.text, op: contains, value: invoice }, { field: team.queue_length, op: equals, value: 1 } ] }
steps:
  - key: look
    note:
      text: "{{ message.text }}, {{ conversation.last_outbound_text }}, {{ contact.tags | join }}, {{ team.queue_length }}, {{ contact.is_returning }}"
`)
	id := d.say("c1", "My invoice").Conversation.ID
	notes := must(store.View(d.ctx(), d.db, func(r *store.ReadTx) ([]*inbox.Note, error) { return r.NotesOf(id, store.Range{Limit: 10}) }))
	if want := "My invoice, Welcome, new, 1, false"; len(notes) != 1 || notes[0].Text != want {
		t.Errorf("got %+v, want %q", notes, want)
	}
}

func TestARefusedIdentityNamesItsPlaceAndLeavesNothing(t *testing.T) {
	d := newDesk(t)
	in := engine.ContactCreateInput{Identities: []engine.ContactIdentityInput{{ChannelID: d.channel, ExternalID: "a"}, {ChannelID: d.channel, ExternalID: "a"}}}
	d.unchanged(func() {
		_, err := d.ContactCreate(d.ctx(), d.owner, in)
		refused(t, err, inbox.CodeTaken, "identities.1.externalId")
	})
	in.Identities = in.Identities[:1]
	must(d.ContactCreate(d.ctx(), d.owner, in))
}
