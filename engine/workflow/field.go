package workflow

import (
	"slices"
	"strings"

	"foyer/inbox"
)

// FieldType is the type of a field's values. It decides which operators fit.
type FieldType string

// The types of field.
const (
	TypeText     FieldType = "TEXT"
	TypeList     FieldType = "LIST"     // of texts
	TypeCheckbox FieldType = "CHECKBOX" // true or false
	TypeNumber   FieldType = "NUMBER"
	TypeEmail    FieldType = "EMAIL"
	TypeURL      FieldType = "URL"
	TypeDate     FieldType = "DATE"    // a day, without a time zone: 2026-01-31
	TypeTime     FieldType = "TIME"    // a moment
	TypeChoice   FieldType = "CHOICE"  // one of Field.Values
	TypeStage    FieldType = "STAGE"   // a lifecycle stage of the workspace
	TypeTeam     FieldType = "TEAM"    // an opaque id; documents write names too
	TypeAgent    FieldType = "AGENT"   // an opaque id; documents write names too
	TypeChannel  FieldType = "CHANNEL" // an opaque id; documents write names too
	TypeField    FieldType = "FIELD"   // a field of the contact, without "contact."; a custom one by its Key
)

// Field is a piece of data that conditions and texts can read.
type Field struct {
	// Path is how a document writes it: contact.first_name.
	Path string
	Type FieldType
	// Values are all the values of a field of TypeChoice.
	Values []string
	// Settable is true if a step `set` can change the field. Documents then write its name without "contact.".
	Settable bool

	key     string   // what identifies it in facts, if that is not its name
	options []string // all values that a custom field can hold, ignoring letter case; nil: any
	open    bool     // values below it can be read too, by any path
}

// Fields returns the built-in fields. Besides them there are vars.NAME for each variable that the document sets,
// trigger.*, and the custom fields of the workspace. The caller owns the list.
func Fields() []Field { return slices.Clone(fields) }

// ComparedWith returns the kind of reference that conditions compare a field with, or "" if they compare it with other
// values.
func ComparedWith(fieldPath string) ReferenceKind {
	known := slices.Clone(fields)
	for _, t := range triggers {
		known = append(known, t.fields...)
	}
	field, _ := find(known, func(f Field) bool { return f.Path == fieldPath })
	return referenceTypes[field.Type]
}

// referenceTypes are the types of fields that hold a reference, and its kind; never written to.
var referenceTypes = map[FieldType]ReferenceKind{
	TypeTeam: ReferenceTeam, TypeAgent: ReferenceAgent, TypeChannel: ReferenceChannel, TypeField: ReferenceField,
}

// fields are the built-in fields; never written to.
var fields = []Field{
	{Path: "contact.display_name", Type: TypeText},
	{Path: "contact.first_name", Type: TypeText, Settable: true},
	{Path: "contact.last_name", Type: TypeText, Settable: true},
	{Path: "contact.email", Type: TypeText, Settable: true},
	{Path: "contact.phone", Type: TypeText, Settable: true},
	{Path: "contact.language", Type: TypeText, Settable: true},
	{Path: "contact.country", Type: TypeText, Settable: true},
	{Path: "contact.avatar", Type: TypeText, Settable: true},
	{Path: "contact.lifecycle_stage", Type: TypeStage},
	{Path: "contact.tags", Type: TypeList},
	{Path: "contact.is_returning", Type: TypeCheckbox},

	{Path: "conversation.number", Type: TypeNumber},
	{Path: "conversation.source", Type: TypeChoice, Values: sources},
	{Path: "conversation.channel", Type: TypeChannel},
	{Path: "conversation.priority", Type: TypeChoice, Values: priorities},
	{Path: "conversation.team", Type: TypeTeam},
	{Path: "conversation.assignee", Type: TypeAgent},
	{Path: "conversation.category", Type: TypeText},
	{Path: "conversation.closed_source", Type: TypeChoice, Values: closeSources},
	{Path: "conversation.opened_at", Type: TypeTime},
	{Path: "conversation.last_inbound_text", Type: TypeText},
	{Path: "conversation.last_outbound_text", Type: TypeText},
	{Path: "conversation.waiting_since", Type: TypeTime},

	{Path: "message.text", Type: TypeText},

	{Path: "assignee.name", Type: TypeText},
	{Path: "assignee.email", Type: TypeText},
	{Path: "assignee.presence", Type: TypeChoice, Values: texts(inbox.PresenceOnline, inbox.PresenceBusy,
		inbox.PresenceOffline)},

	{Path: "team.name", Type: TypeText},
	{Path: "team.available_agents", Type: TypeNumber},
	{Path: "team.queue_length", Type: TypeNumber},
	{Path: "team.is_open", Type: TypeCheckbox},

	{Path: "channel.name", Type: TypeText},
	{Path: "channel.kind", Type: TypeChoice, Values: texts(inbox.ChannelAPI, inbox.ChannelWebChat,
		inbox.ChannelTelegram, inbox.ChannelWhatsApp, inbox.ChannelMessenger, inbox.ChannelEmail, inbox.ChannelSMS)},

	{Path: "workspace.name", Type: TypeText},
	{Path: "workspace.time_zone", Type: TypeText},

	{Path: "now", Type: TypeTime},
}

