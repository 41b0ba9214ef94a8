package main

import (
	"context"
	"fmt"
	"os"

	"foyer/account"
	"foyer/engine"
	"foyer/internal/secretfile"
)

// ensureOwner creates the owner at the first start.
func (m *Main) ensureOwner(ctx context.Context, e *engine.Engine) error {
	exists, err := e.Accounts().HasOwner(ctx)
	if err != nil {
		return err
	}
	path := secretfile.PasswordPath(m.config.Database)
	if exists {
		m.remind(ctx, path)
		return nil
	}
	password := m.config.OwnerPassword
	if password == "" {
		// The file comes first: nobody could use an account whose password was lost before it reached the disk.
		password = account.GeneratePassword()
		if err := secretfile.WritePassword(m.config.Database, password); err != nil {
			return err
		}
	}
	if err := e.CreateOwner(ctx, m.config.OwnerEmail, password); err != nil {
		return fmt.Errorf("create the owner (FOYER_OWNER_EMAIL, FOYER_OWNER_PASSWORD): %w", err)
	}
	m.log.InfoContext(ctx, "created the owner", "email", m.config.OwnerEmail)
	if m.config.OwnerPassword != "" {
		return nil
	}
	_, err = fmt.Fprintf(m.out, "\nThe owner is %s. Their password is in %s: log in, and delete the file.\n\n", m.config.OwnerEmail, path)
	return err
}

// remind warns of what should be removed after the first start.
func (m *Main) remind(ctx context.Context, path string) {
	if m.config.OwnerPassword != "" {
		m.log.WarnContext(ctx, "FOYER_OWNER_PASSWORD is ignored, since there is an owner already: unset it; `foyer owner reset-password` sets another password")
	}
	if _, err := os.Lstat(path); err == nil {
		m.log.WarnContext(ctx, "the file with the owner's generated password is still there: delete it", "path", path)
	}
}
