package graph

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"

	"foyer/engine"
	"foyer/inbox"
)

const (
	// maxID is how many characters an ID may have: no kind of id has more than 17.
	maxID = 64
	// maxJSONDepth is how deep JSON may nest.
	maxJSONDepth = 64
)

// Limits are how much values of inputs may hold: what the schema says with @limit. They are safe for concurrent use.
type Limits struct {
	schema  *ast.Schema
	named   func(string) (engine.Limit, bool)
	objects map[string]*limitedObject // by the name of the input type; nil for one of which nothing is limited
}

// NewLimits reads the limits of the schema. Named returns the limits that can be configured, by name. NewLimits panics if the
// schema has a name that is not among them: the schema is part of the program.
func NewLimits(named func(string) (engine.Limit, bool)) *Limits {
	l := &Limits{schema: parsedSchema, named: named, objects: make(map[string]*limitedObject)}
	for _, definition := range parsedSchema.Types {
		if definition.Kind == ast.InputObject {
			l.object(definition)
		}
	}
	l.schema = l.described()
	return l
}

// Schema returns the schema, with descriptions of inputs that say how much they may hold.
func (l *Limits) Schema() *ast.Schema { return l.schema }

// described returns the schema with the configured limits in the descriptions of inputs: introspection shows no directives.
func (l *Limits) described() *ast.Schema {
	schema := *l.schema
	schema.Types = maps.Clone(schema.Types)
	for name, definition := range schema.Types {
		if definition.Kind != ast.InputObject {
			continue
		}
		told := *definition
		told.Fields = slices.Clone(told.Fields)
		for i, field := range told.Fields {
			if sentence := sentenceOf(l.said(field.Directives)); sentence != "" {
				limited := *field
				limited.Description += "\n" + sentence
				told.Fields[i] = &limited
			}
		}
		schema.Types[name] = &told
	}
	return &schema
}

// sentenceOf returns a limit as a sentence, or "" if there is none.
func sentenceOf(limit engine.Limit) string {
	switch {
	case limit.Items > 0 && limit.Length > 0:
		return "At most " + inbox.Thousands(limit.Items) + " items, each of at most " + inbox.Thousands(limit.Length) + " characters."
	case limit.Items > 0:
		return "At most " + inbox.Thousands(limit.Items) + " items."
	case limit.Bytes > 0:
		return "At most " + inbox.Thousands(limit.Bytes) + " bytes."
	case limit.Length > 0:
		return "At most " + inbox.Thousands(limit.Length) + " characters."
	default:
		return ""
	}
}

// Of returns the limit of a value by its directives. The limit of its scalar counts if the directives have none.
func (l *Limits) Of(of *ast.Type, directives ast.DirectiveList) engine.Limit {
	limit := l.said(directives)
	if scalar := l.schema.Types[of.Name()]; scalar != nil && limit.Length == 0 {
		limit.Length = l.said(scalar.Directives).Length
	}
	if of.Name() == "ID" {
		limit.Length = maxID
	}
	return limit
}

func (l *Limits) said(directives ast.DirectiveList) engine.Limit {
	directive := directives.ForName("limit")
	if directive == nil {
		return engine.Limit{}
	}
	var limit engine.Limit
	if of := directive.Arguments.ForName("of"); of != nil {
		named, ok := l.named(of.Value.Raw)
		if !ok {
			panic(fmt.Sprintf("the schema names the limit %q, which there is not", of.Value.Raw))
		}
		limit = named
	}
	for name, to := range map[string]*int{"length": &limit.Length, "items": &limit.Items, "bytes": &limit.Bytes} {
		if argument := directive.Arguments.ForName(name); argument != nil {
			*to, _ = strconv.Atoi(argument.Value.Raw) // the schema says that it is an Int
		}
	}
	return limit
}

// Excess is a value beyond its limit.
type Excess struct {
	Path []string     // to the value, without the argument
	Why  *inbox.Error // LIMIT_EXCEEDED, with a sentence and without the path
}

func excess(template string, params ...inbox.Param) *Excess {
	return &Excess{Why: inbox.Errorf(inbox.CodeLimitExceeded, "", template, params...)}
}

// Argument returns what checks the values of an argument, or nil if they have no limit.
func (l *Limits) Argument(argument *ast.ArgumentDefinition) *LimitedValue {
	return l.value(argument.Type, argument.Directives)
}

// LimitedValue checks values of an input that have a limit, or something inside that does.
type LimitedValue struct {
	limit  engine.Limit
	object *limitedObject // of an input type
	item   *LimitedValue  // of a list; nil if its items have no limit
	list   bool
}

type limitedObject struct{ fields []limitedField }

