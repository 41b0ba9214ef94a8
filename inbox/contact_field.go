package inbox

import "slices"

// ContactField is a field that the workspace has given its contacts.
type ContactField struct {
	ID        ContactFieldID
	Name      string // snake case, unique, never changed: as documents and callers write it
	Label     string // as people read it
	Type      FieldType
	Options   []string // what can be chosen: of a TEXT one, of a LIST any; none: anything
	CreatedAt Time
}

// Private reports whether the values are a contact's own words, which the log of events does not keep.
func (f *ContactField) Private() bool {
	return slices.Contains([]FieldType{FieldText, FieldList, FieldEmail, FieldURL}, f.Type) && len(f.Options) == 0
}
