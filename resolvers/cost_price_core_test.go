package resolvers

import (
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"foyer/engine"
	"foyer/graph"
)

// twenty are the lists that count as twenty members, with the reason why they are not small. Each list of the schema is
// either here, or paged, or in smallLists.
func twenty() map[string]string {
	return map[string]string{
		"MessageReceiveBatchPayload.results": "as many as were handed in, at most 100",
		"Query.secrets":                      "as many as a workspace keeps",
	}
}

// outputs calls a function for each field that can be selected, as "Type.field".
func outputs(visit func(name string, object *ast.Definition, field *ast.FieldDefinition)) {
	for _, object := range graph.NewSchema(&Resolver{}, graph.NewLimits(engine.Limits{}.Named)).Schema().Types {
		if object.BuiltIn || object.Kind != ast.Object {
			continue
		}
		for _, field := range object.Fields {
			if !strings.HasPrefix(field.Name, "__") {
				visit(object.Name+"."+field.Name, object, field)
			}
		}
	}
}

func TestEachListThatIsNotPagedHasALength(t *testing.T) {
	found := make(map[string]bool)
	schema := graph.NewSchema(&Resolver{}, graph.NewLimits(engine.Limits{}.Named)).Schema()
	outputs(func(name string, object *ast.Definition, field *ast.FieldDefinition) {
		result := schema.Types[field.Type.Name()]
		if field.Type.Elem == nil || !result.IsCompositeType() || isConnection(object.Name) || field.Name == "userErrors" ||
			field.Arguments.ForName("ids") != nil { // as many as are asked for
			return
		}
		found[name] = true
		_, small := smallLists[name]
		if _, large := twenty()[name]; small == large {
			t.Errorf("%s must either be in smallLists or be one of the lists that count as twenty, with a reason", name)
		}
	})
	for name := range smallLists {
		if !found[name] {
			t.Errorf("smallLists has %s, which is not such a list of the schema", name)
		}
	}
	for name := range twenty() {
		if !found[name] {
			t.Errorf("%s is not such a list of the schema", name)
		}
	}
}

func TestEachFieldOfAnySizeHasAPrice(t *testing.T) {
	found := make(map[string]bool)
	outputs(func(name string, _ *ast.Definition, field *ast.FieldDefinition) {
		found[name] = true
		if field.Type.Name() == "JSON" && extra(name) == 0 {
			t.Errorf("%s may be of any size: extras must say what it costs", name)
		}
	})
	for name := range extras {
		if !found[name] {
			t.Errorf("extras has %s, which is not a field of the schema", name)
		}
	}
}

func TestEachScanIsAFilterOfTheSchema(t *testing.T) {
	schema := graph.NewSchema(&Resolver{}, graph.NewLimits(engine.Limits{}.Named)).Schema()
	for name := range scans {
		if schema.Types["ContactFilter"].Fields.ForName(name) == nil {
			t.Errorf("there is no filter %s", name)
		}
	}
}
