package inbox

import "slices"

// ContactField is a custom field of contacts.
type ContactField struct {
	ID        ContactFieldID
	Name      string // snake case, unique, never changed: for documents and callers
	Label     string // for people
	Type      FieldType
	Options   []string // the possible values: one for a TEXT, any of them for a LIST; none: anything
	CreatedAt Time
}

// Private reports whether the values are a contact's own words, which the event log does not store.
func (f *ContactField) Private() bool {
	return slices.Contains([]FieldType{FieldText, FieldList, FieldEmail, FieldURL}, f.Type) && len(f.Options) == 0
}
