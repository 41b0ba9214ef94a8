package workflow

import (
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

// FormField is one field of a shortcut's form, read as trigger.form.NAME.
type FormField struct {
	Name     string    `json:"name"`
	Label    string    `json:"label"` // empty: the name
	Type     FieldType `json:"type"`  // TypeText unless the document says otherwise
	Required bool      `json:"required"`
	// Default is the value where the field is left out; nil: none.
	Default any `json:"default"`
	// Values are what can be chosen: of a TEXT one, of a LIST any; nil where anything can be written.
	Values []string `json:"values"`
}

// Shortcut tells how agents start the workflow; nil where the trigger is another. Read only.
func (d *Definition) Shortcut() *Shortcut { return d.call.shortcut }

// shortcut compiles title and form, and makes the form's fields readable.
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
		if field.Type == "" {
			field.Type = TypeText
		}
		if field.Label == "" {
			field.Label = field.Name
		}
		if field.Values != nil && field.Type != TypeText && field.Type != TypeList {
			c.add(place.to("values"), "values can be used with the types TEXT and LIST only")
		}
		if value, ok := coerce(field.Default, field.Type); !ok || value != nil && !field.offers(value) {
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

// FormProblem is one thing that is wrong with a form as it was filled in.
type FormProblem struct {
	// Field is the name of the field; empty where it is the form as a whole.
	Field string
	// Missing tells that the field has to be filled in and is not.
	Missing bool
	// Message is a sentence for a person.
	Message string
}

// Read takes in a form that was filled in: it returns the values as Facts.Trigger["form"] has them, and a problem for each
// field that is missing or wrong, of which it lists some where they are very many.
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
		value, ok := coerce(written, field.Type)
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
	known := make(map[string]bool, len(s.Form))
	for _, field := range s.Form {
		known[field.Name] = true
	}
	for _, name := range sortedKeys(filled) {
		if len(problems) >= maxProblems {
			break
		}
		if !known[name] {
			refuse(name, "The form has no field %s.", quote(name))
		}
	}
	if checkVariables(form) != nil {
		problems = append(problems, FormProblem{Message: "The form is larger than 64 KiB."})
	}
	return form, problems
}

// offers reports whether the value, or each of a list, can be chosen.
func (f FormField) offers(value any) bool {
	if f.Values == nil {
		return true
	}
	items, _ := readList(value)
	offered := setOf(f.Values)
	return !slices.ContainsFunc(items, func(item string) bool { return !offered[item] })
}
