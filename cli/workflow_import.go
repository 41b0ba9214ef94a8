package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"foyer/engine/workflow"
	"foyer/internal/client"
)

// located adds the file and the place in it to the errors that a server returned for a document.
func located(file source, err error) error {
	problems, ok := errors.AsType[client.UserErrors](err)
	if !ok {
		return err
	}
	lines := make([]string, len(problems))
	for i, p := range problems {
		lines[i] = fmt.Sprintf("%s: %s", file, p.Message)
		if len(p.Field) > 0 {
			lines[i] = fmt.Sprintf("%s: %s: %s", file, strings.Join(p.Field, "."), p.Message)
		}
	}
	return errors.New(strings.Join(lines, "\n"))
}

// importCommand is `foyer workflow import`.
type importCommand struct {
	File    source `arg:"" help:"A document in YAML or JSON, or gallery:NAME."`
	Name    string `placeholder:"NAME" help:"Which workflow to add or change; the document's own name otherwise."`
	Publish bool   `help:"Publish it as well."`
	connectFlags
}

// imported is a workflow on the server.
type imported struct {
	ID, Name string
	Version  int
	Problems []workflow.Problem
	Warnings []workflow.Problem
}

// Run imports a document, prints its problems and warnings, and publishes it with --publish.
func (c *importCommand) Run(ctx context.Context, t Terminal) error {
	text, err := c.File.read()
	if err != nil {
		return err
	}
	server, err := c.connect()
	if err != nil {
		return err
	}
	defer server.Close()
	input := map[string]any{"yaml": string(text)}
	if c.Name != "" {
		input["name"] = c.Name
	}
	const fields = "workflow { id name version problems { step path message } warnings { step path message } }"
	var draft struct{ Workflow imported }
	if err := server.Mutate(ctx, "workflowImport", input, fields, &draft); err != nil {
		return located(c.File, err)
	}
	w := draft.Workflow
	if _, err := fmt.Fprintf(t.Out, "%s is %s, a draft\n", w.Name, w.ID); err != nil {
		return err
	}
	if err := errors.Join(printProblems(t, c.File, "", w.Problems), printProblems(t, c.File, warning, w.Warnings)); err != nil {
		return err
	}
	if !c.Publish {
		return nil
	}
	if len(w.Problems) > 0 {
		return errors.New("the draft is there, but cannot be published yet: see to what is listed above, and import it again")
	}
	var published struct {
		Workflow    imported
		WebhookPath *string
	}
	if err := server.Mutate(ctx, "workflowPublish", map[string]any{"id": w.ID}, fields+" webhookPath", &published); err != nil {
		return located(c.File, err)
	}
	if _, err := fmt.Fprintf(t.Out, "published as version %d\n", published.Workflow.Version); err != nil || published.WebhookPath == nil {
		return err
	}
	_, err = fmt.Fprintf(t.Out, "webhooks go to the following URL, which is a secret and not shown again:\n%s%s\n",
		strings.TrimSuffix(c.Server, "/"), *published.WebhookPath)
	return err
}
