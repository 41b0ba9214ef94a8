package cli

import (
	"context"
	"fmt"

	"foyer/file"
	"foyer/store"
)

// backupCommand is `foyer backup`.
type backupCommand struct {
	Database Database `env:"FOYER_DATABASE" default:"sqlite:foyer.db" placeholder:"URL" help:"The database (${env}; ${default})."`
	File     string   `arg:"" help:"The copy. It must not exist yet."`
	LogFlags
}

// Run copies the database, and then its files. A server may be using them.
func (c *backupCommand) Run(ctx context.Context, t Terminal) error {
	if err := c.Database.mustExist(); err != nil {
		return err
	}
	copied := 0
	err := store.Backup(ctx, c.Database.Path, c.File, func() (err error) {
		copied, err = file.CopyFolder(ctx, file.FolderOf(c.Database.Path), file.FolderOf(c.File))
		return err
	})
	if err != nil {
		return err
	}
	if _, err = fmt.Fprintf(t.Out, "copied %s to %s\n", c.Database.Path, c.File); err != nil || copied == 0 {
		return err
	}
	_, err = fmt.Fprintf(t.Out, "copied its uploaded files, %d in all, to %s\n", copied, file.FolderOf(c.File))
	return err
}
