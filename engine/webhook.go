package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"foyer/account"
	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

// WebhookPath is the beginning of the secret URLs of workflows; a token follows.
const WebhookPath = "/hooks/"

// maxWebhookKey is how long an idempotency key of a webhook may be: the workflow's id is stored in front of it.
const maxWebhookKey = 200

// WebhookReceived is the outcome of a webhook: a run, or the reason why there is none.
type WebhookReceived struct {
	Run     inbox.WorkflowRunID // zero if none was started
	Reason  WebhookReason       // empty if one was started
	Message string              // the reason, for a person
}

// WebhookReason is why a webhook started no run.
type WebhookReason string

// Why a webhook starts no run.
const (
	WebhookNoContact      WebhookReason = "CONTACT_NOT_FOUND"
	WebhookManyContacts   WebhookReason = "CONTACT_AMBIGUOUS"
	WebhookBlocked        WebhookReason = "CONTACT_BLOCKED"
	WebhookRunning        WebhookReason = "ALREADY_RUNNING"
	WebhookOncePerContact WebhookReason = "ONCE_PER_CONTACT"
	WebhookCondition      WebhookReason = "CONDITION_NOT_MET"
)

// webhookMessages say the same for a person; never written to.
var webhookMessages = map[WebhookReason]string{
	WebhookNoContact:      "There is no such contact.",
	WebhookManyContacts:   "Several contacts match. Find the contact by id or identity.",
	WebhookBlocked:        "The contact is blocked.",
	WebhookRunning:        "The workflow is already running for the contact.",
	WebhookOncePerContact: "The workflow runs only once for each contact, and has run for this one.",
	WebhookCondition:      "The condition of the trigger does not hold.",
}

// WebhookWorkflow returns the workflow of a secret URL, by its token, or zero if there is none.
func (e *Engine) WebhookWorkflow(ctx context.Context, token string) (inbox.WorkflowID, error) {
	hash := account.HashToken(token)
	return store.View(ctx, e.db, func(r *store.ReadTx) (inbox.WorkflowID, error) { return r.WebhookWorkflow(hash) })
}

// WebhookReceive starts a workflow with the body that was sent to its secret URL. If it is sent again with the same key
// within a day, the answer is that of the first time. It fails with NOT_FOUND (the token), CONFLICT (the workflow takes
// no webhooks now), INVALID (the body cannot be read) and IDEMPOTENCY_MISMATCH.
func (e *Engine) WebhookReceive(ctx context.Context, token string, body []byte, key *string) (*WebhookReceived, error) {
	if key != nil {
		if required("", *key, maxWebhookKey) != nil {
			return nil, inbox.Errorf(inbox.CodeInvalid, "idempotencyKey", "An Idempotency-Key must have 1 to {limit} characters.", inbox.Named("limit", maxWebhookKey))
		}
	}
	hash := account.HashToken(token)
	sent := webhookCall{body: body}
	// Read before the transaction, and outside the snapshot, which others wait for. Only if another version is published
	// meanwhile, the body is read again.
	target, err := store.View(ctx, e.db, func(r *store.ReadTx) (webhookTarget, error) {
		return webhookTargetOf(&r.Reader, hash, func(id inbox.WorkflowVersionID) (*workflow.Definition, error) { return e.definition(&r.Reader, id) })
	})
	if err == nil {
		err = e.readWebhook(ctx, &sent, target)
	}
	if err != nil {
		return nil, outward(err)
	}
	sum := sha256.Sum256(body)
	return change(ctx, e, system(), func(w *work) (*WebhookReceived, error) {
		mine := sent // the function may run more than once
		target, err := webhookTargetOf(&w.flushed().Reader, hash, w.definition)
		if err != nil {
			return nil, err
		}
		if err := mine.read(target); err != nil {
			return nil, err
		}
		do := func(first *firstResult) (*WebhookReceived, error) {
			if first != nil {
				return received(first.Run, WebhookReason(first.Reason)), nil
			}
			return w.startByWebhook(*target.version, mine.call)
		}
		var ofWorkflow *string
		if key != nil {
			ofWorkflow = new(fmt.Sprintf("%s %s", target.version.WorkflowID, *key))
		}
		return once(w, ofWorkflow, "webhook", hex.EncodeToString(sum[:]), do, func(r *WebhookReceived) firstResult {
			return firstResult{Run: r.Run, Reason: string(r.Reason)}
		})
	})
}

// webhookTarget is what a webhook starts.
type webhookTarget struct {
	version    *store.Version
	definition *workflow.Definition
}

// webhookTargetOf finds what a webhook starts, by its token.
func webhookTargetOf(r *store.Reader, hash []byte, definition func(inbox.WorkflowVersionID) (*workflow.Definition, error)) (
	target webhookTarget, err error) {
	id, err := r.WebhookWorkflow(hash)
	if err != nil {
		return target, err
	}
	if id == 0 {
		return target, inbox.NotFound("", "webhook")
	}
	if target.version, err = r.PublishedVersion(id, workflow.TriggerWebhook); err != nil {
		return target, err
	}
	if target.version == nil {
		return target, inbox.Errorf(inbox.CodeConflict, "", "The workflow accepts no webhooks now. Publish it first.")
	}
	target.definition, err = definition(target.version.ID)
	return target, err
}

// webhookCall is the body that was sent, and the result of reading it by a version.
type webhookCall struct {
	body    []byte
	version inbox.WorkflowVersionID // zero: not read yet
	call    workflow.WebhookCall
}

