package cli

import (
	"context"
	"errors"
	"fmt"

	"foyer/engine/verify"
	"foyer/file"
)

// verifyCommand is `foyer verify`.
type verifyCommand struct {
	Database Database `env:"FOYER_DATABASE" default:"sqlite:foyer.db" placeholder:"URL" help:"The database (${env}; ${default})."`
	LogFlags
}

// Run checks the data of a stopped server and prints what is wrong. It fails on any finding.
func (c *verifyCommand) Run(ctx context.Context, t Terminal) error {
	db, err := c.Database.open(ctx, t.Logger(c.LogFlags))
	if err != nil {
		return err
	}
	report, err := verify.Run(ctx, db)
	if err == nil {
		var findings []string
		findings, err = file.Check(ctx, db, file.FolderOf(c.Database.Path))
		report.Findings = append(report.Findings, findings...)
	}
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(t.Out, "%d events, %d findings\n", report.Events, len(report.Findings)); err != nil {
		return err
	}
	for _, finding := range report.Findings {
		_, _ = fmt.Fprintf(t.Out, "- %s\n", finding)
	}
	if len(report.Findings) > 0 {
		return errors.New("the tables, the log and the files disagree")
	}
	return nil
}