type limitedField struct {
	name  string
	value *LimitedValue
}

// object returns the limits in an input type, which may contain itself.
func (l *Limits) object(definition *ast.Definition) *limitedObject {
	if known, ok := l.objects[definition.Name]; ok {
		return known
	}
	made := &limitedObject{}
	l.objects[definition.Name] = made
	for _, field := range definition.Fields {
		if value := l.value(field.Type, field.Directives); value != nil {
			made.fields = append(made.fields, limitedField{field.Name, value})
		}
	}
	return made
}

func (l *Limits) value(of *ast.Type, directives ast.DirectiveList) *LimitedValue {
	limit := l.Of(of, directives)
	if of.Elem != nil {
		item := l.value(of.Elem, directives)
		if item == nil && limit.Items == 0 {
			return nil
		}
		return &LimitedValue{limit: limit, item: item, list: true}
	}
	definition := l.schema.Types[of.NamedType]
	if definition.Kind == ast.InputObject {
		return &LimitedValue{object: l.object(definition)}
	}
	if definition.Kind != ast.Scalar || limit.Length == 0 && limit.Bytes == 0 {
		return nil
	}
	return &LimitedValue{limit: limit}
}

// Check returns the first part of a value that is beyond its limit, or nil if there is none. A nil v has no limit. The value
// may be one of a variable or one of the document. Lists are counted before their items are checked. A value that is not of the
// schema's type passes.
func (v *LimitedValue) Check(value any) *Excess {
	switch {
	case v == nil, value == nil:
		return nil
	case v.list:
		return v.checkList(value)
	case v.object != nil:
		return v.object.check(value)
	case v.limit.Bytes > 0:
		return checkJSON(value, v.limit.Bytes)
	}
	if text, ok := value.(string); ok && len(text) > v.limit.Length {
		if n := utf8.RuneCountInString(text); n > v.limit.Length {
			return excess("This may have at most {limit} characters.", inbox.Named("limit", v.limit.Length), inbox.Named("length", n))
		}
	}
	return nil
}

func (o *limitedObject) check(value any) *Excess {
	object, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	for _, field := range o.fields {
		if excess := field.value.Check(object[field.name]); excess != nil {
			return excess.below(field.name)
		}
	}
	return nil
}

// checkList checks a list, or one value in place of a list.
func (v *LimitedValue) checkList(value any) *Excess {
	list := reflect.ValueOf(value) // of another type than []any if it was made of one value
	if list.Kind() != reflect.Slice {
		return v.item.Check(value)
	}
	if v.limit.Items > 0 && list.Len() > v.limit.Items {
		return excess("This may have at most {limit} items.", inbox.Named("limit", v.limit.Items), inbox.Named("length", list.Len()))
	}
	if v.item == nil {
		return nil
	}
	for i := range list.Len() {
		if excess := v.item.Check(list.Index(i).Interface()); excess != nil {
			return excess.below(strconv.Itoa(i))
		}
	}
	return nil
}

// below returns the excess as seen from the value that contains its value.
func (e *Excess) below(part string) *Excess {
	return &Excess{Path: append([]string{part}, e.Path...), Why: e.Why}
}

// checkJSON checks how deep a value nests and how long it is as JSON. Numbers and characters that must be escaped count for
// less than they take, so that a value that is within its limit once written is never refused.
func checkJSON(value any, limit int) *Excess {
	left := limit + len(",") // no comma stands behind the whole value
	if !measureJSON(value, &left, maxJSONDepth) {
		return excess("Lists and objects may be nested at most {limit} levels deep.", inbox.Named("limit", maxJSONDepth))
	}
	if left < 0 {
		return excess("This may have at most {limit} bytes.", inbox.Named("limit", limit))
	}
	return nil
}

// measureJSON subtracts the length of a value from left, stops once nothing is left, and reports whether the value nests no
// deeper than depth.
func measureJSON(value any, left *int, depth int) bool {
	if depth < 0 {
		return false
	}
	switch value := value.(type) {
	case string:
		*left -= len(value) + len(`"",`)
	case []any:
		*left -= len("[],") - min(len(value), 1) // no comma stands behind the last item
		for _, item := range value {
			if *left < 0 {
				return true
			}
			if !measureJSON(item, left, depth-1) {
				return false
			}
		}
	case map[string]any:
		*left -= len("{},") - min(len(value), 1)
		for name, member := range value {
			if *left < 0 {
				return true
			}
			*left -= len(name) + len(`"":`)
			if !measureJSON(member, left, depth-1) {
				return false
			}
		}
	default: // a number, true, false or null
		*left -= len("0,")
	}
	return true
}
