package engine

import (
	"context"
	"encoding/json"
	"fmt"

	"foyer/engine/workflow"
	"foyer/engine/workflow/diagram"
	"foyer/engine/workflow/exchange"
	"foyer/inbox"
	"foyer/store"
)

// WorkflowImportInput is a workflow in YAML.
type WorkflowImportInput struct {
	YAML string
	Name *string // nil: the document's own

	IdempotencyKey *string
}

// WorkflowImport adds a draft, or changes the draft of the workflow with this name. It fails with FORBIDDEN, INVALID (not
// YAML), REQUIRED, LIMIT_EXCEEDED, IDEMPOTENCY_MISMATCH and *InvalidDocumentError, which has the problems of saving a draft.
func (e *Engine) WorkflowImport(ctx context.Context, caller inbox.Caller, in WorkflowImportInput) (*inbox.Workflow, error) {
	if !caller.Manages() {
		return nil, inbox.Forbidden("Only managers can import workflows.")
	}
	document, err := exchange.FromYAML([]byte(in.YAML))
	if err != nil {
		return nil, inbox.Errorf(inbox.CodeInvalid, "yaml", "The document cannot be read: {cause}.", inbox.Named("cause", err))
	}
	if problems := workflow.Check(document); len(problems) > 0 {
		return nil, &InvalidDocumentError{Problems: problems, Field: "yaml"}
	}
	var told struct{ Name, Description string }
	if err := json.Unmarshal(document, &told); err != nil {
		return nil, fmt.Errorf("read an imported workflow: %w", err)
	}
	if in.Name != nil {
		told.Name = *in.Name
	}
	if err := checkName(&told.Name, e.limits.Name); err != nil {
		return nil, err
	}
	return change(ctx, e, caller, func(w *work) (*inbox.Workflow, error) {
		return w.onceWorkflow(in.IdempotencyKey, "workflowImport", in, func() (*inbox.Workflow, error) {
			return w.importDraft(told.Name, blankToNil(&told.Description), document)
		})
	})
}

// importDraft adds a workflow with this name, or changes its draft. If the document has no description, the workflow
// keeps its own.
func (w *work) importDraft(name string, description *string, document []byte) (*inbox.Workflow, error) {
	f, err := w.flushed().WorkflowNamed(fold(name))
	if err != nil {
		return nil, err
	}
	if f == nil {
		f = &inbox.Workflow{Name: name, Description: description, Status: inbox.WorkflowDraft, Definition: document,
			CreatedAt: w.now, UpdatedAt: w.now}
		return f, nameTaken(w.flushed().InsertWorkflow(f, fold(name)))
	}
	if description != nil {
		f.Description = description
	}
	f.Definition, f.UpdatedAt = document, max(w.now, f.UpdatedAt+1)
	return f, w.flushed().UpdateWorkflow(f, fold(f.Name))
}

// WorkflowYAML returns a workflow's draft in YAML, with its name. References have the present names, also those by a former
// name as long as the draft is the published version. A reference to something that no longer exists does not change.
func WorkflowYAML(r *store.Reader, w *inbox.Workflow) (string, error) {
	d, err := draftDirectory(r, w)
	if err != nil {
		return "", err
	}
	names := map[workflow.Reference]string{}
	for _, reference := range exchange.References(w.Definition) {
		if names[reference], err = d.presentName(reference); err != nil {
			return "", err
		}
	}
	yaml, err := exchange.ToYAML(w.Definition, w.Name, names)
	return string(yaml), err
}

// nameOf returns the name of the object that an id stands for in documents, or an empty text if there is none.
func nameOf(r *store.Reader, id inbox.ID) (string, error) {
	switch {
	case id.Team() != 0:
		return named(r.Team(id.Team()))(func(t *inbox.Team) string { return t.Name })
	case id.Agent() != 0: // only one agent can have an email address, but several a name
		return named(r.Agent(id.Agent()))(func(a *inbox.Agent) string { return a.Email })
	case id.Channel() != 0:
		return named(r.Channel(id.Channel()))(func(h *inbox.Channel) string { return h.Name })
	case id.Workflow() != 0:
		return named(r.Workflow(id.Workflow()))(func(f *inbox.Workflow) string { return f.Name })
	case id.ContactField() != 0:
		return named(r.ContactField(id.ContactField()))(func(f *inbox.ContactField) string { return f.Name })
	default:
		return "", nil
	}
}

// named returns the name of an object, if it was found.
func named[T any](found *T, err error) func(name func(*T) string) (string, error) {
	return func(name func(*T) string) (string, error) {
		if found == nil || err != nil {
			return "", err
		}
		return name(found), nil
	}
}

// WorkflowDiagram is a document to be drawn.
type WorkflowDiagram struct{ document inbox.JSON }

// DiagramOf returns a workflow's draft to be drawn, with the names of the objects that it refers to by id.
func DiagramOf(r *store.Reader, w *inbox.Workflow) (*WorkflowDiagram, error) {
	yaml, err := WorkflowYAML(r, w)
	if err != nil {
		return nil, err
	}
	named, err := exchange.FromYAML([]byte(yaml))
	if err != nil {
		return nil, fmt.Errorf("name what a workflow refers to: %w", err)
	}
	return &WorkflowDiagram{named}, nil
}

// Mermaid returns the drawing in the language of Mermaid.
func (d *WorkflowDiagram) Mermaid() string { return diagram.Mermaid(d.document) }

// SVG returns the drawing as SVG.
func (d *WorkflowDiagram) SVG() string { return diagram.SVG(d.document) }
