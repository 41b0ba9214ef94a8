package cli

import (
	"fmt"

	"foyer/engine/workflow/diagram"
)

// diagramCommand is `foyer workflow diagram`.
type diagramCommand struct {
	File    source `arg:"" help:"A document in YAML or JSON, or gallery:NAME."`
	SVG     bool   `name:"svg" xor:"language" help:"As SVG. This is the default."`
	Mermaid bool   `xor:"language" help:"In the language of Mermaid."`
}

// Run draws a document, even one that cannot be published.
func (c *diagramCommand) Run(t Terminal) error {
	document, err := c.File.document()
	if err != nil {
		return err
	}
	draw := diagram.SVG
	if c.Mermaid {
		draw = diagram.Mermaid
	}
	_, err = fmt.Fprint(t.Out, draw(document))
	return err
}
