package engine_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

const orderWebhook = `
format: 1
name: Orders
trigger:
  on: webhook
  contact: { email: who.email }
  mapping: { total: { path: order.total, type: NUMBER }, note: order.note }
  when: { field: trigger.body.order.paid, op: equals, value: "true" }
steps:
  - key: tell
    send: { text: "Thanks for {{ vars.total }}" }
    exits: { failure: open }
    next: end
  - key: open
    open: {}
  - key: again
    send: { text: "Thanks for {{ vars.total }}, {{ trigger.body.order.id }}" }
`

// webhook publishes a workflow and returns the token of its URL.
func (d *desk) webhook(document string) string {
	d.Helper()
	f := d.publish(document)
	if f.WebhookPath == nil {
		d.Fatal("publishing showed no path")
	}
	token, ok := strings.CutPrefix(*f.WebhookPath, engine.WebhookPath)
	if !ok || len(token) != 43 {
		d.Fatalf("the path is %s", *f.WebhookPath)
	}
	return token
}

// contactWith creates a contact with an email.
func (d *desk) contactWith(external, email string) inbox.ContactID {
	d.Helper()
	in := d.message(external, "Hello")
	in.Contact.Email = &email
	received := must(d.MessageReceive(d.ctx(), d.key, in))
	d.close(received.Conversation.ID)
	return received.Contact.ID
}

func (d *desk) runsOfWebhooks() []*inbox.WorkflowRun {
	d.Helper()
	return view(d, func(r *store.ReadTx) ([]*inbox.WorkflowRun, error) {
		return runsOfWorkflow(r, 1)
	})
}

func TestAWebhookStartsARunWithItsVariables(t *testing.T) {
	d := newDesk(t)
	token := d.webhook(orderWebhook)
	d.contactWith("c1", "Ann@Example.org")
	before := d.dump()
	got := must(d.WebhookReceive(d.ctx(), token, []byte(`{"who": {"email": " ann@EXAMPLE.org"}, "order": {"id": "X1", "total": "9.5", "paid": "true", "rest": "unread"}}`), nil))
	run := d.runsOfWebhooks()[0]
	if got.Run == 0 || got.Run != run.ID || run.Status != inbox.RunCompleted {
		t.Fatalf("got %+v and the run %+v", got, run)
	}
	same(t, steps(run), []string{"tell failure: The run has no conversation. Open one with a step `open` before this one.", "open next", "again next"})
	same(t, d.messages(*run.ConversationID), []string{"WORKFLOW_RUN: Thanks for 9.5, X1"})
	if strings.Contains(string(run.State), "unread") {
		t.Errorf("the run keeps what nothing reads: %s", run.State)
	}
	if len(before["workflow_webhooks"]) != 1 || strings.Contains(fmt.Sprint(before), token) {
		t.Error("the token is stored")
	}
	// If a conversation is open, the run is in it.
	second := must(d.WebhookReceive(d.ctx(), token, []byte(`{"who": {"email": "ann@example.org"}, "order": {"total": 3, "paid": "true"}}`), nil))
	same(t, d.messages(*run.ConversationID), []string{"WORKFLOW_RUN: Thanks for 9.5, X1", "WORKFLOW_RUN: Thanks for 3"})
	if second.Run == got.Run {
		t.Error("there is no second run")
	}
}

func TestAWebhookThatStartsNothingSaysWhy(t *testing.T) {
	d := newDesk(t)
	token := d.webhook(orderWebhook)
	d.contactWith("c1", "ann@example.org")
	d.contactWith("c2", "two@example.org")
	d.contactWith("c3", "two@example.org")
	blocked := d.contactWith("c4", "blocked@example.org")
	must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: blocked, Blocked: new(true)}))
	for body, want := range map[string]engine.WebhookReason{
		`{"who": {"email": "nobody@example.org"}}`:  engine.WebhookNoContact,
		`{"who": {"email": "no address"}}`:          engine.WebhookNoContact,
		`{"who": {"email": "two@example.org"}}`:     engine.WebhookManyContacts,
		`{"who": {"email": "blocked@example.org"}}`: engine.WebhookBlocked,
		`{"who": {"email": "ann@example.org"}}`:     engine.WebhookCondition,
	} {
		d.unchanged(func() {
			if got := must(d.WebhookReceive(d.ctx(), token, []byte(body), nil)); got.Run != 0 || got.Reason != want || got.Message == "" {
				t.Errorf("%s: %+v", body, got)
			}
		})
	}
	deep := `{"who": {"email": "ann@example.org"}, "order": {"paid": "true", "id": ` + strings.Repeat("[", 9990) + strings.Repeat("]", 9990) + `}}`
	for _, body := range []string{``, `{`, `[]`, `{"who": {}}`, `{"who": {"email": ""}}`, deep} {
		_, err := d.WebhookReceive(d.ctx(), token, []byte(body), nil)
		refused(t, err, inbox.CodeInvalid, "")
	}
}

