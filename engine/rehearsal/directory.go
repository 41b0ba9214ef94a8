package rehearsal

import (
	"foyer/engine/workflow"
	"foyer/inbox"
)

// Directory is a directory in which every name exists, except for custom fields of contacts: they must be given, or no
// misspelt field would be found. It is for one goroutine at a time.
type Directory struct {
	fields map[string]workflow.FieldType
	ids    map[workflow.ReferenceKind]map[string]int64 // by folded name
	names  map[workflow.ReferenceKind]map[int64]string // as first written
	create func(workflow.ReferenceKind, string) (int64, error)
	err    error // the first of create
}

// NewDirectory returns a directory with these custom fields. Its ids are numbers and stand for nothing.
func NewDirectory(fields map[string]workflow.FieldType) *Directory {
	d := &Directory{fields: fields, ids: map[workflow.ReferenceKind]map[string]int64{}, names: map[workflow.ReferenceKind]map[int64]string{}}
	d.create = func(k workflow.ReferenceKind, _ string) (int64, error) { return int64(len(d.ids[k]) + 1), nil }
	return d
}

var _ workflow.Directory = (*Directory)(nil)

// id returns the id for a name, which it creates at first.
func (d *Directory) id(k workflow.ReferenceKind, name string) int64 {
	if id, known := d.ids[k][inbox.LabelKey(name)]; known {
		return id
	}
	id, err := d.create(k, name)
	if err != nil && d.err == nil {
		d.err = err
	}
	if d.ids[k] == nil {
		d.ids[k], d.names[k] = map[string]int64{}, map[int64]string{}
	}
	d.ids[k][inbox.LabelKey(name)], d.names[k][id] = id, name
	return id
}

// Find implements workflow.Directory.
func (d *Directory) Find(k workflow.ReferenceKind, name string) (id string, found bool) {
	switch k { //nolint:exhaustive // the others have their name for an id
	case workflow.ReferenceTeam:
		return inbox.TeamID(d.id(k, name)).String(), true
	case workflow.ReferenceAgent:
		return inbox.AgentID(d.id(k, name)).String(), true
	case workflow.ReferenceChannel:
		return inbox.ChannelID(d.id(k, name)).String(), true
	case workflow.ReferenceStage:
		d.id(k, name)
	}
	return name, true
}

// Workflow implements workflow.Directory.
func (d *Directory) Workflow(name string) (workflow.Callee, bool) {
	return workflow.Callee{ID: inbox.WorkflowID(d.id(workflow.ReferenceWorkflow, name))}, true
}

// ContactField implements workflow.Directory.
func (d *Directory) ContactField(name string) (workflow.CustomField, bool) {
	fieldType, known := d.fields[name]
	return workflow.CustomField{Key: name, Type: fieldType}, known
}
