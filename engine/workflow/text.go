package workflow

import (
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"foyer/engine/workflow/template"
)

// maxText is the most characters of a text, as written and as rendered.
const maxText = template.MaxText

// text is a Liquid text compiled at publish; never written to after. One without {{ and {% is a constant. Only the
// fields that it names are in scope.
type text struct {
	constant string
	template *template.Template // nil for a constant
	reads    []textField
	broken   error // why it cannot be rendered at all; nil as a rule
}

// textField is a field that a text reads.
type textField struct {
	ref  fieldRef
	path string
	kind template.Kind
}

// text compiles a Liquid text and reports what does not hold. A text of a version published before that does not hold
// any more cannot be rendered: its run goes on by failure.
func (s *stepCompiler) text(at path, written string) text {
	if template.Plain(written) {
		return text{constant: written}
	}
	if utf8.RuneCountInString(written) > maxText {
		s.add(at, "the text is longer than %d characters", maxText)
		return text{}
	}
	var compiled text
	found, problems := template.Compile(written, template.Options{
		Resolve:  func(path []string) (template.Variable, string) { return s.textVariable(&compiled, path) },
		Reserved: func(name string) bool { _, taken := groups[name]; return taken },
		Lenient:  s.published,
	})
	if len(problems) > 0 && s.published {
		return text{broken: errors.New("the variables in the text cannot be filled in: " + problems[0])}
	}
	for _, problem := range problems {
		s.add(at, "%s", problem)
	}
	if len(problems) > 0 {
		return text{}
	}
	compiled.template = found
	s.zoned = s.zoned || found.Zoned()
	return compiled
}

// textVariable finds what a text reads by a path: the field, or why there is none.
func (s *stepCompiler) textVariable(t *text, parts []string) (template.Variable, string) {
	field, used, problem := s.textField(parts)
	if problem != "" {
		return template.Variable{}, problem
	}
	key := slices.IndexFunc(t.reads, func(f textField) bool { return f.path == field.Path })
	if key < 0 {
		key = len(t.reads)
		t.reads = append(t.reads, textField{field.ref(), field.Path, textKind(field)})
		s.needs[field.needed()] = struct{}{}
		s.zoned = s.zoned || field.Type == TypeTime
	}
	return template.Variable{Key: key, Kind: t.reads[key].kind, Used: used}, ""
}

// isConstant reports whether the text is the same in every run.
func (t text) isConstant() bool { return t.template == nil && t.broken == nil }

// render returns the text with its variables filled in; what is missing renders as nothing.
func (t text) render(env environment) (string, error) { return t.renderPlaced(env, nil) }

// renderPlaced is render with the parts of the text as a placer makes them; nil leaves them as they are.
func (t text) renderPlaced(env environment, placer template.Placer) (string, error) {
	switch {
	case t.broken != nil:
		return "", t.broken
	case t.template == nil && placer == nil:
		return t.constant, nil
	case t.template == nil:
		return placer.Literal(t.constant), nil
	}
	rendered, err := t.template.Render(template.World{
		Now:    env.now,
		Placer: placer,
		Value: func(key int) any {
			read := t.reads[key]
			return textValue(env.value(read.ref), read.kind)
		},
	})
	if err != nil {
		return "", fmt.Errorf("the variables in the text cannot be filled in: %w", err)
	}
	return rendered, nil
}

// textKind returns what is known of a field's values. A variable that is set in two ways is TEXT and can hold a list.
func textKind(field Field) template.Kind {
	switch field.Type { //nolint:exhaustive // the others are texts
	case TypeList:
		return template.List
	case TypeCheckbox:
		return template.Bool
	case TypeNumber:
		return template.Number
	case TypeDate:
		return template.Date
	case TypeTime:
		return template.Time
	}
	if field.open || groupName(field.Path) == "vars" {
		return template.Unknown
	}
	return template.Text
}

// textValue returns the value of a field as texts have it: a time where it is one, of a day its date.
func textValue(value any, kind template.Kind) any {
	switch kind { //nolint:exhaustive // the others are as they are
	case template.Time:
		if at, ok := readTime(value); ok {
			return at
		}
	case template.Date:
		if at, ok := value.(time.Time); ok {
			return at.Format(time.DateOnly)
		}
	}
	return value
}