// read reads the body as a version says, unless it has done so.
func (c *webhookCall) read(target webhookTarget) (err error) {
	if c.version == target.version.ID {
		return nil
	}
	if c.call, err = target.definition.Webhook().Read(c.body); err != nil {
		return inbox.Errorf(inbox.CodeInvalid, "", "The webhook cannot be read: {cause}.", inbox.Named("cause", err))
	}
	c.version = target.version.ID
	return nil
}

// readWebhook reads the body when it is its turn: while they are read, bodies take many times their size.
func (e *Engine) readWebhook(ctx context.Context, sent *webhookCall, target webhookTarget) error {
	select {
	case e.reading <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-e.reading }()
	return sent.read(target)
}

// startByWebhook starts a run for the contact that a webhook identifies, in their open conversation or in none.
func (w *work) startByWebhook(version store.Version, call workflow.WebhookCall) (*WebhookReceived, error) {
	found, reason, err := w.contactOf(call.Contact)
	if err != nil || reason != "" {
		return received(0, reason), err
	}
	contact, err := w.contact(found)
	if err != nil {
		return nil, err
	}
	if contact.Blocked {
		return received(0, WebhookBlocked), nil
	}
	c, err := w.openConversation(found)
	if err != nil {
		return nil, err
	}
	started, err := w.start(version, triggerEvent{
		trigger: workflow.TriggerWebhook, contact: found, conversation: c, cause: w.actor,
		data: map[string]any{"body": call.Body}, variables: call.Variables, depth: 1,
	})
	if err != nil {
		return nil, err
	}
	if started == nil {
		reason, err := w.whyNot(version, found)
		return received(0, reason), err
	}
	return received(started.ID, ""), nil
}

// whyNot finds out why a workflow did not start for a contact.
func (w *work) whyNot(version store.Version, contact inbox.ContactID) (WebhookReason, error) {
	if active, err := w.activeRun(version.WorkflowID, contact); err != nil {
		return "", err
	} else if active != nil {
		return WebhookRunning, nil
	}
	def, err := w.definition(version.ID)
	if err != nil || !def.OncePerContact() {
		return WebhookCondition, err
	}
	had, err := w.hasRun(version.WorkflowID, contact)
	if had {
		return WebhookOncePerContact, err
	}
	return WebhookCondition, err
}

// contactOf finds the contact that a webhook identifies.
func (w *work) contactOf(key workflow.ContactKey) (inbox.ContactID, WebhookReason, error) {
	var (
		found   []inbox.ContactID
		contact *inbox.Contact
		err     error
	)
	switch value := strings.TrimSpace(key.Value); key.By {
	case workflow.ContactByID:
		contact, err = w.contact(inbox.ID(value).Contact())
	case workflow.ContactByEmail:
		found, err = matching(value, normalEmail, w.flushed().ContactsWithEmail)
	case workflow.ContactByPhone:
		found, err = matching(value, func(field, text string) (string, *inbox.Error) { return normalPhone(field, text, "") }, w.flushed().ContactsWithPhone)
	case workflow.ContactByIdentity:
		contact, err = w.flushed().ContactByIdentity(key.Channel, key.Value)
	}
	if contact != nil {
		found = append(found, contact.ID)
	}
	switch {
	case err != nil:
		return 0, "", err
	case len(found) == 0:
		return 0, WebhookNoContact, nil
	case len(found) > 1:
		return 0, WebhookManyContacts, nil
	default:
		return found[0], "", nil
	}
}

// matching returns at most two contacts with a text in its normal form. A text without one belongs to nobody.
func matching(text string, normal func(field, text string) (string, *inbox.Error), find func(string, int) ([]inbox.ContactID, error)) ([]inbox.ContactID, error) {
	form, problem := normal("", text)
	if problem != nil || form == "" {
		return nil, nil //nolint:nilerr // no contact has a text that cannot be read
	}
	return find(form, 2)
}

func received(run inbox.WorkflowRunID, reason WebhookReason) *WebhookReceived {
	return &WebhookReceived{Run: run, Reason: reason, Message: webhookMessages[reason]}
}

// giveWebhook creates a secret URL for a workflow unless it has one, and returns its path, which is never shown again.
func (w *work) giveWebhook(f *inbox.Workflow) error {
	since, err := w.flushed().WebhookCreatedAt(f.ID)
	if err != nil || since != nil {
		return err
	}
	return w.newWebhook(f)
}

func (w *work) newWebhook(f *inbox.Workflow) error {
	token, hash := account.NewToken()
	f.WebhookPath = new(WebhookPath + token)
	return w.flushed().SetWebhook(f.ID, hash, w.now)
}

// WorkflowWebhookRotate replaces a workflow's secret URL by a new one; the former is unknown from then on. It fails
// with FORBIDDEN, NOT_FOUND and CONFLICT (it has never got one by publishing).
func (e *Engine) WorkflowWebhookRotate(ctx context.Context, caller inbox.Caller, id inbox.WorkflowID) (*inbox.Workflow, error) {
	if !caller.Manages() {
		return nil, inbox.Forbidden("Only managers can change webhooks.")
	}
	return change(ctx, e, caller, func(w *work) (*inbox.Workflow, error) {
		f, err := w.workflow(id)
		if err != nil {
			return nil, err
		}
		since, err := w.flushed().WebhookCreatedAt(id)
		if err != nil {
			return nil, err
		}
		if since == nil {
			return nil, inbox.Errorf(inbox.CodeConflict, "id", "The workflow has no webhook. Publish it with the trigger webhook first.")
		}
		return f, w.newWebhook(f)
	})
}
