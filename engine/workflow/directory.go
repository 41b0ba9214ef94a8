package workflow

import (
	"maps"
	"strings"

	"foyer/inbox"
)

// Directory finds what the names and ids in a document stand for. Only Compile uses it.
type Directory interface {
	// Team finds a team by its name, ignoring letter case, or by its opaque id.
	Team(nameOrID string) (inbox.TeamID, bool)
	// Agent finds an agent by name or opaque id.
	Agent(nameOrID string) (inbox.AgentID, bool)
	// Channel finds a channel by name or opaque id.
	Channel(nameOrID string) (inbox.ChannelID, bool)
	// Workflow finds a workflow by name or opaque id.
	Workflow(nameOrID string) (Callee, bool)
	// ContactField finds a custom field of contacts by name or opaque id. It is not called for built-in fields.
	ContactField(nameOrID string) (CustomField, bool)
	// LifecycleStage reports whether the workspace has this stage.
	LifecycleStage(name string) bool
	// Secret reports whether the workspace has a secret of this name.
	Secret(name string) bool
}

// CustomField is a field that a workspace adds to its contacts.
type CustomField struct {
	// Key identifies the field even if it is renamed, such as its opaque id. It has no spaces, points or colons, and is
	// not the name of a built-in field. Facts hold the value as Contact[Key], and SetField names the field by its Key.
	Key string
	// Type is TypeText, TypeList, TypeCheckbox, TypeEmail, TypeNumber, TypeURL, TypeDate or TypeTime.
	Type FieldType
	// Options are all values that a field of TypeText or TypeList can hold, ignoring letter case, or nil if it can hold
	// any.
	Options []string
}

// Callee is a workflow that a step starts.
type Callee struct {
	ID inbox.WorkflowID
	// Refused says why no step can start the workflow. It is empty if a step can, or if that is not known.
	Refused string
	// Variables are the variables that the workflow accepts, or nil if they are not known.
	Variables map[string]FieldType
}

// Reference is a name or an id as a document writes it, and the kind of what it refers to.
type Reference struct {
	Kind    ReferenceKind
	Written string
}

// ReferenceKind is the kind of what a reference refers to.
type ReferenceKind string

// The kinds of reference. Definition.Names has the kind before the reference.
const (
	ReferenceTeam     ReferenceKind = "team:"
	ReferenceAgent    ReferenceKind = "agent:"
	ReferenceChannel  ReferenceKind = "channel:"
	ReferenceWorkflow ReferenceKind = "workflow:"
	ReferenceField    ReferenceKind = "field:"

	referenceStage  ReferenceKind = "stage:"
	referenceSecret ReferenceKind = "secret:"
)

// maxReferences is how many different teams, agents, channels, workflows, fields, stages and secrets a document may
// refer to. Each is looked up inside the writing transaction.
const maxReferences = 500

// references looks things up in a directory, each once, and remembers what it found.
type references struct {
	directory Directory
	names     map[string]string
	asked     map[string]any // what was found, or nil, by kind and reference
	limit     int            // how many lookups are allowed; zero: any number
}

// tooMany reports whether there were more lookups than are allowed.
func (r *references) tooMany() bool { return r.limit > 0 && len(r.asked) > r.limit }

// resolve finds what a reference refers to, and records its id.
func resolve[T any](r *references, kind ReferenceKind, reference string, find func(string) (T, bool), meaning func(T) string) (T, bool) {
	key := string(kind) + reference
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

func (r *references) contactField(reference string) (CustomField, bool) {
	return resolve(r, ReferenceField, reference, r.directory.ContactField,
		func(f CustomField) string { return f.Key + " " + string(f.Type) })
}

func (r *references) stage(name string) bool {
	return r.exists(referenceStage, name, r.directory.LifecycleStage)
}

func (r *references) secret(name string) bool {
	return r.exists(referenceSecret, name, r.directory.Secret)
}

// exists reports whether there is something that is identified by its name.
func (r *references) exists(kind ReferenceKind, name string, is func(string) bool) bool {
	_, ok := resolve(r, kind, name, func(name string) (string, bool) { return name, is(name) }, func(name string) string { return name })
	return ok
}

// publishedNames is the directory of a published document: what its references referred to then.
type publishedNames map[string]string

func (n publishedNames) meaning(kind ReferenceKind, reference string) string {
	return n[string(kind)+reference]
}

func (n publishedNames) Team(reference string) (inbox.TeamID, bool) {
	id := inbox.ID(n.meaning(ReferenceTeam, reference)).Team()
	return id, id != 0
}

func (n publishedNames) Agent(reference string) (inbox.AgentID, bool) {
	id := inbox.ID(n.meaning(ReferenceAgent, reference)).Agent()
	return id, id != 0
}

func (n publishedNames) Channel(reference string) (inbox.ChannelID, bool) {
	id := inbox.ID(n.meaning(ReferenceChannel, reference)).Channel()
	return id, id != 0
}

// Workflow returns the workflow without its variables. If it accepts others by now, the engine finds out when it starts
// it.
func (n publishedNames) Workflow(reference string) (Callee, bool) {
	id := inbox.ID(n.meaning(ReferenceWorkflow, reference)).Workflow()
	return Callee{ID: id}, id != 0
}

// ContactField returns the field with the key and the type that it had, and without options. If a value is no longer an
// option, the engine refuses it when it is set.
func (n publishedNames) ContactField(reference string) (CustomField, bool) {
	key, fieldType, ok := strings.Cut(n.meaning(ReferenceField, reference), " ")
	return CustomField{Key: key, Type: FieldType(fieldType)}, ok
}

// LifecycleStage returns true for every stage. If a stage no longer exists, the engine finds out when it is set.
func (n publishedNames) LifecycleStage(string) bool { return true }

// Names is the result of Definition.Names.
type Names map[string]string

// Meaning returns the id of the team, agent, channel or workflow that a reference refers to, or "" if the document has
// no such reference.
func (n Names) Meaning(r Reference) string {
	if r.Kind == ReferenceField {
		return ""
	}
	return n[string(r.Kind)+r.Written]
}

// NamesField reports whether the document refers to the custom field with this key.
func (n Names) NamesField(key string) bool {
	for reference, meant := range n {
		if strings.HasPrefix(reference, string(ReferenceField)) && strings.HasPrefix(meant, key+" ") {
			return true
		}
	}
	return false
}

// NamesStage reports whether the document refers to the lifecycle stage.
func (n Names) NamesStage(name string) bool {
	for reference := range n {
		if stage, ok := strings.CutPrefix(reference, string(referenceStage)); ok && inbox.LabelKey(stage) == inbox.LabelKey(name) {
			return true
		}
	}
	return false
}

// Secret returns true for the secrets that existed. If one no longer exists, the engine finds out when it is used.
func (n publishedNames) Secret(name string) bool {
	_, ok := n[string(referenceSecret)+name]
	return ok
}

// Names returns the references of the document with the opaque ids that they stood for when it was published:
// {"team:Sales": "tea_1"}. A custom field has its key and type instead, a secret its name. Store it with the version,
// for Load. The caller owns the map.
func (d *Definition) Names() map[string]string { return maps.Clone(d.names) }
