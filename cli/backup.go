package cli

import (
	"context"
	"fmt"

	"foyer/store"
)

// backupCommand is `foyer backup`.
type backupCommand struct {
	Database Database `env:"FOYER_DATABASE" default:"sqlite:foyer.db" placeholder:"URL" help:"The database (${env}; ${default})."`
	File     string   `arg:"" help:"The copy. It must not exist yet."`
	LogFlags
}

// Run copies the database. A server may be using it.
func (c *backupCommand) Run(ctx context.Context, t Terminal) error {
	if err := c.Database.mustExist(); err != nil {
		return err
	}
	if err := store.Backup(ctx, c.Database.Path, c.File); err != nil {
		return err
	}
	_, err := fmt.Fprintf(t.Out, "copied %s to %s\n", c.Database.Path, c.File)
	return err
}
