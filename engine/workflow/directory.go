package workflow

import (
	"maps"
	"strings"

	"foyer/inbox"
)

// Directory finds what the names and ids in a document stand for. Only Compile uses it.
type Directory interface {
	// Find returns the opaque id of a team, an agent or a channel by its name, ignoring letter case, or by that id. A
	// lifecycle stage and a secret have their name for an id.
	Find(kind ReferenceKind, nameOrID string) (id string, found bool)
	// Workflow finds a workflow by name or opaque id.
	Workflow(nameOrID string) (Callee, bool)
	// ContactField finds a custom field of contacts by name or opaque id. It is not called for built-in fields.
	ContactField(nameOrID string) (CustomField, bool)
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
	ReferenceStage    ReferenceKind = "stage:"
	ReferenceSecret   ReferenceKind = "secret:"
)

// noun names the kind in messages.
func (k ReferenceKind) noun() string {
	if k == ReferenceStage {
		return "lifecycle stage"
	}
	return strings.TrimSuffix(string(k), ":")
}

// maxReferences is how many different teams, agents, channels, workflows, fields, stages and secrets a document may
// refer to. Each is looked up inside the writing transaction.
const maxReferences = 500

// tooManyReferences reports whether the document has more references than are allowed.
func (c *compiler) tooManyReferences() bool { return !c.published && len(c.asked) > maxReferences }

// resolve finds what a reference refers to, and records its id. It asks the directory once for each reference.
func resolve[T any](c *compiler, kind ReferenceKind, reference string, find func(string) (T, bool), meaning func(T) string) (T, bool) {
	key := string(kind) + reference
	if found, known := c.asked[key]; known {
		value, ok := found.(T)
		return value, ok
	}
	if c.asked[key] = nil; c.tooManyReferences() {
		var none T
		return none, false
	}
	found, ok := find(reference)
	if ok {
		c.asked[key], c.names[key] = found, meaning(found)
	}
	return found, ok
}

func (c *compiler) customField(reference string) (CustomField, bool) {
	return resolve(c, ReferenceField, reference, c.directory.ContactField,
		func(f CustomField) string { return f.Key + " " + string(f.Type) })
}

// Names are the references of a published document with the opaque ids that they stood for when it was published:
// {"team:Sales": "tea_1"}. A custom field has its key and type instead, a stage and a secret have their name. Names are the
// directory of that document.
type Names map[string]string

// Find returns what a reference referred to. It finds every stage, and every secret that existed: if one no longer
// exists, the engine finds out when it is used.
func (n Names) Find(kind ReferenceKind, reference string) (id string, found bool) {
	id, found = n[string(kind)+reference]
	return id, found || kind == ReferenceStage
}

// Workflow returns the workflow without its variables. If it accepts others by now, the engine finds out when it starts
// it.
func (n Names) Workflow(reference string) (Callee, bool) {
	id := inbox.ID(n[string(ReferenceWorkflow)+reference]).Workflow()
	return Callee{ID: id}, id != 0
}

// ContactField returns the field with the key and the type that it had, and without options. If a value is no longer an
// option, the engine refuses it when it is set.
func (n Names) ContactField(reference string) (CustomField, bool) {
	key, fieldType, ok := strings.Cut(n[string(ReferenceField)+reference], " ")
	return CustomField{Key: key, Type: FieldType(fieldType)}, ok
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
		if stage, ok := strings.CutPrefix(reference, string(ReferenceStage)); ok && inbox.LabelKey(stage) == inbox.LabelKey(name) {
			return true
		}
	}
	return false
}

// Names returns what the references of the document stand for. Store it with the version, for Load. The caller owns the
// map.
func (d *Definition) Names() Names { return maps.Clone(d.names) }
