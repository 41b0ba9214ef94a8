package workflow

import (
	"encoding/json"
	"fmt"
)

// saveToDocument is where an answer is saved: {field}, {variable} or {tag: true}.
type saveToDocument struct {
	Field    *string `json:"field"`
	Variable *string `json:"variable"`
	Tag      bool    `json:"tag"`
}

// saveToForms says which forms saveTo can have.
const saveToForms = "`saveTo` needs exactly one of a field, a variable and a tag"

// saveTo is where an answer is saved. The zero value saves nothing.
type saveTo struct {
	variable string
	field    *Field
	tag      bool
}

// saveTo compiles where an answer is saved, and reports a field that does not fit.
func (s *stepCompiler) saveTo(at path, doc *saveToDocument, answer string) saveTo {
	switch {
	case doc == nil:
		return saveTo{}
	case doc.Variable != nil:
		return saveTo{variable: *doc.Variable}
	case doc.Field != nil:
		field := s.settable(at.to("field"), *doc.Field)
		if from := answerTypes[answer]; field.Path != "" && !coercible(from, field.Type) {
			s.add(at.to("field"), "an answer of the kind %q cannot be saved to %s, which is %s",
				answer, quote(field.Path), field.Type.wording())
		}
		return saveTo{field: &field}
	default:
		return saveTo{tag: true}
	}
}

// coercible reports whether values of one type can be saved as another.
func coercible(from, to FieldType) bool {
	switch to {
	case TypeText:
		return true
	case TypeList:
		return from == TypeText
	default:
		return from == to
	}
}

// save saves the value: a variable at once, anything else by an effect.
func (s saveTo) save(e *execution, value any) (move, error) {
	switch {
	case s.variable != "":
		return move{}, e.setVariable(s.variable, value)
	case s.tag:
		text, _ := readText(value)
		return move{effect: Tag{Add: []string{text}}}, nil
	case s.field == nil:
		return move{}, nil
	}
	kept, ok := Coerce(value, s.field.Type)
	if !ok {
		return move{}, fmt.Errorf("the answer is not %s", s.field.Type.wording())
	}
	return move{effect: SetField{Field: s.field.setName(), Value: kept}}, nil
}

// declareAsk returns the variable that an answer is saved to, with the type of the answer.
func declareAsk(body json.RawMessage) map[string]FieldType {
	doc := askDocument{Answer: answerText}
	if json.Unmarshal(body, &doc) != nil || doc.SaveTo == nil || doc.SaveTo.Variable == nil {
		return nil
	}
	return map[string]FieldType{*doc.SaveTo.Variable: answerTypes[doc.Answer]}
}
