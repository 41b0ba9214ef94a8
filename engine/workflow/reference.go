package workflow

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ReferenceEntry is one thing that documents can say, for documentation.
type ReferenceEntry struct {
	// Name is how documents write it.
	Name string
	// About says what it is: of a step the schema's words, of a field its type and values.
	About string
	// More are the exits of a step besides next, the types that an operator fits, or the fields of a trigger.
	More []string
}

// Reference is what documents can say.
type Reference struct{ Steps, Fields, Operators, Triggers []ReferenceEntry }

// NewReference gives everything there is. It fails only where the schema that comes along is broken.
func NewReference() (Reference, error) {
	var described struct {
		Defs map[string]struct {
			Description string `json:"description"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(schemaText, &described); err != nil {
		return Reference{}, fmt.Errorf("read workflow schema: %w", err)
	}
	var r Reference
	for _, k := range kinds() {
		entry := ReferenceEntry{Name: k.name, About: described.Defs[k.name].Description}
		for _, e := range k.exits {
			entry.More = append(entry.More, e.name)
		}
		if k.statuses {
			entry.More = append(entry.More, "404 and other statuses")
		}
		r.Steps = append(r.Steps, entry)
	}
	for _, f := range fields {
		r.Fields = append(r.Fields, f.entry())
	}
	for _, t := range triggers {
		entry := ReferenceEntry{Name: t.name}
		for _, f := range t.fields {
			entry.More = append(entry.More, f.Path)
		}
		r.Triggers = append(r.Triggers, entry)
	}
	r.Operators = operatorEntries()
	return r, nil
}

func (f Field) entry() ReferenceEntry {
	about := strings.ToLower(string(f.Type))
	if len(f.Values) > 0 {
		about += ": " + strings.Join(f.Values, " ")
	}
	entry := ReferenceEntry{Name: f.Path, About: about}
	if f.Settable {
		entry.More = []string{"set"}
	}
	return entry
}

// operatorEntries gives the operators, sorted by name, with the types that they fit.
func operatorEntries() []ReferenceEntry {
	var entries []ReferenceEntry
	for _, name := range slices.Sorted(maps.Keys(operators)) {
		entry := ReferenceEntry{Name: string(name)}
		for t := range fitting {
			if operators[name].fits(t) {
				entry.More = append(entry.More, strings.ToLower(string(t)))
			}
		}
		slices.Sort(entry.More)
		entries = append(entries, entry)
	}
	return entries
}
