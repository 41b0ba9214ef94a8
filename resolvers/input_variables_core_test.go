package resolvers

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"pgregory.net/rapid"

	"foyer/engine"
	"foyer/graph"
)

// drawn draws a value for a type, as it comes in a request, and sometimes one that does not fit.
func drawn(t *rapid.T, schema *ast.Schema, of *ast.Type, depth int) any {
	if rapid.IntRange(0, 19).Draw(t, "stray") == 0 {
		return rapid.SampledFrom([]any{nil, "x", "OPEN", int64(1), 1.5, 3.0, true, map[string]any{}, map[string]any{"id": "x"},
			[]any{}, []any{nil}, []any{"x"}, json.Number("1")}).Draw(t, "value")
	}
	if of.Elem != nil {
		list := make([]any, rapid.IntRange(0, 2).Draw(t, "length"))
		for i := range list {
			list[i] = drawn(t, schema, of.Elem, depth+1)
		}
		return list
	}
	definition := schema.Types[of.NamedType]
	if definition.Kind == ast.Enum {
		return rapid.SampledFrom(definition.EnumValues).Draw(t, "enum").Name
	}
	if definition.Kind == ast.InputObject {
		object := make(map[string]any)
		for _, field := range definition.Fields {
			if depth < 6 && (field.Type.NonNull || rapid.IntRange(0, 2).Draw(t, "has") > 0) {
				object[field.Name] = drawn(t, schema, field.Type, depth+1)
			}
		}
		return object
	}
	switch of.NamedType {
	case "Int":
		return rapid.Int64().Draw(t, "int")
	case "Float":
		return rapid.Float64().Draw(t, "float")
	case "Boolean":
		return rapid.Bool().Draw(t, "boolean")
	default:
		return rapid.String().Draw(t, "text")
	}
}

func TestValuesThatAreTakenAsTheyAreNeedNothingDoneToThem(t *testing.T) {
	schema := graph.NewLimits(engine.Limits{}.Named).Schema()
	var names []string
	for name, definition := range schema.Types {
		if definition.IsInputType() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		of := ast.NamedType(rapid.SampledFrom(names).Draw(t, "type"), nil)
		of.NonNull = rapid.Bool().Draw(t, "required")
		if rapid.IntRange(0, 4).Draw(t, "list") == 0 {
			of = ast.ListType(of, nil)
		}
		operation := &ast.OperationDefinition{VariableDefinitions: ast.VariableDefinitionList{
			{Variable: "v", Type: of, Definition: schema.Types[of.Name()]}}}
		given := map[string]any{"other": 1}
		if rapid.IntRange(0, 9).Draw(t, "given") > 0 {
			given["v"] = drawn(t, schema, of, 0)
		}
		values, ok := variables{schema}.plain(operation, given)
		if !ok {
			return
		}
		taken++
		before, err := json.Marshal(values)
		if err != nil {
			t.Fatal(err)
		}
		want, err := validator.VariableValues(schema, operation, given)
		if err != nil {
			t.Fatalf("%s would be refused: %v", before, err)
		}
		after, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, values); diff != "" || string(before) != string(after) {
			t.Fatalf("%s would become %s:\n%s", before, after, diff)
		}
	})
	if taken < 20 {
		t.Errorf("only %d were taken unchanged", taken)
	}
}
