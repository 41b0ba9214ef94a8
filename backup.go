package main

import (
	"context"
	"errors"
	"fmt"

	"foyer/store"
)

// backupCommand is `foyer backup`.
type backupCommand struct {
	Database databaseURL `env:"FOYER_DATABASE" default:"sqlite:foyer.db" placeholder:"URL" help:"Where the data is (${env}; ${default})."`
	File     string      `arg:"" help:"The copy, a new file."`
	logFlags
}

// Run copies the database. It fails while a server uses it.
func (c *backupCommand) Run(ctx context.Context, t terminal) error {
	db, err := openExisting(ctx, c.Database, t, c.logFlags)
	if err != nil {
		return err
	}
	if err := errors.Join(db.Backup(ctx, c.File), db.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "copied %s to %s\n", c.Database.path, c.File)
	return err
}

// openExisting opens a database that is there: a misspelt path should not become a new one.
func openExisting(ctx context.Context, database databaseURL, t terminal, log logFlags) (*store.DB, error) {
	if err := database.exists(); err != nil {
		return nil, err
	}
	return store.Open(ctx, store.Options{Path: database.path, Logger: t.logger(log)})
}
