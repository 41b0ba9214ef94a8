package workflow

import (
	"maps"
	"strings"

	"foyer/inbox"
)

// Directory resolves what a document names while it is published. It is asked during Compile only.
type Directory interface {
	// Team finds a team by its name, letter case aside, or by its opaque id.
	Team(nameOrID string) (inbox.TeamID, bool)
	// Agent finds an agent by name or opaque id.
	Agent(nameOrID string) (inbox.AgentID, bool)
	// Channel finds a channel by name or opaque id.
	Channel(nameOrID string) (inbox.ChannelID, bool)
	// Workflow finds a workflow by name or opaque id.
	Workflow(nameOrID string) (Callee, bool)
	// ContactField finds a custom field of contacts by name or opaque id. Fields that are built in are not asked for.
	ContactField(nameOrID string) (CustomField, bool)
	// LifecycleStage reports whether the workspace has this stage.
	LifecycleStage(name string) bool
	// Secret reports whether the workspace has a secret of this name.
	Secret(name string) bool
}

// CustomField is a field that a workspace has given its contacts.
type CustomField struct {
	// Key stands for the field whatever its name becomes, such as its opaque id: no spaces, points or colons, and none
	// of the names of the fields built in. Facts hold the value as Contact[Key], SetField names it by its Key.
	Key string
	// Type is TypeText, TypeList, TypeCheckbox, TypeEmail, TypeNumber, TypeURL, TypeDate or TypeTime.
	Type FieldType
	// Options are all that a field of TypeText or TypeList can hold, letter case aside; nil: anything.
	Options []string
}

// Callee is a workflow that a step starts.
type Callee struct {
	ID inbox.WorkflowID
	// Refused says why no step can start it; empty where one can, or where that is not known.
	Refused string
	// Variables are those that it takes; nil where that is not known.
	Variables map[string]FieldType
}

// Reference is a name or an id as a document writes it, and what kind of thing it stands for.
type Reference struct {
	Kind    ReferenceKind
	Written string
}

// ReferenceKind is what a reference stands for.
type ReferenceKind string

// The kinds of reference, as what Definition.Names gives has them before the reference as the document writes it.
const (
	ReferenceTeam     ReferenceKind = teamReference
	ReferenceAgent    ReferenceKind = agentReference
	ReferenceChannel  ReferenceKind = channelReference
	ReferenceWorkflow ReferenceKind = workflowReference
	ReferenceField    ReferenceKind = fieldReference
)

const (
	teamReference     = "team:"
	agentReference    = "agent:"
	channelReference  = "channel:"
	workflowReference = "workflow:"
	fieldReference    = "field:"
	stageReference    = "stage:"
	secretReference   = "secret:"
)

// maxReferences is how many different teams, agents, channels, workflows, fields, stages and secrets a document may name:
// each is looked up inside the writing transaction.
const maxReferences = 500

// references resolves through a directory and remembers what it found. It asks for each reference once.
type references struct {
	directory Directory
	names     map[string]string
	asked     map[string]any // what was found, by kind and reference; nil where nothing was
	limit     int            // how many may be asked for; zero: any number
}

// tooMany reports whether more was to be asked for than may be.
func (r *references) tooMany() bool { return r.limit > 0 && len(r.asked) > r.limit }

// resolve finds what a reference stands for, and notes what it meant.
func resolve[T any](r *references, kind, reference string, find func(string) (T, bool), meaning func(T) string) (T, bool) {
	key := kind + reference
	if found, known := r.asked[key]; known {
		value, ok := found.(T)
		return value, ok
	}
	if r.asked[key] = nil; r.tooMany() {
		var none T
		return none, false
	}
	found, ok := find(reference)
	if ok {
		r.asked[key], r.names[key] = found, meaning(found)
	}
	return found, ok
}

func (r *references) team(reference string) (inbox.TeamID, bool) {
	return resolve(r, teamReference, reference, r.directory.Team, inbox.TeamID.String)
}

