package workflow

import (
	"encoding/json"
	"slices"
	"strings"
)

// setKind is `set`: {field, value}, {variable, value} or {lifecycle}.
var setKind = kind{
	name: "set", exits: []exit{{name: ExitFailure}},
	compile: compileSet, declare: declareVariable,
}

type setDocument struct {
	Field     *string          `json:"field"`
	Variable  *string          `json:"variable"`
	Lifecycle nullable[string] `json:"lifecycle"`
	Value     json.RawMessage  `json:"value"`
}

func compileSet(s *stepCompiler, body json.RawMessage) action {
	var doc setDocument
	at := s.at.to("set")
	s.decode(at, body, &doc)
	if doc.Lifecycle.given {
		if doc.Lifecycle.value != nil {
			s.stage(at.to("lifecycle"), *doc.Lifecycle.value)
		}
		return newSetLifecycle(doc.Lifecycle.value)
	}
	var value any
	if err := json.Unmarshal(doc.Value, &value); err != nil {
		s.add(at.to("value"), "the value cannot be read: %s", err)
	}
	if doc.Variable != nil {
		return &setVariable{name: *doc.Variable, value: s.value(at.to("value"), value)}
	}
	s.checkSettable(at.to("field"), *doc.Field)
	if _, isText := value.(string); !isText && value != nil {
		s.add(at.to("value"), "%s takes a text, or null to clear it", quote(*doc.Field))
	}
	return &setField{field: *doc.Field, value: s.value(at.to("value"), value)}
}

func (s *stepCompiler) checkSettable(at path, name string) {
	field, known := s.scope().find("contact." + name)
	if known && field.Settable {
		return
	}
	var names []string
	for _, f := range fields {
		if f.Settable {
			names = append(names, strings.TrimPrefix(f.Path, "contact."))
		}
	}
	s.add(at, "%s is no field of the contact that can be set; these can: %s", quote(name), quoteAll(names))
}

// declareVariable gives the type of the variable that the step sets: that of its value, none where it is cleared.
func declareVariable(body json.RawMessage) (string, FieldType, bool) {
	var doc setDocument
	var value any
	if json.Unmarshal(body, &doc) != nil || doc.Variable == nil || json.Unmarshal(doc.Value, &value) != nil {
		return "", "", false
	}
	switch value.(type) {
	case float64:
		return *doc.Variable, TypeNumber, true
	case bool:
		return *doc.Variable, TypeCheckbox, true
	case []any:
		return *doc.Variable, TypeList, true
	case nil:
		return *doc.Variable, "", true
	default:
		return *doc.Variable, TypeText, true
	}
}

// settable is a value to set: a text to render, a list of them, or a constant.
type settable struct {
	texts    []text
	list     bool
	constant any // where there are no texts: float64, bool or nil
}

func (s *stepCompiler) value(at path, written any) settable {
	switch written := written.(type) {
	case string:
		return settable{texts: []text{s.text(at, written)}}
	case []any:
		compiled := settable{list: true}
		for i, item := range written {
			itemText, _ := item.(string) // the schema has seen to it
			compiled.texts = append(compiled.texts, s.text(at.to(i), itemText))
		}
		return compiled
	default:
		return settable{constant: written}
	}
}

// render gives the value: nil where it is empty, since what is empty is cleared.
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

type setVariable struct {
	name  string
	value settable
}

func (s *setVariable) begin(r *run) (move, error) {
	value, err := s.value.render(r.environment)
	if err != nil {
		return move{}, err
	}
	detail := map[string]any{"variable": s.name, "value": value}
	if err := r.setVariable(s.name, value); err != nil {
		return move{detail: detail}, err
	}
	return move{detail: detail}, nil
}

type setField struct {
	field string
	value settable
}

func (s *setField) begin(r *run) (move, error) {
	value, err := s.value.render(r.environment)
	if err != nil {
		return move{}, err
	}
	return move{
		effect: SetField{Field: s.field, Value: value},
		detail: map[string]any{"field": s.field, "value": value},
	}, nil
}

type setLifecycle struct {
	effect Effect
	detail map[string]any
}

func newSetLifecycle(stage *string) *setLifecycle {
	detail := map[string]any{"lifecycle": nil}
	if stage != nil {
		detail["lifecycle"] = *stage
	}
	return &setLifecycle{effect: SetLifecycle{Stage: stage}, detail: detail}
}

func (s *setLifecycle) begin(*run) (move, error) {
	return move{effect: s.effect, detail: s.detail}, nil
}
