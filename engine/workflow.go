package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

// definitions caches the compiled versions of workflows, which never change once they are committed. The id of one that
// is undone may be used again for another.
type definitions struct{ byVersion sync.Map } // inbox.WorkflowVersionID → *workflow.Definition

// definition returns a published version, ready to run. It is cached only once the transaction is committed: an earlier
// function of the same transaction may have published it.
func (w *work) definition(id inbox.WorkflowVersionID) (*workflow.Definition, error) {
	if w.trial != nil && id == draftVersion {
		return w.trial.def, nil
	}
	if def, ok := w.engine.definitions.byVersion.Load(id); ok {
		return def.(*workflow.Definition), nil
	}
	def, err := loadDefinition(w.stored, id)
	if err == nil {
		w.tx.AfterCommit(func() { w.engine.definitions.byVersion.Store(id, def) })
	}
	return def, err
}

// definition returns a published version, ready to run, from a snapshot, where every version is committed.
func (e *Engine) definition(r *store.Reader, id inbox.WorkflowVersionID) (*workflow.Definition, error) {
	if def, ok := e.definitions.byVersion.Load(id); ok {
		return def.(*workflow.Definition), nil
	}
	def, err := loadDefinition(r, id)
	if err == nil {
		e.definitions.byVersion.Store(id, def)
	}
	return def, err
}

func loadDefinition(r *store.Reader, id inbox.WorkflowVersionID) (*workflow.Definition, error) {
	doc, err := r.VersionDocument(id)
	if err != nil {
		return nil, err
	}
	if doc == nil {
		return nil, fmt.Errorf("workflow version %d is missing", id)
	}
	var names map[string]string
	if err := json.Unmarshal([]byte(doc.Names), &names); err != nil {
		return nil, fmt.Errorf("decode names of workflow version %d: %w", id, err)
	}
	def, err := workflow.Load([]byte(doc.Definition), names)
	if err != nil {
		return nil, fmt.Errorf("load workflow version %d: %w", id, err)
	}
	return def, nil
}

// directory resolves the names in a document as of a transaction or snapshot.
type directory struct {
	*store.Reader
	stages []string
	self   inbox.WorkflowID // the workflow of the document, or zero if it is not known
	names  workflow.Names   // what the document's references meant when it was published, or nil if they mean what they say
	err    error            // the first error of a lookup
}

// Problems returns what prevents a workflow's draft from being published.
func Problems(r *store.Reader, f *inbox.Workflow) ([]workflow.Problem, error) {
	_, problems, err := compile(r, f)
	return problems, err
}

// Warnings returns what may be a mistake in a workflow's draft, or nothing if the draft cannot be published yet.
func Warnings(r *store.Reader, f *inbox.Workflow) ([]workflow.Problem, error) {
	def, _, err := compile(r, f)
	if err != nil || def == nil {
		return nil, err
	}
	schedules, err := schedulesOf(r, def.Needs().Schedules())
	return append(def.Warnings(), def.ClosedTeamWarnings(schedules)...), err
}