func TestAWebhookStartsNoRunBesideAnotherAndOncePerContactWhereItSaysSo(t *testing.T) {
	d := newDesk(t)
	waiting := d.webhook(`
format: 1
name: Waiting
trigger: { on: webhook, contact: { id: id }, oncePerContact: true }
steps:
  - key: wait
    wait: { for: PT1H }
`)
	id := d.contactWith("c1", "ann@example.org")
	body := []byte(fmt.Sprintf(`{"id": %q}`, id))
	if got := must(d.WebhookReceive(d.ctx(), waiting, body, nil)); got.Run == 0 {
		t.Fatalf("got %+v", got)
	}
	if got := must(d.WebhookReceive(d.ctx(), waiting, body, nil)); got.Reason != engine.WebhookRunning {
		t.Errorf("got %+v", got)
	}
	d.later(2 * time.Hour)
	if got := must(d.WebhookReceive(d.ctx(), waiting, body, nil)); got.Reason != engine.WebhookOncePerContact {
		t.Errorf("got %+v", got)
	}
}

func TestAWebhookWhoseTransactionIsRepeatedKeepsItsKey(t *testing.T) {
	t.Parallel()
	for range 50 {
		d := newDeskHere(t)
		token := d.webhook(orderWebhook)
		d.contactWith("c1", "ann@example.org")
		body := []byte(`{"who": {"email": "ann@example.org"}, "order": {"total": 3, "paid": "true"}}`)
		var first *engine.WebhookReceived
		if !d.undone(func(*store.Tx) error { return nil }, func() {
			first = must(d.WebhookReceive(d.ctx(), token, body, new("one")))
		}) {
			continue
		}
		again := must(d.WebhookReceive(d.ctx(), token, body, new("one")))
		if first.Run == 0 || again.Run != first.Run {
			t.Errorf("sent again with its key it started run %s, the first was %s", again.Run, first.Run)
		}
		return
	}
	t.Error("nothing was repeated")
}

func TestAContactIsFoundByEachKey(t *testing.T) {
	d := newDesk(t)
	in := d.message("visitor 7", "Hello")
	in.Contact.Phone, in.Contact.Email = new("+43 660 1234567"), new("ann@example.org")
	contact := must(d.MessageReceive(d.ctx(), d.key, in)).Contact.ID
	for key, value := range map[string]string{
		`id: key`: contact.String(), `email: key`: "ANN@example.org", `phone: key`: "+436601234567",
		`identity: key, channel: Website`: "visitor 7",
	} {
		token := d.webhook("format: 1\nname: x\ntrigger: { on: webhook, contact: { " + key + " } }\nsteps:\n  - key: a\n    note: { text: x }\n")
		body := must(json.Marshal(map[string]string{"key": value}))
		got := must(d.WebhookReceive(d.ctx(), token, body, nil))
		run := view(d, func(r *store.ReadTx) (*inbox.WorkflowRun, error) { return r.Run(got.Run) })
		if run == nil || run.ContactID != contact {
			t.Errorf("by %s: %+v, %+v", key, got, run)
		}
	}
}

