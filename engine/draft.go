package engine

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"

	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

// draftDirectory resolves the names in a workflow's draft. While the draft is the same as the published version, its
// names mean what they meant when it was published: a rename does no harm, and something else that gets an old name
// changes nothing.
func draftDirectory(r *store.Reader, f *inbox.Workflow) (*directory, error) {
	workspace, err := r.Workspace()
	if err != nil {
		return nil, err
	}
	d := &directory{Reader: r, stages: workspace.LifecycleStages, self: f.ID}
	if f.PublishedDefinition == nil || !bytes.Equal(f.Definition, f.PublishedDefinition) {
		return d, nil
	}
	names, err := r.NamesOf(f.ID)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(names), &d.names); err != nil {
		return nil, fmt.Errorf("decode names of %s: %w", f.ID, err)
	}
	return d, nil
}

// meant returns the id that a reference was published with, or the reference itself.
func (d *directory) meant(kind workflow.ReferenceKind, written string) string {
	id, _ := d.names.Find(kind, written)
	return cmp.Or(id, written)
}

// callee reports whether a step of this document can start a workflow, and with what.
func (d *directory) callee(f *inbox.Workflow) workflow.Callee {
	found := workflow.Callee{ID: f.ID}
	takes, ok := workflow.Takes(f.PublishedDefinition)
	switch {
	case f.ID == d.self:
		found.Refused = "it is this workflow, of which a contact has one run at a time; to go back, use a step of the kind jump"
	case f.Status != inbox.WorkflowPublished:
		found.Refused = "it is not published"
	case !ok:
		found.Refused = "it is not published with the trigger " + workflow.TriggerWorkflow
	default:
		found.Variables = takes
	}
	return found
}

// presentName returns the name to write for a reference so that it still means the same, or "" if it can stay as written.
func (d *directory) presentName(reference workflow.Reference) (string, error) {
	meaning := d.meant(reference.Kind, reference.Written)
	if reference.Kind == workflow.ReferenceField || meaning == reference.Written {
		return nameOf(d.Reader, inbox.ID(reference.Written))
	}
	now := directory{Reader: d.Reader}
	if id, _ := now.Find(reference.Kind, reference.Written); id == meaning || now.err != nil {
		return "", now.err
	}
	return nameOf(d.Reader, inbox.ID(meaning))
}
