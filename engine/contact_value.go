package engine

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"foyer/engine/workflow"
	"foyer/inbox"
)

// contactFields returns the custom fields of the workspace.
func (w world) contactFields() ([]*inbox.ContactField, error) {
	if w.fieldsKnown {
		return w.fields, nil
	}
	fields, err := w.read.ContactFields()
	w.fields, w.fieldsKnown = fields, err == nil
	return fields, err
}

// fieldInput has values of custom fields by name, as a caller sent them, and where they are in the input.
type fieldInput struct {
	at     []string
	values map[string]any
	// leftOut gets a warning for each value that cannot be used; nil: such a value is an error.
	leftOut *[]inbox.InputWarning
}

// readFields reads the values from a JSON object; nil has none. It fails with INVALID.
func readFields(at string, written inbox.JSON) (fieldInput, error) {
	in := fieldInput{at: strings.Split(at, ".")}
	if written == nil {
		return in, nil
	}
	if err := json.Unmarshal(written, &in.values); err != nil || in.values == nil {
		return in, inbox.Errorf(inbox.CodeInvalid, at, "This is not an object with the names of fields as its keys.")
	}
	return in, nil
}

// fieldsLength checks how long the values of custom fields are as JSON. It fails with LIMIT_EXCEEDED.
func (l Limits) fieldsLength(at string, written inbox.JSON) error {
	if most := l.inputFields(); len(written) > most {
		return inbox.Errorf(inbox.CodeLimitExceeded, at, "This may have at most {bytes}.", inbox.Named("bytes", inbox.Bytes(most)), inbox.Named("length", len(written)))
	}
	return nil
}

// refuse returns an error about one field.
func (in fieldInput) refuse(code inbox.Code, name, message string) *inbox.Error {
	return &inbox.Error{Code: code, Message: message, Field: append(slices.Clone(in.at), name)}
}

// leave adds a warning about a value that cannot be used, and reports whether it should be left out.
func (in fieldInput) leave(problem *inbox.Error, value any) bool {
	if in.leftOut == nil {
		return false
	}
	*in.leftOut = inbox.Warn(*in.leftOut, inbox.NewWarning(problem.Code, strings.Join(problem.Field, "."),
		problem.Message+" It was left out.", inbox.LenientOf(value).String()))
	return true
}

// patchFields merges values into the custom fields of a contact; null clears one. With onlyEmpty it replaces no value. It
// fails with INVALID and LIMIT_EXCEEDED; the error names the field.
func (w world) patchFields(c *inbox.Contact, in fieldInput, onlyEmpty bool) ([]fieldChange, error) {
	if len(in.values) == 0 {
		return nil, nil
	}
	fields, err := w.contactFields()
	if err != nil {
		return nil, err
	}
	stored, err := storedValues(c)
	if err != nil {
		return nil, err
	}
	var changes []fieldChange
	named := make(map[string]*inbox.ContactField, len(fields))
	for _, f := range fields {
		named[f.Name] = f
	}
	for _, name := range slices.Sorted(maps.Keys(in.values)) {
		f := named[name]
		value, problem := w.engine.limits.namedValue(f, in, name)
		if problem != nil {
			if in.leave(problem, in.values[name]) {
				continue
			}
			return nil, problem
		}
		from := shownValue(f, stored)
		if onlyEmpty && from != nil || reflect.DeepEqual(from, value) {
			continue
		}
		stored[f.ID] = value
		changes = append(changes, changeOfField(f, from, value))
	}
	if len(changes) == 0 {
		return nil, nil
	}
	err = in.store(c, fields, stored, w.engine.limits.Fields)
	if problem, ok := err.(*inbox.Error); ok && in.leave(problem, in.values) { //nolint:errorlint // store wraps no refusal
		return nil, nil
	}
	return changes, err
}

// namedValue returns the value of a field in normal form. The field is nil if there is none with that name.
func (l Limits) namedValue(f *inbox.ContactField, in fieldInput, name string) (any, *inbox.Error) {
	if f == nil {
		return nil, in.refuse(inbox.CodeInvalid, name, "Contacts have no custom field of this name.")
	}
	value, problem := l.normalValue(f, in.values[name])
	if problem != nil {
		problem.Field = append(slices.Clone(in.at), name)
		return nil, problem
	}
	return value, nil
}

// store sets the values of the fields that exist, in at most limit bytes. Values that take more than that already may become
// fewer.
func (in fieldInput) store(c *inbox.Contact, fields []*inbox.ContactField, values map[inbox.ContactFieldID]any, limit int) error {
	there := make(map[inbox.ContactFieldID]bool, len(fields))
	for _, f := range fields {
		there[f.ID] = true
	}
	maps.DeleteFunc(values, func(id inbox.ContactFieldID, value any) bool { return value == nil || !there[id] })
	if len(values) == 0 {
		c.Values = nil
		return nil
	}
	text, err := json.Marshal(values)
	if err != nil {
		return fmt.Errorf("encode custom fields: %w", err)
	}
	if len(text) > max(limit, len(c.Values)) {
		return inbox.Errorf(inbox.CodeLimitExceeded, strings.Join(in.at, "."), "The custom fields of a contact may have at most {bytes}.",
			inbox.Named("bytes", inbox.Bytes(limit)))
	}
	c.Values = text
	return nil
}

// storedValues returns the values of a contact's custom fields as they are stored, those of deleted fields too.
func storedValues(c *inbox.Contact) (map[inbox.ContactFieldID]any, error) {
	values := map[inbox.ContactFieldID]any{}
	if c.Values == nil {
		return values, nil
	}
	if err := json.Unmarshal(c.Values, &values); err != nil {
		return nil, fmt.Errorf("decode custom fields of %s: %w", c.ID, err)
	}
	return values, nil
}

