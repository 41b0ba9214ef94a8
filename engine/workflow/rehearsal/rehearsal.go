// Package rehearsal tries workflow documents without a server: whatever team, agent, channel or workflow a document names
// is taken to exist, and simulations run in circumstances made up.
//
// Of Foyer's packages it imports engine/workflow and inbox. It has no clock and no I/O. A House and what it compiled are
// for one goroutine at a time.
package rehearsal

import (
	"strings"
	"time"

	"foyer/engine/workflow"
	"foyer/inbox"
)

// House is a directory in which everything that is asked for exists, but for custom fields of contacts: those have to be
// named, or no misspelt field would be found.
type House struct {
	fields map[string]workflow.FieldType
	names  []string       // of everything, in the order it was asked for
	ids    map[string]int // by kind and folded name: the place in names, from 1
}

// NewHouse returns one whose contacts have these custom fields.
func NewHouse(fields map[string]workflow.FieldType) *House {
	return &House{fields: fields, ids: map[string]int{}}
}

var _ workflow.Directory = (*House)(nil)

// id returns the one of this name, as a number that no other thing has.
func (h *House) id(kind, name string) int {
	key := kind + strings.ToLower(name)
	id, known := h.ids[key]
	if !known {
		h.names = append(h.names, name)
		id = len(h.names)
		h.ids[key] = id
	}
	return id
}

// name returns what has this number.
func (h *House) name(id int64) string {
	if id < 1 || id > int64(len(h.names)) {
		return ""
	}
	return h.names[id-1]
}

// Team implements workflow.Directory.
func (h *House) Team(name string) (inbox.TeamID, bool) {
	return inbox.TeamID(h.id("team ", name)), true
}

// Agent implements workflow.Directory.
func (h *House) Agent(name string) (inbox.AgentID, bool) {
	return inbox.AgentID(h.id("agent ", name)), true
}

// Channel implements workflow.Directory.
func (h *House) Channel(name string) (inbox.ChannelID, bool) {
	return inbox.ChannelID(h.id("channel ", name)), true
}

// Workflow implements workflow.Directory.
func (h *House) Workflow(name string) (workflow.Callee, bool) {
	return workflow.Callee{ID: inbox.WorkflowID(h.id("workflow ", name))}, true
}

// ContactField implements workflow.Directory.
func (h *House) ContactField(name string) (workflow.CustomField, bool) {
	fieldType, known := h.fields[name]
	return workflow.CustomField{Key: name, Type: fieldType}, known
}

// LifecycleStage implements workflow.Directory.
func (*House) LifecycleStage(string) bool { return true }

// Secret implements workflow.Directory.
func (*House) Secret(string) bool { return true }

// Scene is the circumstances of a rehearsal.
type Scene struct {
	// Contact are facts such as first_name, tags ([]string) and is_returning (bool).
	Contact map[string]any
	// Message is what the contact wrote; empty for nothing.
	Message string
	// Answers are what they answer to questions, in turn; nil: nothing in time.
	Answers []*string
	// Now is when.
	Now time.Time
	// Agent is who is free; empty for nobody.
	Agent string
	// Owner is who had the contact before and could take them; empty for nobody.
	Owner string
	// Request answers requests; nil: each fails.
	Request func(workflow.HTTP) workflow.Outcome
}

// Rehearsed is what a run would do, with names.
type Rehearsed struct {
	workflow.Simulated
	// TeamName is that of Team; empty where there is none.
	TeamName string
}

// Run runs a definition that this house compiled.
func (h *House) Run(def *workflow.Definition, s Scene) Rehearsed {
	done := workflow.Simulate(def, workflow.Simulation{
		Facts: s.facts(def), Now: s.Now, Answers: s.Answers, Request: s.Request,
		Closed:   def.Trigger() == "conversation.closed",
		Team:     func(id inbox.TeamID) map[string]any { return s.team(h.name(int64(id))) },
		Assignee: func(name string) map[string]any { return map[string]any{"name": name, "presence": "ONLINE"} },
		Assign: func(e workflow.Assign, facts workflow.Facts) workflow.Outcome {
			outcome := h.assign(s, e, facts)
			if name, ok := outcome.Detail["assignee"].(string); ok {
				s.Owner = name
			}
			return outcome
		},
	})
	told := Rehearsed{Simulated: done}
	if done.Team != nil {
		told.TeamName = h.name(int64(*done.Team))
	}
	return told
}

// facts returns a conversation that has just been opened by the contact.
func (s Scene) facts(def *workflow.Definition) workflow.Facts {
	facts := workflow.Facts{
		Contact: s.Contact,
		Conversation: map[string]any{"number": int64(1), "source": string(inbox.SourceContact), "priority": string(inbox.PriorityNormal),
			"opened_at": s.Now, "waiting_since": s.Now},
		Message:   map[string]any{},
		Workspace: map[string]any{"time_zone": s.Now.Location().String()},
		Trigger:   map[string]any{},
	}
	if s.Message != "" {
		facts.Message["text"], facts.Conversation["last_inbound_text"] = s.Message, s.Message
	}
	if def.Trigger() == "conversation.opened" {
		facts.Trigger["source"] = string(inbox.SourceContact)
	}
	return facts
}

// team returns the facts of a team.
func (s Scene) team(name string) map[string]any {
	available := int64(0)
	if s.Agent != "" {
		available = 1
	}
	return map[string]any{"name": name, "available_agents": available, "queue_length": int64(0), "is_open": true}
}

// assign returns the conversation to whoever is free.
func (h *House) assign(s Scene, e workflow.Assign, facts workflow.Facts) workflow.Outcome {
	agent := s.Agent
	switch {
	case e.By == workflow.AssignByOwner && s.Owner == "":
		return workflow.Outcome{Exit: workflow.ExitFailure, Error: "The contact has no owner."}
	case e.By == workflow.AssignByOwner:
		agent = s.Owner
	case e.By == workflow.AssignByAgent:
		agent = h.name(int64(e.Agent))
	case e.By == workflow.AssignByTeam && facts.Conversation["team"] == nil:
		return workflow.Outcome{Exit: workflow.ExitFailure, Error: "The conversation has no team."}
	}
	if agent == "" {
		return workflow.Outcome{Exit: workflow.ExitTimeout}
	}
	return workflow.Outcome{Detail: map[string]any{"assignee": agent}}
}
