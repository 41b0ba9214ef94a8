package cli

import "foyer/engine/workflow"

// schemaCommand is `foyer workflow schema`.
type schemaCommand struct{}

// Run prints the schema.
func (*schemaCommand) Run(t Terminal) error {
	_, err := t.Out.Write(workflow.Schema())
	return err
}
