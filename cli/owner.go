package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"foyer/account"
	"foyer/engine"
	"foyer/internal/secretfile"
)

// ownerCommand is `foyer owner`.
type ownerCommand struct {
	ResetPassword resetPasswordCommand `cmd:"" help:"Give an owner a new password, on the database of a stopped server: that of FOYER_OWNER_PASSWORD, or a generated one in a file."`
}

// resetPasswordCommand is `foyer owner reset-password`.
type resetPasswordCommand struct {
	Database Database `env:"FOYER_DATABASE" default:"sqlite:foyer.db" placeholder:"URL" help:"Where the data is (${env}; ${default})."`
	Email    string   `placeholder:"EMAIL" help:"Which owner; not needed where there is one alone."`
	Password string   `hidden:"" env:"FOYER_OWNER_PASSWORD" help:"The new password (${env}); one is generated otherwise, into a file beside the database."`
	LogFlags
}

// Run sets the password, ends the owner's sessions and enables an owner who is disabled. It fails while a server uses the
// database.
func (c *resetPasswordCommand) Run(ctx context.Context, t Terminal) error {
	db, err := c.Database.open(ctx, t.Logger(c.LogFlags))
	if err != nil {
		return err
	}
	e := engine.New(db, engine.Options{Logger: t.Logger(c.LogFlags)})
	return errors.Join(c.reset(ctx, e, t), db.Close())
}

func (c *resetPasswordCommand) reset(ctx context.Context, e *engine.Engine, t Terminal) error {
	owner, err := e.Accounts().Owner(ctx, c.Email)
	if err != nil {
		return err
	}
	password, where := c.Password, "that of FOYER_OWNER_PASSWORD"
	if password == "" {
		password = account.GeneratePassword()
		if err := secretfile.WritePassword(c.Database.Path, password); err != nil {
			return err
		}
		where = fmt.Sprintf("in %s: log in, and delete the file", secretfile.PasswordPath(c.Database.Path))
	}
	if err := e.ResetOwner(ctx, owner.ID, password); err != nil {
		return fmt.Errorf("set the password (FOYER_OWNER_PASSWORD): %w", err)
	}
	if c.Password != "" { // the file of an earlier password would be mistaken for this one's
		if err := os.Remove(secretfile.PasswordPath(c.Database.Path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove the file of an earlier password: %w", err)
		}
	}
	_, err = fmt.Fprintf(t.Out, "The owner %s has a new password, and has to log in again. It is %s.\n", owner.Email, where)
	return err
}
