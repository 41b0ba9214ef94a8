package workflow

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:embed workflow.schema.json
var schemaText []byte

// SchemaPath is the path at which a server serves Schema.
const SchemaPath = "/workflow.schema.json"

// Schema returns the JSON Schema (draft 2020-12) of the document, for editors. The caller owns the copy.
func Schema() []byte { return slices.Clone(schemaText) }

// schema is the compiled schema: built once, safe for concurrent use.
var schema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaText))
	if err != nil {
		return nil, fmt.Errorf("read workflow schema: %w", err)
	}
	const url = "urn:foyer:workflow:1"
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(url, parsed); err != nil {
		return nil, fmt.Errorf("add workflow schema: %w", err)
	}
	return compiler.Compile(url)
})

// Check checks what saving a draft needs: that the document is JSON, within bounds, and fits the schema. It returns the
// first 100 problems in document order and how many more there are, or nil if there are none.
func Check(document []byte) []Problem {
	_, problems := check(document)
	return problems
}

func check(document []byte) (source, []Problem) {
	source, problem := readSource(document)
	if problem != nil {
		return source, []Problem{*problem}
	}
	found := findings{source: source}
	compiled, err := schema()
	if err != nil {
		found.add(nil, "%s", err)
		return source, found.problems()
	}
	var invalid *jsonschema.ValidationError
	if err := compiled.Validate(source.value); errors.As(err, &invalid) {
		found.addInvalid(invalid)
	} else if err != nil {
		found.add(nil, "the document cannot be checked: %s", err)
	}
	return source, found.problems()
}
