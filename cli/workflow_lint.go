package cli

import (
	"fmt"
	"strings"

	"foyer/engine/rehearsal"
	"foyer/engine/workflow"
)

// lintCommand is `foyer workflow lint`.
type lintCommand struct {
	Files []source `arg:"" name:"file" help:"Documents in YAML or JSON, or gallery:NAME."`
	fieldFlags
}

// Run prints a line FILE:STEP:PATH: MESSAGE for each problem, and fails if there is one. Messages that begin with "warning: "
// point out what may be a mistake, and are no failure.
func (c *lintCommand) Run(t Terminal) error {
	bad := 0
	for _, file := range c.Files {
		definition, err := compile(file, rehearsal.NewDirectory(c.Field))
		if err == nil {
			if err := printProblems(t, file, warning, definition.Warnings()); err != nil {
				return err
			}
			continue
		}
		bad++
		line := err.Error()
		if _, unreadable := file.document(); unreadable != nil {
			line = fmt.Sprintf("%s::: %s", file, strings.TrimPrefix(line, string(file)+": "))
		}
		if _, err := fmt.Fprintln(t.Out, line); err != nil {
			return err
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d documents cannot be published", bad, len(c.Files))
	}
	return nil
}

// warning begins the messages of what may be a mistake.
const warning = "warning: "

// printProblems prints a line for each problem, with a prefix before the message.
func printProblems(t Terminal, file source, prefix string, problems []workflow.Problem) error {
	for _, p := range problems {
		p.Message = prefix + p.Message
		if _, err := fmt.Fprintln(t.Out, lineOf(file, p)); err != nil {
			return err
		}
	}
	return nil
}