func (r *references) agent(reference string) (inbox.AgentID, bool) {
	return resolve(r, agentReference, reference, r.directory.Agent, inbox.AgentID.String)
}

func (r *references) channel(reference string) (inbox.ChannelID, bool) {
	return resolve(r, channelReference, reference, r.directory.Channel, inbox.ChannelID.String)
}

func (r *references) workflow(reference string) (Callee, bool) {
	return resolve(r, workflowReference, reference, r.directory.Workflow, func(c Callee) string { return c.ID.String() })
}

func (r *references) contactField(reference string) (CustomField, bool) {
	return resolve(r, fieldReference, reference, r.directory.ContactField,
		func(f CustomField) string { return f.Key + " " + string(f.Type) })
}

func (r *references) stage(name string) bool {
	return r.there(stageReference, name, r.directory.LifecycleStage)
}

func (r *references) secret(name string) bool {
	return r.there(secretReference, name, r.directory.Secret)
}

// there finds out whether there is something that is known by its own name.
func (r *references) there(kind, name string, is func(string) bool) bool {
	_, ok := resolve(r, kind, name, func(name string) (string, bool) { return name, is(name) }, func(name string) string { return name })
	return ok
}

// publishedNames is the directory of a document that was published before: what its references meant then.
type publishedNames map[string]string

func (n publishedNames) Team(reference string) (inbox.TeamID, bool) {
	id := inbox.ID(n[teamReference+reference]).Team()
	return id, id != 0
}

func (n publishedNames) Agent(reference string) (inbox.AgentID, bool) {
	id := inbox.ID(n[agentReference+reference]).Agent()
	return id, id != 0
}

func (n publishedNames) Channel(reference string) (inbox.ChannelID, bool) {
	id := inbox.ID(n[channelReference+reference]).Channel()
	return id, id != 0
}

// Workflow returns the workflow alone: what it takes by now is for the engine to notice when it is started.
func (n publishedNames) Workflow(reference string) (Callee, bool) {
	id := inbox.ID(n[workflowReference+reference]).Workflow()
	return Callee{ID: id}, id != 0
}

// ContactField returns the field as it was: of the key and type that it was published with, and of no options. A value that
// is none of them any more is for the engine to refuse when it is set.
func (n publishedNames) ContactField(reference string) (CustomField, bool) {
	key, fieldType, ok := strings.Cut(n[fieldReference+reference], " ")
	return CustomField{Key: key, Type: FieldType(fieldType)}, ok
}

// LifecycleStage is true for every stage: one that went since is for the engine to notice when it is set.
func (n publishedNames) LifecycleStage(string) bool { return true }

// Names is what Definition.Names gives.
type Names map[string]string

// Meaning returns the id that a reference to a team, an agent, a channel or a workflow stands for; empty where the document
// has none like it.
func (n Names) Meaning(r Reference) string {
	if r.Kind == ReferenceField {
		return ""
	}
	return n[string(r.Kind)+r.Written]
}

// NamesField reports whether the document names the custom field with this key.
func (n Names) NamesField(key string) bool {
	for reference, meant := range n {
		if strings.HasPrefix(reference, fieldReference) && strings.HasPrefix(meant, key+" ") {
			return true
		}
	}
	return false
}

// NamesStage reports whether the document names the lifecycle stage.
func (n Names) NamesStage(name string) bool {
	for reference := range n {
		if stage, ok := strings.CutPrefix(reference, stageReference); ok && inbox.LabelKey(stage) == inbox.LabelKey(name) {
			return true
		}
	}
	return false
}

// Secret is true for those that there were: one that went since is for the engine to notice when it is used.
func (n publishedNames) Secret(name string) bool {
	_, ok := n[secretReference+name]
	return ok
}

// Names returns the references of the document and the opaque ids they stood for when it was published, as
// {"team:Sales": "tea_1"}; a custom field stands for its key and type, a
// secret for its name. Store it beside the version, for Load. The caller owns the map.
func (d *Definition) Names() map[string]string { return maps.Clone(d.names) }