func TestAWebhookWithTheSameKeyIsAnsweredAsBefore(t *testing.T) {
	d := newDesk(t)
	token := d.webhook(orderWebhook)
	other := d.webhook(strings.Replace(orderWebhook, "name: Orders", "name: Others", 1))
	d.contactWith("c1", "ann@example.org")
	body := []byte(`{"who": {"email": "ann@example.org"}, "order": {"total": 3, "paid": "true"}}`)
	first := must(d.WebhookReceive(d.ctx(), token, body, new("k1")))
	d.unchanged(func() { same(t, must(d.WebhookReceive(d.ctx(), token, body, new("k1"))), first) })
	_, err := d.WebhookReceive(d.ctx(), token, []byte(`{"who": {"email": "x@example.org"}}`), new("k1"))
	refused(t, err, inbox.CodeIdempotencyMismatch, "idempotencyKey")
	if second := must(d.WebhookReceive(d.ctx(), other, body, new("k1"))); second.Run == 0 || second.Run == first.Run {
		t.Errorf("the key of another workflow counts: %+v", second)
	}
	none := []byte(`{"who": {"email": "ann@example.org"}}`)
	reason := must(d.WebhookReceive(d.ctx(), token, none, new("k2")))
	d.unchanged(func() { same(t, must(d.WebhookReceive(d.ctx(), token, none, new("k2"))), reason) })
	d.clock.move(25 * time.Hour)
	if again := must(d.WebhookReceive(d.ctx(), token, body, new("k1"))); again.Run == first.Run {
		t.Error("the key holds for longer than a day")
	}
	must(d.WebhookReceive(d.ctx(), token, body, new(strings.Repeat("k", 200))))
	_, err = d.WebhookReceive(d.ctx(), token, body, new(strings.Repeat("k", 201)))
	refused(t, err, inbox.CodeInvalid, "idempotencyKey")
}

func TestAWebhooksURLSurvivesPublishingAndEndsWithRotation(t *testing.T) {
	d := newDesk(t)
	token := d.webhook(orderWebhook)
	d.contactWith("c1", "ann@example.org")
	body := []byte(`{"who": {"email": "ann@example.org"}}`)
	if f := must(d.WorkflowPublish(d.ctx(), d.owner, 1)); f.WebhookPath != nil {
		t.Error("the path is shown twice")
	}
	must(d.WebhookReceive(d.ctx(), token, body, nil))
	_, err := d.WorkflowWebhookRotate(d.ctx(), d.caller(d.hire("Ana")), 1)
	refused(t, err, inbox.CodeForbidden, "")
	rotated := must(d.WorkflowWebhookRotate(d.ctx(), d.owner, 1))
	_, err = d.WebhookReceive(d.ctx(), token, body, nil)
	refused(t, err, inbox.CodeNotFound, "")
	token = strings.TrimPrefix(*rotated.WebhookPath, engine.WebhookPath)
	must(d.WebhookReceive(d.ctx(), token, body, nil))

	must(d.WorkflowStop(d.ctx(), d.owner, 1, false))
	_, err = d.WebhookReceive(d.ctx(), token, body, nil)
	refused(t, err, inbox.CodeConflict, "")
	must(d.WorkflowPublish(d.ctx(), d.owner, 1))
	must(d.WebhookReceive(d.ctx(), token, body, nil))

	plain := d.publish(inboundWorkflowAlone)
	_, err = d.WorkflowWebhookRotate(d.ctx(), d.owner, plain.ID)
	refused(t, err, inbox.CodeConflict, "id")
	_, err = d.WorkflowWebhookRotate(d.ctx(), d.owner, 99)
	refused(t, err, inbox.CodeNotFound, "id")
}

const inboundWorkflowAlone = `
format: 1
name: Alone
trigger: { on: conversation.opened }
steps:
  - key: a
    note: { text: x }
`

// FuzzWebhookReceive finds bodies that change something they should not: whatever is sent, either a run starts or
// nothing happens.
func FuzzWebhookReceive(f *testing.F) {
	for _, seed := range []string{
		`{"who": {"email": "ann@example.org"}, "order": {"total": 3, "paid": "true"}}`, `{"who": {"email": {"a": 1}}}`, `[]`, `{`, "\x00", `{"who":{"email":"a@b","email":"ann@example.org"}}`,
		`{"who": {"email": "ann@example.org"}, "order": {"total": 1e400, "note": [[]], "paid": true}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		d := newDesk(t)
		token := d.webhook(orderWebhook)
		d.contactWith("c1", "ann@example.org")
		got, err := d.WebhookReceive(d.ctx(), token, body, nil)
		var own *inbox.Error
		if err != nil && !errors.As(err, &own) {
			t.Fatalf("%q: %v", body, err)
		}
		if err == nil && (got.Run == 0) == (got.Reason == "") {
			t.Errorf("%q: %+v", body, got)
		}
		if err == nil && got.Run != 0 && !json.Valid(body) {
			t.Errorf("%q started a run", body)
		}
	})
}
