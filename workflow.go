package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"foyer/engine/workflow"
	"foyer/engine/workflow/diagram"
	"foyer/engine/workflow/rehearsal"
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

// galleryPrefix begins the names of documents that come along.
const galleryPrefix = "gallery:"

// source is where a document is: a file in YAML or JSON, or gallery:NAME.
type source string

// read returns the text.
func (s source) read() ([]byte, error) {
	if name, ok := strings.CutPrefix(string(s), galleryPrefix); ok {
		return gallery.YAML(name)
	}
	return os.ReadFile(string(s))
}

// document returns it in JSON.
func (s source) document() ([]byte, error) {
	text, err := s.read()
	if err != nil {
		return nil, err
	}
	document, err := workflow.FromYAML(text) // JSON is YAML
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s, err)
	}
	return document, nil
}

// problemsError is what keeps a document from being published: a line for each problem.
type problemsError struct {
	source   source
	problems []workflow.Problem
}

// Error returns a line for each problem.
func (e *problemsError) Error() string {
	lines := make([]string, len(e.problems))
	for i, p := range e.problems {
		lines[i] = lineOf(e.source, p)
		if name, custom := customField(p.Message); custom {
			lines[i] += fmt.Sprintf("; a custom one is told of with --field %s=TYPE", name)
		}
	}
	return strings.Join(lines, "\n")
}

// lineOf returns a problem as FILE:STEP:PATH: MESSAGE.
func lineOf(file source, p workflow.Problem) string {
	step := ""
	if p.Step != nil {
		step = *p.Step
	}
	return fmt.Sprintf("%s:%s:%s: %s", file, step, strings.Join(p.Path, "."), p.Message)
}

// customField returns the name of a field of contacts that a document was found to want, where it may be one that only a
// server knows: no name resembles it.
func customField(message string) (name string, may bool) {
	name, may = strings.CutPrefix(message, `there is no field "contact.`)
	name, closed := strings.CutSuffix(name, `"`)
	return name, may && closed
}

// fieldFlags name what a workspace adds to its contacts.
type fieldFlags struct {
	Field map[string]workflow.FieldType `placeholder:"NAME=TYPE" help:"A custom field of contacts that the document may use, such as plan=TEXT; repeatable."`
}

// check fails where a type is unknown.
func (f *fieldFlags) check() error {
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

// compile makes a document ready to rehearse.
func (f *fieldFlags) compile(s source) (*rehearsal.House, *workflow.Definition, error) {
	document, err := s.document()
	if err != nil {
		return nil, nil, err
	}
	house := rehearsal.NewHouse(f.Field)
	definition, problems := workflow.Compile(document, house)
	if len(problems) > 0 {
		return nil, nil, &problemsError{s, problems}
	}
	return house, definition, nil
}

// lintCommand is `foyer workflow lint`.
type lintCommand struct {
	Files []source `arg:"" name:"file" help:"Documents in YAML or JSON, or gallery:NAME."`
	fieldFlags
}

// Validate is called by kong.
func (c *lintCommand) Validate() error { return c.check() }

// Run prints a line FILE:STEP:PATH: MESSAGE for each problem, and fails where there is one. A line whose message begins with
// "warning: " tells what may not be meant, and is no failure.
func (c *lintCommand) Run(t terminal) error {
	bad := 0
	for _, file := range c.Files {
		_, definition, err := c.compile(file)
		if err == nil {
			if err := printWarnings(t, file, definition.Warnings()); err != nil {
				return err
			}
			continue
		}
		bad++
		line := err.Error()
		if _, ok := errors.AsType[*problemsError](err); !ok {
			line = fmt.Sprintf("%s::: %s", file, strings.TrimPrefix(line, string(file)+": "))
		}
		if _, err := fmt.Fprintln(t.out, line); err != nil {
			return err
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d documents cannot be published", bad, len(c.Files))
	}
	return nil
}

func printWarnings(t terminal, file source, warnings []workflow.Problem) error {
	for _, w := range warnings {
		w.Message = "warning: " + w.Message
		if _, err := fmt.Fprintln(t.out, lineOf(file, w)); err != nil {
			return err
		}
	}
	return nil
}

// diagramCommand is `foyer workflow diagram`.
type diagramCommand struct {
	File    source `arg:"" help:"A document in YAML or JSON, or gallery:NAME."`
	SVG     bool   `name:"svg" xor:"language" help:"As SVG. This is the default."`
	Mermaid bool   `xor:"language" help:"In the language of Mermaid."`
}

// Run draws a document, whatever is wrong with it.
func (c *diagramCommand) Run(t terminal) error {
	document, err := c.File.document()
	if err != nil {
		return err
	}
	draw := diagram.SVG
	if c.Mermaid {
		draw = workflow.Mermaid
	}
	_, err = fmt.Fprint(t.out, draw(document))
	return err
}

// galleryCommand is `foyer workflow gallery`.
type galleryCommand struct {
	Show string `arg:"" optional:"" placeholder:"NAME" help:"Print this one."`
}

// Run lists the gallery, or prints one document of it.
func (c *galleryCommand) Run(t terminal) error {
	if c.Show != "" {
		text, err := source(galleryPrefix + strings.TrimPrefix(c.Show, galleryPrefix)).read()
		if err != nil {
			return err
		}
		_, err = t.out.Write(text)
		return err
	}
	entries, err := gallery.List()
	if err != nil {
		return err
	}
	for _, e := range entries {
		needs := "Teams: " + strings.Join(e.Teams, ", ")
		if len(e.Secrets) > 0 {
			needs += "; secrets: " + strings.Join(e.Secrets, ", ")
		}
		if _, err := fmt.Fprintf(t.out, "%s%s\n  %s\n  %s\n", galleryPrefix, e.Name, e.Description, needs); err != nil {
			return err
		}
	}
	return nil
}

// schemaCommand is `foyer workflow schema`.
type schemaCommand struct{}

// Run prints the schema.
func (*schemaCommand) Run(t terminal) error {
	_, err := t.out.Write(workflow.Schema())
	return err
}
