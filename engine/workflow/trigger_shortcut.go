package workflow

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Shortcut is how agents start a workflow from a conversation.
type Shortcut struct {
	Title string
	Form  []FormField
}

// FormField is a field of a shortcut's form. Documents read it as trigger.form.NAME.
type FormField struct {
	Name     string    `json:"name"`
	Label    string    `json:"label"` // empty: the name
	Type     FieldType `json:"type"`  // TypeText by default
	Required bool      `json:"required"`
	// Default is the value of a field that is left out, or nil for none.
	Default any `json:"default"`
	// Values are the possible values: one of them for a TEXT, any of them for a LIST. nil means any value.
	Values []string `json:"values"`
}

// Shortcut returns how agents start the workflow, or nil if its trigger is another. Read only.
func (d *Definition) Shortcut() *Shortcut { return d.call.shortcut }

// shortcut compiles the title and the form, and lets steps read the fields of the form.
func (c *compiler) shortcut(at path) *Shortcut {
	doc := c.document.Trigger
	if strings.TrimSpace(doc.Title) == "" {
		c.add(at, "write the title of the shortcut: it is empty")
	}
	compiled := &Shortcut{Title: doc.Title, Form: slices.Clone(doc.Form)}
	seen := map[string]int{}
	for i := range compiled.Form {
		field, place := &compiled.Form[i], at.to("form", i)
		if first, twice := seen[field.Name]; twice {
			c.add(place.to("name"), "field %d has the name %s too", first+1, quote(field.Name))
		}
		seen[field.Name] = i
		field.Type, field.Label = cmp.Or(field.Type, TypeText), cmp.Or(field.Label, field.Name)
		if field.Values != nil && field.Type != TypeText && field.Type != TypeList {
			c.add(place.to("values"), "values can be used with the types TEXT and LIST only")
		}
		if value, ok := Coerce(field.Default, field.Type); !ok || value != nil && !field.offers(value) {
			c.add(place.to("default"), "the default is not %s among the values", field.Type.wording())
		} else {
			field.Default = value
		}
		readable := Field{Path: "trigger.form." + field.Name, Type: field.Type}
		if field.Values != nil && field.Type == TypeText {
			readable.Type, readable.Values = TypeChoice, field.Values
		}
		c.trigger.fields = append(slices.Clip(c.trigger.fields), readable)
	}
	return compiled
}

// FormProblem is a mistake in a form that somebody filled in.
type FormProblem struct {
	// Field is the name of the field, or "" for the form as a whole.
	Field string
	// Missing is true if a required field was left empty.
	Missing bool
	// Message is a sentence for a person.
	Message string
}

// Read checks a form that somebody filled in. It returns the values for Facts.Trigger["form"], and a problem for each
// field that is missing or wrong, up to a limit.
func (s *Shortcut) Read(filled map[string]any) (map[string]any, []FormProblem) {
	form := map[string]any{}
	var problems []FormProblem
	refuse := func(name, format string, args ...any) {
		problems = append(problems, FormProblem{Field: name, Message: fmt.Sprintf(format, args...)})
	}
	for _, field := range s.Form {
		written, given := filled[field.Name]
		if !given {
			written = field.Default
		}
		value, ok := Coerce(written, field.Type)
		text, isText := value.(string)
		if isText && strings.TrimSpace(text) == "" {
			value = nil
		}
		switch {
		case utf8.RuneCountInString(text) > maxText:
			refuse(field.Name, "%s must have at most %d characters.", field.Label, maxText)
		case !ok:
			refuse(field.Name, "%s must be %s.", field.Label, field.Type.wording())
		case value == nil && field.Required:
			problems = append(problems, FormProblem{Field: field.Name, Missing: true, Message: field.Label + " must not be empty."})
		case value != nil && !field.offers(value):
			refuse(field.Name, "%s must be one of %s.", field.Label, quoteAll(field.Values))
		case value != nil:
			form[field.Name] = value
		}
	}
	for _, name := range sortedKeys(filled) {
		if len(problems) >= maxProblems {
			break
		}
		if !slices.ContainsFunc(s.Form, func(f FormField) bool { return f.Name == name }) {
			refuse(name, "The form has no field %s.", quote(name))
		}
	}
	if checkVariables(form) != nil {
		problems = append(problems, FormProblem{Message: "The form is larger than 64 KiB."})
	}
	return form, problems
}

// offers reports whether the value, or each item of a list, is a possible one.
func (f FormField) offers(value any) bool {
	if f.Values == nil {
		return true
	}
	items, _ := readList(value)
	offered := setOf(f.Values)
	return !slices.ContainsFunc(items, func(item string) bool { return !offered[item] })
}
