package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"foyer/engine/workflow"
	"foyer/internal/client"
)

// exportCommand is `foyer workflow export`.
type exportCommand struct {
	Name string `arg:"" help:"Which workflow, by its name or id."`
	connectFlags
}

// Run prints a workflow's draft. Its first line tells editors the server's schema.
func (c *exportCommand) Run(ctx context.Context, t Terminal) error {
	server, err := c.connect()
	if err != nil {
		return err
	}
	defer server.Close()
	type stored struct {
		ID, Name string
		YAML     *string
	}
	all, err := client.All[stored](ctx, server, "workflows", "first: 20", "id name yaml")
	if err != nil {
		return err
	}
	for _, w := range all {
		if w.ID != c.Name && !strings.EqualFold(w.Name, c.Name) {
			continue
		}
		if w.YAML == nil {
			return errors.New("only managers read workflow documents")
		}
		_, err := fmt.Fprintf(t.Out, "# yaml-language-server: $schema=%s%s\n%s", strings.TrimSuffix(c.Server, "/"), workflow.SchemaPath, *w.YAML)
		return err
	}
	return fmt.Errorf("there is no workflow %q", c.Name)
}
