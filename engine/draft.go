package engine

import (
	"bytes"
	"encoding/json"
	"fmt"

	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

// draftDirectory resolves the names in a workflow's draft. As long as that is what is published, its names mean what they
// meant when it was: a rename does it no harm, and an old name given to something else does not change it.
func draftDirectory(r *store.Reader, f *inbox.Workflow) (*directory, error) {
	d, err := newDirectory(r)
	if err != nil {
		return nil, err
	}
	d.self = f.ID
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

// meant returns the id that a reference was published with, else the reference.
func (d *directory) meant(kind workflow.ReferenceKind, written string) string {
	if id := d.names.Meaning(workflow.Reference{Kind: kind, Written: written}); id != "" {
		return id
	}
	return written
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

// presentName returns what to write for a reference so that it means the same now; empty where that is what is written.
func (d *directory) presentName(reference workflow.Reference) (string, error) {
	meaning := d.names.Meaning(reference)
	if meaning == "" || meaning == reference.Written {
		return nameOf(d.Reader, inbox.ID(reference.Written))
	}
	now := directory{Reader: d.Reader}
	if now.id(reference) == meaning || now.err != nil {
		return "", now.err
	}
	return nameOf(d.Reader, inbox.ID(meaning))
}

// id returns what a reference stands for, as an opaque id; empty where that is nothing.
func (d *directory) id(reference workflow.Reference) string {
	switch reference.Kind { // fields keep their names
	case workflow.ReferenceTeam:
		return idOf(d.Team(reference.Written))
	case workflow.ReferenceAgent:
		return idOf(d.Agent(reference.Written))
	case workflow.ReferenceChannel:
		return idOf(d.Channel(reference.Written))
	case workflow.ReferenceWorkflow:
		callee, ok := d.Workflow(reference.Written)
		return idOf(callee.ID, ok)
	default:
		return ""
	}
}

func idOf(id fmt.Stringer, known bool) string {
	if !known {
		return ""
	}
	return id.String()
}
