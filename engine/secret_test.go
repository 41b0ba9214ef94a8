package engine_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"foyer/engine"
	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
	"foyer/vault"
)

const secretValue = `s3cr/t+v4lue "q"`

func TestNoSecretGoesAnywhereButIntoTheRequest(t *testing.T) {
	echo := func(in received) reply {
		// A service that returns everything that it was sent, in each form it can.
		return reply{status: 200, body: fmt.Sprintf(`{"path": %q, "auth": %q, "body": %q, "escaped": "\u0073%s"}`,
			in.Path, in.Header.Get("Authorization"), in.Body, strings.ReplaceAll(secretValue[1:], `"`, `\"`))}
	}
	o := newOutside(t, echo)
	must(o.Secrets().Set(o.ctx(), o.owner, vault.SetInput{Name: "CRM", Value: secretValue}))
	must(o.Secrets().Set(o.ctx(), o.owner, vault.SetInput{Name: "BASE", Value: o.server.URL + "/base"}))
	o.publish(`
format: 1
name: Secrets
trigger: { on: conversation.opened }
steps:
  - key: call
    http:
      method: POST
      url: "{{ secrets.BASE }}/{{ secrets.CRM }}?k={{ secrets.CRM }}"
      headers: { Authorization: "Bearer {{ secrets.CRM }}" }
      body: { key: "{{ secrets.CRM }}", text: "{{ message.text }}" }
      save: { path: path, auth: auth, body: body, escaped: escaped }
  - key: tell
    send: { text: "{{ vars.path }} {{ vars.auth }} {{ vars.body }} {{ vars.escaped }}" }
  - key: broken
    http: { url: "http://10.0.0.1/{{ secrets.CRM }}", retries: 0 }
  - key: gone
    http: { url: "{{ secrets.CRM }}", retries: 0 }
`)
	id := o.say("c1", "{{ secrets.CRM }}").Conversation.ID
	o.leaks(secretValue)
	o.perform(3)
	run := o.run(id)
	same(t, steps(run), []string{"call next", "tell next",
		"broken failure: The address is not on the public internet; the operator of the server can allow it with --http-allow.",
		"gone failure: After its secrets are filled in, the address must be an absolute http or https URL of at most 2000 bytes."})
	got := o.got()[0]
	if got.Path != "/base/s3cr%2Ft%2Bv4lue%20%22q%22" || got.Header.Get("Authorization") != "Bearer "+secretValue ||
		got.Body != `{"key":"s3cr/t+v4lue \"q\"","text":"{{ secrets.CRM }}"}` {
		t.Errorf("the server got %+v", got)
	}
	if said := o.messages(id)[1]; !strings.Contains(said, "***") {
		t.Errorf("nothing was masked in %q", said)
	}
	if detail := string(run.Steps[0].Detail); !strings.Contains(detail, "{{ secrets.BASE }}/{{ secrets.CRM }}") {
		t.Errorf("the log shows %s", detail)
	}
	o.leaks(secretValue)
	o.leaks(o.server.URL)
}

// leaks fails the test if a secret is anywhere in the database or in the log, unchanged or in the forms of addresses
// and JSON.
func (o *outside) leaks(secret string) {
	o.Helper()
	var all strings.Builder
	for table, rows := range o.dump() {
		for _, row := range rows {
			_, _ = fmt.Fprintln(&all, table, row)
		}
	}
	all.WriteString(o.logged.String())
	text := all.String()
	inner := strings.Trim(fmt.Sprintf("%q", secret), `"`)
	for _, form := range []string{secret, inner, strings.ReplaceAll(inner, `\`, `\\`), "s3cr%2Ft", "s3cr/t", "v4lue"} {
		if at := strings.Index(text, form); at >= 0 {
			o.Errorf("%q shows: …%s…", form, text[max(0, at-200):min(len(text), at+100)])
		}
	}
}

func TestPublishingRefusesUnknownSecrets(t *testing.T) {
	d := newDesk(t)
	f := must(d.WorkflowCreate(d.ctx(), d.owner, engine.WorkflowCreateInput{Name: "x", Definition: definition(t, `
format: 1
name: x
trigger: { on: conversation.opened }
steps:
  - key: call
    http: { url: "https://example.org/{{ secrets.CRM }}" }
`)}))
	_, err := d.WorkflowPublish(d.ctx(), d.owner, f.ID)
	refusal, ok := errors.AsType[*engine.InvalidDocumentError](err)
	if !ok || refusal.Problems[0].String() != `step "call": steps.0.http.url: There is no secret "CRM".` {
		t.Errorf("got %v", err)
	}
	must(d.Secrets().Set(d.ctx(), d.owner, vault.SetInput{Name: "CRM", Value: "long enough"}))
	must(d.WorkflowPublish(d.ctx(), d.owner, f.ID))
}

func TestAStepFailsWhoseSecretIsGoneOrCannotBeOpened(t *testing.T) {
	o := newOutside(t, nil)
	must(o.Secrets().Set(o.ctx(), o.owner, vault.SetInput{Name: "CRM", Value: "long enough"}))
	o.workflow(`{ url: "SERVER/{{ secrets.CRM }}" }`)
	unreadable := o.opened("c1")
	other := engine.New(o.db, engine.Options{Clock: o.clock.Now, Secrets: vault.New(o.db, must(vault.ParseKey(vault.GenerateKey())), o.clock.Now)})
	same(t, must(other.Secrets().Unreadable(o.ctx())), []string{"CRM"})
	same(t, must(o.Secrets().Unreadable(o.ctx())), []string(nil))
	if err := other.Outbox().PerformDue(o.ctx()); err != nil {
		t.Fatal(err)
	}
	same(t, steps(o.run(unreadable)), []string{`call failure: The secret "CRM" cannot be opened with the server's key; set it again.`, "failed next"})
	gone := o.opened("c2")
	if err := o.Secrets().Delete(o.ctx(), o.owner, "CRM"); err != nil {
		t.Fatal(err)
	}
	o.perform(1)
	same(t, steps(o.run(gone)), []string{`call failure: There is no secret "CRM".`, "failed next"})
	if len(o.got()) != 0 {
		t.Error("a request was sent")
	}
}

func TestASimulationShowsNoSecret(t *testing.T) {
	o := newOutside(t, nil)
	must(o.Secrets().Set(o.ctx(), o.owner, vault.SetInput{Name: "CRM", Value: secretValue}))
	const document = `
format: 1
name: x
trigger: { on: conversation.opened }
steps:
  - key: call
    http: { method: POST, url: "https://example.org/{{ secrets.CRM }}", body: { a: "{{ secrets.CRM }}" } }
`
	problems := must(store.View(o.ctx(), o.db, func(r *store.ReadTx) ([]workflow.Problem, error) {
		return engine.Problems(&r.Reader, &inbox.Workflow{Definition: definition(t, document)})
	}))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	simulated := must(o.simulate(o.owner, document, engine.WorkflowSimulateInput{}))
	if shown := string(must(json.Marshal(simulated))); strings.Contains(shown, "v4lue") || !strings.Contains(shown, "{{ secrets.CRM }}") {
		t.Errorf("it shows %s", shown)
	}
}
