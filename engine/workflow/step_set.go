package workflow

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// setKind is `set`: {field, value}, {variable, value} or {lifecycle}.
var setKind = kind{
	name: "set", exits: []exit{{name: ExitFailure}},
	compile: compileSet, declare: declareVariable, references: map[string]ReferenceKind{"field": ReferenceField},
	forms: "a step `set` needs exactly one of a field with a value, a variable with a value, and a lifecycle",
}

// SetField sets a field of the contact.
type SetField struct {
	// Field is its name, without "contact.", or the Key of a custom field.
	Field string
	// Value is nil to clear the field, or a value of its type that is not empty: float64 for NUMBER, bool for CHECKBOX,
	// []any of texts for LIST, and a text for all others (DATE as 2026-01-31, TIME by RFC 3339).
	Value any
}

func (s SetField) on(host Host) (*Outcome, error) { return host.SetField(s) }

// SetLifecycle moves the contact to a lifecycle stage.
type SetLifecycle struct {
	Stage *string // nil: to none
}

func (s SetLifecycle) on(host Host) (*Outcome, error) { return host.SetLifecycle(s) }

type setDocument struct {
	Field     *string `json:"field"`
	Variable  *string `json:"variable"`
	Lifecycle *string `json:"lifecycle"` // nil for none
	Value     any     `json:"value"`
}

func compileSet(s *stepCompiler, body json.RawMessage) action {
	var doc setDocument
	at := s.at.to("set")
	s.decode(at, body, &doc)
	if doc.Field == nil && doc.Variable == nil {
		detail := map[string]any{"lifecycle": nil}
		if doc.Lifecycle != nil {
			s.id(at.to("lifecycle"), ReferenceStage, *doc.Lifecycle)
			detail["lifecycle"] = *doc.Lifecycle
		}
		return fixed{effect: SetLifecycle{doc.Lifecycle}, detail: detail}
	}
	if doc.Variable != nil {
		return &setVariable{name: *doc.Variable, value: s.value(at.to("value"), doc.Value)}
	}
	field := s.settable(at.to("field"), *doc.Field)
	_, isText := doc.Value.(string)
	if _, fits := Coerce(doc.Value, field.Type); !isText && (!fits || field.key == "" && doc.Value != nil) {
		s.add(at.to("value"), "%s takes %s, or null to clear it", quote(*doc.Field), field.Type.wording())
	}
	compiled := &setField{name: *doc.Field, field: field, value: s.value(at.to("value"), doc.Value)}
	for i, t := range compiled.value.texts {
		if t.isConstant() {
			s.checkConstant(s.listed(at.to("value"), i), field, t.constant)
		}
	}
	return compiled
}

// settable returns a field of the contact that can be set, and reports any other.
func (s *stepCompiler) settable(at path, name string) Field {
	field, known := s.scope().find(contactPrefix + name)
	if known && field.Settable {
		return field
	}
	var names []string
	for _, f := range fields {
		if f.Settable {
			names = append(names, strings.TrimPrefix(f.Path, contactPrefix))
		}
	}
	s.add(at, "contacts have no field %s that can be set; custom fields can be set, and %s", quote(name), quoteAll(names))
	return Field{}
}

// declareVariable returns the variable that the step sets, with the type of its value, or an empty type if the step
// clears it.
func declareVariable(body json.RawMessage) map[string]FieldType {
	var doc setDocument
	if json.Unmarshal(body, &doc) != nil || doc.Variable == nil {
		return nil
	}
	declared := TypeText
	switch doc.Value.(type) {
	case float64:
		declared = TypeNumber
	case bool:
		declared = TypeCheckbox
	case []any:
		declared = TypeList
	case nil:
		declared = ""
	}
	return map[string]FieldType{*doc.Variable: declared}
}

// settable is a compiled value: a text to render, a list of texts, or a constant.
type settable struct {
	texts    []text
	list     bool
	constant any // if there are no texts: float64, bool or nil
}

func (s *stepCompiler) value(at path, written any) settable {
	switch written := written.(type) {
	case string:
		return settable{texts: []text{s.text(at, written)}}
	case []any:
		compiled := settable{list: true}
		for i, item := range written {
			itemText, _ := item.(string) // the schema has checked that
			compiled.texts = append(compiled.texts, s.text(at.to(i), itemText))
		}
		return compiled
	default:
		return settable{constant: written}
	}
}

// render returns the value, or nil if it is empty, which clears what is set.
func (v settable) render(env environment) (any, error) {
	if !v.list && len(v.texts) == 0 {
		return v.constant, nil
	}
	rendered := make([]any, len(v.texts))
	for i, t := range v.texts {
		text, err := t.render(env)
		if err != nil {
			return nil, err
		}
		rendered[i] = text
	}
	rendered = slices.DeleteFunc(rendered, func(item any) bool { return item == "" })
	switch {
	case len(rendered) == 0:
		return nil, nil
	case v.list:
		return rendered, nil
	default:
		return rendered[0], nil
	}
}

// example returns the value if every run has the same, and any possible value of a list.
func (v settable) example() (any, bool) {
	for _, t := range v.texts {
		switch {
		case !t.isConstant() && v.list:
			return []any{"x"}, true
		case !t.isConstant():
			return nil, false
		}
	}
	value, err := v.render(environment{})
	return value, err == nil
}

type setVariable struct {
	name  string
	value settable
}

func (s *setVariable) begin(e *execution) (move, error) {
	value, err := s.value.render(e.environment)
	if err != nil {
		return move{}, err
	}
	detail := map[string]any{"variable": s.name, "value": value}
	if err := e.setVariable(s.name, value); err != nil {
		return move{detail: detail}, err
	}
	return move{detail: detail}, nil
}

type setField struct {
	name  string // as the document writes it
	field Field
	value settable
}

func (s *setField) begin(e *execution) (move, error) {
	value, err := s.value.render(e.environment)
	if err != nil {
		return move{}, err
	}
	detail := map[string]any{"field": s.name, "value": value}
	kept, ok := Coerce(value, s.field.Type)
	if !ok {
		return move{detail: detail}, fmt.Errorf("the value is not %s", s.field.Type.wording())
	}
	return move{effect: SetField{Field: s.field.setName(), Value: kept}, detail: detail}, nil
}
