package workflow

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"foyer/engine/workflow/template"
)

// maxText is how many characters a text may have, as written and as rendered.
const maxText = template.MaxText

var errBlank = errors.New("the text is empty after its variables are filled in")

// text is a compiled text: a template, or a constant if it has no tags. It reads only the fields that it names.
type text struct {
	constant string
	template *template.Template // nil for a constant
	reads    []textField
	broken   error // why it can never be rendered; usually nil
}

// textField is a field that a text reads.
type textField struct {
	ref  fieldRef
	path string
	kind template.Kind
}

// text compiles a text and reports its problems. In a version that was published before, a text with problems cannot be
// rendered: its step leaves by failure.
func (s *stepCompiler) text(at path, written string) text { return s.textWith(at, written, nil) }

// requestText compiles a text of a request, which can have secrets.
func (s *stepCompiler) requestText(at path, written string) text {
	return s.textWith(at, written, func(name string) {
		s.hasSecret = true
		s.id(at, ReferenceSecret, name)
	})
}

func (s *stepCompiler) textWith(at path, written string, secret func(name string)) text {
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
		Reserved: func(name string) bool { return slices.Contains(groups, name) },
		Secret:   secret,
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

// textVariable returns the variable that a path in the text leads to, or says why there is none.
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

// textField returns the field that the first parts of a path lead to, and how many parts these are; size, first or last
// may follow. The problem says why there is no such field.
func (s *stepCompiler) textField(parts []string) (field Field, used int, problem string) {
	name := parts[0]
	if name == "secrets" {
		return Field{}, 0, "secrets can be used only in the url, the headers and the body of a step `http`, as {{ secrets.NAME }} without filters"
	}
	if !slices.Contains(groups, name) {
		return Field{}, 0, fmt.Sprintf("there is no variable %s here; use contact, conversation, message, assignee, "+
			"team, channel, workspace, trigger, vars and now", quote(name))
	}
	if len(parts) == 1 && name != "now" {
		return Field{}, 0, fmt.Sprintf("%s needs a dot and the name of a field after it", quote(name))
	}
	return s.scope().lead(parts)
}

// lead returns the field that the first parts of a path lead to, like stepCompiler.textField.
func (s fieldScope) lead(parts []string) (field Field, used int, problem string) {
	whole := strings.Join(parts, ".")
	if field, known := s.find(whole); known {
		return field, len(parts), ""
	}
	last := len(parts) - 1
	if slices.Contains([]string{"size", "first", "last"}, parts[last]) {
		if field, known := s.find(strings.Join(parts[:last], ".")); known {
			return field, last, ""
		}
	}
	return Field{}, 0, s.unknown(whole)
}

// isConstant reports whether the text is the same in every run.
func (t text) isConstant() bool { return t.template == nil && t.broken == nil }

// render returns the text with its variables filled in. A missing value is empty.
func (t text) render(env environment) (string, error) {
	if t.isConstant() {
		return t.constant, nil
	}
	parts, err := t.renderParts(env, nil)
	if len(parts) == 0 {
		return "", err
	}
	return parts[0].Text, err
}

// renderEncoded returns the text with its secrets as parts, and everything else encoded. It fails with an *encodeError
// if a value cannot stand where it would.
func (t text) renderEncoded(env environment, p encoder) (Parts, error) {
	var parts Parts
	if t.isConstant() {
		if placed := p.Literal(t.constant); placed != "" {
			parts = Parts{{Text: placed}}
		}
		return parts, p.end()
	}
	parts, err := t.renderParts(env, p)
	if err != nil {
		return nil, err
	}
	return parts, p.end()
}

func (t text) renderParts(env environment, p template.Encoder) (Parts, error) {
	if t.broken != nil {
		return nil, t.broken
	}
	parts, err := t.template.RenderParts(template.World{
		Now:     env.now,
		Encoder: p,
		Value: func(key int) any {
			read := t.reads[key]
			return textValue(env.value(read.ref), read.kind)
		},
	})
	if err != nil {
		return nil, fmt.Errorf("the variables in the text cannot be filled in: %w", err)
	}
	return parts, nil
}

// textKind returns what is known of a field's values. A variable that is set as two types is TEXT and may hold a list.
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
	if field.open || strings.HasPrefix(field.Path, variablePrefix) {
		return template.Unknown
	}
	return template.Text
}

// textValue returns a field's value for a text: as a time if it is one, and of a moment in a field for days the date.
func textValue(value any, kind template.Kind) any {
	switch kind { //nolint:exhaustive // the others do not change
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
