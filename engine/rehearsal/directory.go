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

// stage is the kind of lifecycle stages, which documents refer to by name alone.
const stage workflow.ReferenceKind = "stage"

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

// Team implements workflow.Directory.
func (d *Directory) Team(name string) (inbox.TeamID, bool) {
	return inbox.TeamID(d.id(workflow.ReferenceTeam, name)), true
}

// Agent implements workflow.Directory.
func (d *Directory) Agent(name string) (inbox.AgentID, bool) {
	return inbox.AgentID(d.id(workflow.ReferenceAgent, name)), true
}

// Channel implements workflow.Directory.
func (d *Directory) Channel(name string) (inbox.ChannelID, bool) {
	return inbox.ChannelID(d.id(workflow.ReferenceChannel, name)), true
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

// LifecycleStage implements workflow.Directory.
func (d *Directory) LifecycleStage(name string) bool { return d.id(stage, name) >= 0 }

// Secret implements workflow.Directory.
func (*Directory) Secret(string) bool { return true }