var (
	sources    = texts(inbox.SourceContact, inbox.SourceAgent, inbox.SourceWorkflow, inbox.SourceAPI)
	priorities = texts(inbox.PriorityLow, inbox.PriorityNormal, inbox.PriorityHigh, inbox.PriorityUrgent)
)

func texts[T ~string](values ...T) []string {
	return each(values, func(value T) string { return string(value) })
}

// groups are the names that a path can begin with; never written to.
var groups = []string{
	"contact", "conversation", "message", "assignee", "team", "channel", "workspace", "trigger", "vars", "now",
}

// fieldRef is a field's path, split so that it can be read.
type fieldRef struct {
	parts []string
	group string   // the first part
	key   string   // the second part
	rest  []string // the parts after the key, for nested values
}

func newFieldRef(fieldPath string) fieldRef {
	parts := strings.Split(fieldPath, ".")
	ref := fieldRef{parts: parts, group: parts[0]}
	if len(parts) > 1 {
		ref.key, ref.rest = parts[1], parts[2:]
	}
	return ref
}

// ref returns the field's path as conditions and texts read it.
func (f Field) ref() fieldRef {
	if f.key == "" {
		return newFieldRef(f.Path)
	}
	name := strings.TrimPrefix(f.Path, contactPrefix)
	return fieldRef{parts: []string{"contact", name}, group: "contact", key: f.key}
}

// allows reports whether a text is one of the field's options, or the field has none.
func (f Field) allows(text string) bool {
	folded := fold(strings.TrimSpace(text))
	return len(f.options) == 0 || folded == "" || slices.ContainsFunc(f.options, func(o string) bool { return fold(strings.TrimSpace(o)) == folded })
}

// needed returns the field's path in Needs.
func (f Field) needed() string {
	if f.key == "" {
		return f.Path
	}
	return contactPrefix + f.key
}

// setName returns the field's name in SetField.
func (f Field) setName() string { return strings.TrimPrefix(f.needed(), contactPrefix) }

const (
	contactPrefix  = "contact."
	variablePrefix = "vars."
)

// fieldScope has the fields that a part of a document can read.
type fieldScope struct {
	trigger   []Field
	variables map[string]FieldType // nil in the trigger's condition, when there are none yet
	custom    func(nameOrID string) (CustomField, bool)
}

// find returns the field with this path.
func (s fieldScope) find(fieldPath string) (Field, bool) {
	if name, ok := strings.CutPrefix(fieldPath, variablePrefix); ok {
		variable, known := s.variables[name]
		return Field{Path: fieldPath, Type: variable}, known
	}
	is := func(f Field) bool {
		return f.Path == fieldPath || f.open && strings.HasPrefix(fieldPath, f.Path+".") && !strings.Contains(fieldPath, "..")
	}
	if found, known := find(slices.Concat(fields, s.trigger), is); known {
		found.Path = fieldPath
		return found, true
	}
	if name, ok := strings.CutPrefix(fieldPath, contactPrefix); ok && name != "" {
		field, known := s.custom(name)
		return Field{Path: fieldPath, Type: field.Type, Settable: true, key: field.Key, options: field.Options}, known
	}
	return Field{}, false
}

// unknown says that there is no such field, and which one may have been meant.
func (s fieldScope) unknown(fieldPath string) string {
	if strings.HasPrefix(fieldPath, variablePrefix) {
		if s.variables == nil {
			return "the condition of a trigger cannot use variables: there are none before the run starts"
		}
		return "no step sets the variable " + quote(strings.TrimPrefix(fieldPath, variablePrefix))
	}
	names := each(slices.Concat(fields, s.trigger), func(f Field) string { return f.Path })
	return "there is no field " + quote(fieldPath) + didYouMean(fieldPath, names)
}
