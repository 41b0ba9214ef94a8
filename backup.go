package main

import (
	"context"
	"fmt"

	"foyer/store"
)

// backupCommand is `foyer backup`.
type backupCommand struct {
	Database databaseURL `env:"FOYER_DATABASE" default:"sqlite:foyer.db" placeholder:"URL" help:"The database (${env}; ${default})."`
	File     string      `arg:"" help:"The copy. It must not exist yet."`
	logFlags
}

// Run copies the database. A server may be using it.
func (c *backupCommand) Run(ctx context.Context, t terminal) error {
	if err := c.Database.exists(); err != nil {
		return err
	}
	if err := store.Backup(ctx, c.Database.path, c.File); err != nil {
		return err
	}
	_, err := fmt.Fprintf(t.out, "copied %s to %s\n", c.Database.path, c.File)
	return err
}