// schedulesOf returns the hours of teams, without teams that have none, which are always open.
func schedulesOf(r *store.Reader, teams []inbox.TeamID) (map[inbox.TeamID]*workflow.Schedule, error) {
	found := make(map[inbox.TeamID]*workflow.Schedule, len(teams))
	for _, id := range teams {
		t, err := r.Team(id)
		if err != nil {
			return nil, err
		}
		if t == nil || t.Hours == nil {
			continue
		}
		if found[id], err = scheduleOf(t.Hours); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func compile(r *store.Reader, f *inbox.Workflow) (*workflow.Definition, []workflow.Problem, error) {
	d, err := draftDirectory(r, f)
	if err != nil {
		return nil, nil, err
	}
	def, problems := workflow.Compile(f.Definition, d)
	return def, problems, d.err
}

// Find finds a team, an agent, a channel or a workflow by its opaque id or its name, and a lifecycle stage or a secret by
// its name.
func (d *directory) Find(kind workflow.ReferenceKind, nameOrID string) (id string, found bool) {
	nameOrID = d.meant(kind, nameOrID)
	switch opaque := inbox.ID(nameOrID); kind { //nolint:exhaustive // ContactField finds fields
	case workflow.ReferenceTeam:
		if t := byIDOrName(d, d.Team, opaque.Team(), d.TeamNamed, nameOrID); t != nil {
			return t.ID.String(), true
		}
	case workflow.ReferenceAgent:
		named := func(key string) (*inbox.Agent, error) { return d.agentNamed(key, nameOrID) }
		if a := byIDOrName(d, d.Agent, opaque.Agent(), named, nameOrID); a != nil {
			return a.ID.String(), true
		}
	case workflow.ReferenceChannel:
		if h := byIDOrName(d, d.Channel, opaque.Channel(), d.ChannelNamed, nameOrID); h != nil {
			return h.ID.String(), true
		}
	case workflow.ReferenceWorkflow:
		if f := d.workflow(nameOrID); f != nil {
			return f.ID.String(), true
		}
	case workflow.ReferenceStage:
		_, found = inbox.FindLabel(d.stages, nameOrID)
		return nameOrID, found
	case workflow.ReferenceSecret:
		s, err := d.Secret(nameOrID)
		d.note(err)
		return nameOrID, s != nil
	}
	return "", false
}

// byIDOrName finds something by its id or by its folded name, or returns nil.
func byIDOrName[T, ID any](d *directory, byID func(ID) (*T, error), id ID, named func(string) (*T, error), name string) *T {
	found, err := byID(id)
	if found == nil && err == nil {
		found, err = named(fold(name))
	}
	d.note(err)
	return found
}

// agentNamed finds an agent by their folded email address or, if only one agent has it, by name.
func (d *directory) agentNamed(email, name string) (*inbox.Agent, error) {
	a, err := d.AgentByEmail(email)
	if a != nil || err != nil {
		return a, err
	}
	named, err := d.AgentsNamed(name)
	if len(named) != 1 {
		return nil, err
	}
	return named[0], nil
}

func (d *directory) workflow(nameOrID string) *inbox.Workflow {
	return byIDOrName(d, d.Reader.Workflow, inbox.ID(nameOrID).Workflow(), d.WorkflowNamed, nameOrID)
}

// Workflow finds a workflow by its opaque id or its name, and whether a step can start it.
func (d *directory) Workflow(nameOrID string) (workflow.Callee, bool) {
	f := d.workflow(d.meant(workflow.ReferenceWorkflow, nameOrID))
	if f == nil {
		return workflow.Callee{}, false
	}
	return d.callee(f), true
}

// mark finds a workflow as Workflow does, without its documents.
func (d *directory) mark(nameOrID string) (store.WorkflowMark, bool) {
	nameOrID = d.meant(workflow.ReferenceWorkflow, nameOrID)
	mark, err := d.WorkflowMark(inbox.ID(nameOrID).Workflow(), fold(nameOrID))
	d.note(err)
	if mark == nil {
		return store.WorkflowMark{}, false
	}
	return *mark, true
}

// ContactField finds a custom field by its opaque id or its name, ignoring letter case.
func (d *directory) ContactField(nameOrID string) (workflow.CustomField, bool) {
	f := byIDOrName(d, d.Reader.ContactField, inbox.ID(nameOrID).ContactField(), d.ContactFieldNamed, nameOrID)
	if f == nil {
		return workflow.CustomField{}, false
	}
	return workflow.CustomField{Key: f.Name, Type: workflow.FieldType(f.Type), Options: f.Options}, true
}

// note stores the first error.
func (d *directory) note(err error) {
	if d.err == nil {
		d.err = err
	}
}

// InvalidDocumentError is the error for a workflow document that cannot be saved or published.
type InvalidDocumentError struct {
	Problems []workflow.Problem
	Field    string // where the input has the document; empty: definition
}

// Error returns the first problem.
func (e *InvalidDocumentError) Error() string {
	return "invalid workflow document: " + e.Problems[0].Message
}

func documentError(problems []workflow.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	return &InvalidDocumentError{Problems: problems}
}

// WorkflowCreateInput is a new workflow.
type WorkflowCreateInput struct {
	Name        string
	Description *string
	Definition  inbox.JSON

	IdempotencyKey *string
}

// WorkflowCreate adds a draft. It fails with FORBIDDEN, REQUIRED, LIMIT_EXCEEDED, TAKEN (the name), IDEMPOTENCY_MISMATCH and
// *InvalidDocumentError.
func (e *Engine) WorkflowCreate(ctx context.Context, caller inbox.Caller, in WorkflowCreateInput) (*inbox.Workflow, error) {
	if !caller.Manages() {
		return nil, inbox.Forbidden("Only managers can create workflows.")
	}
	if err := firstError(checkName(&in.Name, e.limits.Name), atMost("description", in.Description, e.limits.Summary),
		documentError(workflow.Check(in.Definition))); err != nil {
		return nil, err
	}
	return change(ctx, e, caller, func(w *work) (*inbox.Workflow, error) {
		return w.onceWorkflow(in.IdempotencyKey, "workflowCreate", in, func() (*inbox.Workflow, error) {
			f := &inbox.Workflow{Name: in.Name, Description: blankToNil(in.Description), Status: inbox.WorkflowDraft,
				Definition: in.Definition, CreatedAt: w.now, UpdatedAt: w.now}
			return f, nameTaken(w.flushed().InsertWorkflow(f, fold(f.Name)))
		})
	})
}

// onceWorkflow is once for calls that return a workflow; a repeated call returns its present state.
func (w *work) onceWorkflow(key *string, operation string, input any, do func() (*inbox.Workflow, error)) (*inbox.Workflow, error) {
	return once(w, key, operation, input, func(first *firstResult) (*inbox.Workflow, error) {
		if first != nil {
			return w.workflow(first.Workflow)
		}
		return do()
	}, func(f *inbox.Workflow) firstResult { return firstResult{Workflow: f.ID} })
}

func nameTaken(err error) error { return unlessTaken(err, "name", "Another workflow has this name.") }

// WorkflowPatch is a change of a workflow's draft.
type WorkflowPatch struct {
	ID          inbox.WorkflowID
	Name        *string
	Description Patch[string]
	Definition  inbox.JSON // nil: unchanged
	IfUpdatedAt *inbox.Time
}

// WorkflowChange is a workflow after a change.
type WorkflowChange struct {
	Workflow *inbox.Workflow
	Refused  *inbox.Error // CONFLICT: nothing changed, and the workflow is shown as it is
}

// WorkflowUpdate changes a workflow's draft; the published version does not change. It fails with FORBIDDEN, NOT_FOUND,
// REQUIRED, LIMIT_EXCEEDED, TAKEN (the name) and *InvalidDocumentError.
func (e *Engine) WorkflowUpdate(ctx context.Context, caller inbox.Caller, in WorkflowPatch) (*WorkflowChange, error) {
	if !caller.Manages() {
		return nil, inbox.Forbidden("Only managers can change workflows.")
	}
	if err := firstError(checkNewName(&in.Name, e.limits.Name), atMost("description", in.Description.Value, e.limits.Summary)); err != nil {
		return nil, err
	}
	if in.Definition != nil {
		if err := documentError(workflow.Check(in.Definition)); err != nil {
			return nil, err
		}
	}
	return change(ctx, e, caller, func(w *work) (*WorkflowChange, error) {
		f, err := w.workflow(in.ID)
		if err != nil {
			return nil, err
		}
		if in.IfUpdatedAt != nil && *in.IfUpdatedAt != f.UpdatedAt {
			return &WorkflowChange{Workflow: f,
				Refused: inbox.Errorf(inbox.CodeConflict, "ifUpdatedAt", "The workflow has been changed since. Read it again.")}, nil
		}
		set(&f.Name, in.Name)
		apply(&f.Description, in.Description)
		if in.Definition != nil {
			f.Definition = in.Definition
		}
		f.UpdatedAt = max(w.now, f.UpdatedAt+1) // so that every change has its own time
		return &WorkflowChange{Workflow: f}, nameTaken(w.flushed().UpdateWorkflow(f, fold(f.Name)))
	})
}

func (w *work) workflow(id inbox.WorkflowID) (*inbox.Workflow, error) {
	return find(w.flushed().Workflow, id, "id", "workflow")
}

// WorkflowStop stops a workflow: it starts no more runs. Its runs go on or, with cancelRuns, end: some at once, and if there
// are many the others in parts that follow. It fails with FORBIDDEN, NOT_FOUND and CONFLICT (it was never published).
func (e *Engine) WorkflowStop(ctx context.Context, caller inbox.Caller, id inbox.WorkflowID, cancelRuns bool) (*inbox.Workflow, error) {
	if !caller.Manages() {
		return nil, inbox.Forbidden("Only managers can stop workflows.")
	}
	return change(ctx, e, caller, func(w *work) (*inbox.Workflow, error) {
		f, err := w.workflow(id)
		if err != nil {
			return nil, err
		}
		if f.Status == inbox.WorkflowDraft {
			return nil, inbox.Errorf(inbox.CodeConflict, "id", "The workflow was never published, so there is nothing to stop.")
		}
		f.Status, f.UpdatedAt = inbox.WorkflowStopped, max(w.now, f.UpdatedAt+1)
		if err := w.flushed().UpdateWorkflow(f, fold(f.Name)); err != nil || !cancelRuns {
			return f, err
		}
		return f, w.cancelSome(id, w.now)
	})
}

// cancelSome ends some of the runs that a workflow had when it was stopped, and leaves the others to the next transaction.
// Runs that start after it is published again go on.
func (w *work) cancelSome(id inbox.WorkflowID, stopped inbox.Time) error {
	ids, err := w.flushed().ActiveRunsOfWorkflow(id, stopped, maxStarts)
	if err != nil {
		return err
	}
	for _, id := range ids {
		r, err := w.run(id)
		if err != nil {
			return err
		}
		if err := r.end(inbox.RunCancelled, endedByStop); err != nil {
			return err
		}
	}
	if len(ids) < maxStarts {
		return nil
	}
	w.setTimer(store.Timer{Kind: store.TimerCancel, SubjectID: int64(id), Due: stopped})
	return nil
}