// shownValue returns a value in the type of its field, or nil if it does not fit, as after a change of the type.
func shownValue(f *inbox.ContactField, stored map[inbox.ContactFieldID]any) any {
	value, ok := stored[f.ID]
	if !ok {
		return nil
	}
	if shown, ok := workflow.Coerce(value, workflow.FieldType(f.Type)); ok {
		return shown
	}
	return nil
}

// FieldValues returns the custom fields of a contact that are not empty, by name: texts, numbers, true or false, and lists of
// texts.
func FieldValues(fields []*inbox.ContactField, c *inbox.Contact) (map[string]any, error) {
	shown := map[string]any{}
	if c.Values == nil {
		return shown, nil
	}
	stored, err := storedValues(c)
	if err != nil {
		return nil, err
	}
	for _, f := range fields {
		if value := shownValue(f, stored); value != nil {
			shown[f.Name] = value
		}
	}
	return shown, nil
}

// normalValue returns a value in the normal form of a field, or nil if it is empty.
func (l Limits) normalValue(f *inbox.ContactField, written any) (any, *inbox.Error) {
	if items, list := written.([]any); list && len(items) > l.Tags {
		return nil, inbox.Errorf(inbox.CodeLimitExceeded, "", "This may have at most {limit} items.", inbox.Named("limit", l.Tags), inbox.Named("length", len(items)))
	}
	if items, list := written.([]any); list && slices.ContainsFunc(items, notScalar) || !list && written != nil && notScalar(written) {
		return nil, notOfType(f)
	}
	value, ok := workflow.Coerce(written, workflow.FieldType(f.Type))
	if !ok {
		return nil, notOfType(f)
	}
	switch value := value.(type) {
	case string:
		return l.normalText(f, value)
	case []any:
		return l.normalList(f, value)
	default:
		return value, nil
	}
}

// notScalar reports whether something is neither a value nor an item of a list.
func notScalar(item any) bool {
	switch item.(type) {
	case string, float64, bool:
		return false
	default:
		return true
	}
}

func notOfType(f *inbox.ContactField) *inbox.Error {
	return inbox.Errorf(inbox.CodeInvalid, "", "{label} must be {type}.", inbox.Named("label", f.Label), inbox.Named("type", map[inbox.FieldType]string{
		inbox.FieldText: "a text", inbox.FieldList: "a list of texts", inbox.FieldCheckbox: "true or false",
		inbox.FieldEmail: "an email address", inbox.FieldNumber: "a number", inbox.FieldURL: "an http or https URL",
		inbox.FieldDate: "a date like 2026-01-31", inbox.FieldTime: "a time like 2026-01-31T09:30:00Z",
	}[f.Type]))
}

// normalText returns a text in normal form: a time in UTC, to the second.
func (l Limits) normalText(f *inbox.ContactField, text string) (any, *inbox.Error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	if f.Type == inbox.FieldTime {
		at, err := inbox.ParseTime(text)
		if err != nil {
			return nil, notOfType(f)
		}
		return inbox.FormatTime(at.UTC()), nil
	}
	if problem := asError(atMost("", &text, l.Text)); problem != nil {
		return nil, problem
	}
	return option(f, optionsOf(f), text)
}

func (l Limits) normalList(f *inbox.ContactField, items []any) (any, *inbox.Error) {
	kept, options, seen := []any{}, optionsOf(f), make(map[any]bool, len(items))
	for _, item := range items {
		text, _ := item.(string)
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		if problem := asError(atMost("", &text, l.Name)); problem != nil {
			return nil, problem
		}
		value, problem := option(f, options, text)
		if problem != nil {
			return nil, problem
		}
		if !seen[value] {
			seen[value] = true
			kept = append(kept, value)
		}
	}
	switch {
	case len(kept) == 0:
		return nil, nil
	case len(kept) > l.Tags:
		return nil, inbox.Errorf(inbox.CodeLimitExceeded, "", "This may have at most {limit} items.", inbox.Named("limit", l.Tags), inbox.Named("length", len(kept)))
	}
	return kept, nil
}

// optionsOf returns the options of a field by the form in which they are compared, or nil if any text may be written.
func optionsOf(f *inbox.ContactField) map[string]string {
	if len(f.Options) == 0 {
		return nil
	}
	options := make(map[string]string, len(f.Options))
	for _, o := range f.Options {
		options[fold(o)] = o
	}
	return options
}

// option returns a text in the spelling of the field's options. Case does not matter.
func option(f *inbox.ContactField, options map[string]string, text string) (any, *inbox.Error) {
	if options == nil {
		return text, nil
	}
	written, ok := options[fold(text)]
	if !ok {
		return nil, inbox.Errorf(inbox.CodeInvalid, "", "{label} must be one of {options}.", inbox.Named("label", f.Label), inbox.Named("options", someOf(f.Options)))
	}
	return written, nil
}

// asError returns a refusal as an *inbox.Error, or nil.
func asError(err error) *inbox.Error {
	own, _ := err.(*inbox.Error) //nolint:errorlint // the checks of lengths wrap nothing
	return own
}

// someOf lists names for a person: if they are many, the first of them and how many more there are.
func someOf(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// fieldPrefix precedes the name of a custom field in the name of a change.
const fieldPrefix = "fields."

// changeOfField returns a change of a custom field. The log does not have what a contact wrote.
func changeOfField(f *inbox.ContactField, from, to any) fieldChange {
	if f.Private() {
		return fieldChange{inbox.Change{Field: fieldPrefix + f.Name}, from, to}
	}
	return changeOf(fieldPrefix+f.Name, from, to)
}
