package rehearsal

import (
	"foyer/engine/workflow"
	"foyer/inbox"
)

// House is a directory in which everything that is asked for exists, but for custom fields of contacts: those have to be
// named, or no misspelt field would be found. It is for one goroutine at a time.
type House struct {
	fields map[string]workflow.FieldType
	ids    map[kind]map[string]int64 // by folded name
	names  map[kind]map[int64]string // as they were written first
	moveIn func(kind, string) (int64, error)
	err    error // the first of moveIn
}

// kind is what a document names.
type kind string

const (
	team    kind = "team"
	agent   kind = "agent"
	channel kind = "channel"
	stage   kind = "stage"
	other   kind = "workflow"
)

// NewHouse returns one whose contacts have these custom fields. What it is asked for is numbered, and that is all.
func NewHouse(fields map[string]workflow.FieldType) *House {
	h := &House{fields: fields, ids: map[kind]map[string]int64{}, names: map[kind]map[int64]string{}}
	h.moveIn = func(k kind, _ string) (int64, error) { return int64(len(h.ids[k]) + 1), nil }
	return h
}

var _ workflow.Directory = (*House)(nil)

// id returns the one of this name, which moves in where it is asked for the first time.
func (h *House) id(k kind, name string) int64 {
	if id, known := h.ids[k][inbox.LabelKey(name)]; known {
		return id
	}
	id, err := h.moveIn(k, name)
	if err != nil && h.err == nil {
		h.err = err
	}
	if h.ids[k] == nil {
		h.ids[k], h.names[k] = map[string]int64{}, map[int64]string{}
	}
	h.ids[k][inbox.LabelKey(name)], h.names[k][id] = id, name
	return id
}

// Team implements workflow.Directory.
func (h *House) Team(name string) (inbox.TeamID, bool) { return inbox.TeamID(h.id(team, name)), true }

// Agent implements workflow.Directory.
func (h *House) Agent(name string) (inbox.AgentID, bool) {
	return inbox.AgentID(h.id(agent, name)), true
}

// Channel implements workflow.Directory.
func (h *House) Channel(name string) (inbox.ChannelID, bool) {
	return inbox.ChannelID(h.id(channel, name)), true
}

// Workflow implements workflow.Directory.
func (h *House) Workflow(name string) (workflow.Callee, bool) {
	return workflow.Callee{ID: inbox.WorkflowID(h.id(other, name))}, true
}

// ContactField implements workflow.Directory.
func (h *House) ContactField(name string) (workflow.CustomField, bool) {
	fieldType, known := h.fields[name]
	return workflow.CustomField{Key: name, Type: fieldType}, known
}

// LifecycleStage implements workflow.Directory.
func (h *House) LifecycleStage(name string) bool { return h.id(stage, name) >= 0 }

// Secret implements workflow.Directory.
func (*House) Secret(string) bool { return true }
