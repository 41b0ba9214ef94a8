package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

// maxPublishes is how often a draft is compiled again because something that it names has changed meanwhile.
const maxPublishes = 5

// WorkflowPublish stores the draft as the next version and publishes it. If it is the first with the trigger webhook,
// WebhookPath of the answer has the path of its secret URL, this once. It fails with FORBIDDEN, NOT_FOUND,
// *InvalidDocumentError and CONFLICT (the draft, or what it names, changes faster than it is compiled).
//
// A large document takes longer to compile than a function may have the writer. So it is compiled in a snapshot, and the
// transaction checks that the draft is still the same and that what it names still means the same.
func (e *Engine) WorkflowPublish(ctx context.Context, caller inbox.Caller, id inbox.WorkflowID) (*inbox.Workflow, error) {
	if !caller.Manages() {
		return nil, inbox.Forbidden("Only managers can publish workflows.")
	}
	for range maxPublishes {
		c, err := e.compiled(ctx, id)
		if err != nil {
			return nil, err
		}
		published, err := change(ctx, e, caller, func(w *work) (*inbox.Workflow, error) { return w.publish(c) })
		if published != nil || err != nil {
			return published, err
		}
	}
	return nil, inbox.Errorf(inbox.CodeConflict, "id", "The workflow, or something that it names, is being changed. Try again.")
}

// compiledDraft is a draft that was compiled in a snapshot.
type compiledDraft struct {
	draft *inbox.Workflow
	*workflow.Definition
	asked []answered
}

// answered reports whether a directory still answers as it did.
type answered func(*directory) bool

// compiled compiles a draft. It fails with NOT_FOUND and *InvalidDocumentError.
func (e *Engine) compiled(ctx context.Context, id inbox.WorkflowID) (*compiledDraft, error) {
	return store.View(ctx, e.db, func(r *store.ReadTx) (*compiledDraft, error) {
		f, err := find(r.Workflow, id, "id", "workflow")
		if err != nil {
			return nil, err
		}
		d, err := draftDirectory(&r.Reader, f)
		if err != nil {
			return nil, err
		}
		notes := &notedDirectory{directory: d}
		def, problems := workflow.Compile(f.Definition, notes)
		return &compiledDraft{f, def, notes.asked}, firstError(d.err, documentError(problems))
	})
}

// publish publishes a draft that was compiled, or returns nil if the draft or what it names has changed since.
func (w *work) publish(c *compiledDraft) (*inbox.Workflow, error) {
	f, err := w.workflow(c.draft.ID)
	if err != nil {
		return nil, err
	}
	d, err := draftDirectory(&w.flushed().Reader, f)
	if err != nil {
		return nil, err
	}
	same := f.UpdatedAt == c.draft.UpdatedAt
	for i := 0; same && i < len(c.asked); i++ {
		same = c.asked[i](d)
	}
	if d.err != nil || !same {
		return nil, d.err
	}
	names, err := json.Marshal(c.Names())
	if err != nil {
		return nil, fmt.Errorf("encode names: %w", err)
	}
	f.UpdatedAt = max(w.now, f.UpdatedAt+1)
	version, err := w.flushed().Publish(f, c.Trigger(), string(names))
	if err != nil {
		return nil, err
	}
	w.tx.AfterCommit(func() { w.engine.definitions.byVersion.Store(version, c.Definition) })
	if c.Trigger() != workflow.TriggerWebhook {
		return f, nil
	}
	return f, w.giveWebhook(f)
}

// notedDirectory is a directory that notes what it was asked and what it answered.
type notedDirectory struct {
	*directory
	asked []answered
}

var _ workflow.Directory = (*notedDirectory)(nil)

func noted[T any](n *notedDirectory, ask func(*directory) (T, bool)) (T, bool) {
	value, found := ask(n.directory)
	n.asked = append(n.asked, func(d *directory) bool {
		now, still := ask(d)
		return still == found && reflect.DeepEqual(now, value)
	})
	return value, found
}

func (n *notedDirectory) Find(kind workflow.ReferenceKind, name string) (string, bool) {
	return noted(n, func(d *directory) (string, bool) { return d.Find(kind, name) })
}

// Workflow notes which version was found, but not what it takes, which is read from its whole document.
func (n *notedDirectory) Workflow(name string) (workflow.Callee, bool) {
	noted(n, func(d *directory) (store.WorkflowMark, bool) { return d.mark(name) })
	return n.directory.Workflow(name)
}

func (n *notedDirectory) ContactField(name string) (workflow.CustomField, bool) {
	return noted(n, func(d *directory) (workflow.CustomField, bool) { return d.ContactField(name) })
}
