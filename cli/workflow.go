package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"foyer/engine/workflow"
	"foyer/engine/workflow/exchange"
	"foyer/gallery"
)

// workflowCommand is `foyer workflow`.
type workflowCommand struct {
	Lint     lintCommand     `cmd:"" help:"Check workflow documents, and warn of what may not be meant; names in them are taken to exist."`
	Simulate simulateCommand `cmd:"" help:"Tell what a run of a document would do, without effects."`
	Route    routeCommand    `cmd:"" help:"Measure how many labelled messages a document leads to the right team."`
	Diagram  diagramCommand  `cmd:"" help:"Draw a document."`
	Import   importCommand   `cmd:"" help:"Add a document to a running server as a draft, or change the draft of its name."`
	Export   exportCommand   `cmd:"" help:"Print a running server's workflow as YAML, with names in place of ids."`
	Gallery  galleryCommand  `cmd:"" help:"List the workflows that come along."`
	Schema   schemaCommand   `cmd:"" help:"Print the JSON Schema of workflow documents."`
}

// galleryPrefix begins the names of documents in the gallery.
const galleryPrefix = "gallery:"

// source names a document: a file in YAML or JSON, or gallery:NAME.
type source string

// read returns the text of the document.
func (s source) read() ([]byte, error) {
	if name, ok := strings.CutPrefix(string(s), galleryPrefix); ok {
		return gallery.YAML(name)
	}
	return os.ReadFile(string(s))
}

// document returns the document in JSON.
func (s source) document() ([]byte, error) {
	text, err := s.read()
	if err != nil {
		return nil, err
	}
	document, err := exchange.FromYAML(text) // JSON is YAML
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s, err)
	}
	return document, nil
}

// lineOf returns a problem as FILE:STEP:PATH: MESSAGE.
func lineOf(file source, p workflow.Problem) string {
	step := ""
	if p.Step != nil {
		step = *p.Step
	}
	return fmt.Sprintf("%s:%s:%s: %s", file, step, strings.Join(p.Path, "."), p.Message)
}

// customField returns the name of the contact field that a problem says does not exist, and reports whether it may be a
// custom one: no known field has a similar name.
func customField(message string) (name string, may bool) {
	name, may = strings.CutPrefix(message, `There is no field "contact.`)
	name, closed := strings.CutSuffix(name, `".`)
	return name, may && closed
}

// fieldFlags name the custom fields of contacts.
type fieldFlags struct {
	Field map[string]workflow.FieldType `placeholder:"NAME=TYPE" help:"A custom field of contacts that the document may use, such as plan=TEXT; repeatable."`
}

// Validate returns an error if a type is unknown. Kong calls it.
func (f *fieldFlags) Validate() error {
	for name, fieldType := range f.Field {
		switch fieldType {
		case workflow.TypeText, workflow.TypeList, workflow.TypeCheckbox, workflow.TypeEmail, workflow.TypeNumber, workflow.TypeURL,
			workflow.TypeDate, workflow.TypeTime:
		default:
			return fmt.Errorf("--field %s: want TEXT, LIST, CHECKBOX, EMAIL, NUMBER, URL, DATE or TIME, not %q", name, fieldType)
		}
	}
	return nil
}

// compile compiles a document. The error has a line for each problem if it cannot be published.
func compile(s source, names workflow.Directory) (*workflow.Definition, error) {
	document, err := s.document()
	if err != nil {
		return nil, err
	}
	definition, problems := workflow.Compile(document, names)
	var lines []string
	for _, p := range problems {
		line := lineOf(s, p)
		if name, custom := customField(p.Message); custom {
			line += fmt.Sprintf(" If it is a custom field, add --field %s=TYPE.", name)
		}
		lines = append(lines, line)
	}
	if len(lines) > 0 {
		return nil, errors.New(strings.Join(lines, "\n"))
	}
	return definition, nil
}
