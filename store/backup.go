package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Backup writes a copy of the database, as it is when Backup begins, into a new file at path, while others go on reading
// and writing. It fails where the file exists. The copy is whole and durable once Backup returns; until then it has
// another name. ctx can end it.
func (db *DB) Backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("back up to %s: %w", path, os.ErrExist)
	}
	if err := copyDatabase(ctx, db.options.Path, path); err != nil {
		return fmt.Errorf("back up to %s: %w", path, err)
	}
	return nil
}

// copyDatabase copies a database in use, replacing what is at the target once the copy is complete.
func copyDatabase(ctx context.Context, from, to string) (err error) {
	unfinished := to + ".unfinished"
	if err := os.Remove(unfinished); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(unfinished) // what failed before is the error to tell
		}
	}()
	if err := createPrivate(unfinished); err != nil { // SQLite fills an empty file, and keeps its permissions
		return err
	}
	if err := vacuumInto(ctx, from, unfinished); err != nil {
		return err
	}
	if err := syncPath(unfinished); err != nil {
		return err
	}
	if err := os.Rename(unfinished, to); err != nil {
		return err
	}
	return syncPath(filepath.Dir(to))
}

// vacuumInto copies the database on a connection of its own, so that no View waits for it.
func vacuumInto(ctx context.Context, from, to string) (err error) {
	conn, err := connect(readDSN(from), func(error) {}, `PRAGMA query_only = off`) // it counts the copy as writing
	if err != nil {
		return err
	}
	lease := conn.lease()
	unhook := context.AfterFunc(ctx, func() { conn.interrupt(lease) })
	_, err = conn.exec(`VACUUM INTO ?`, to)
	unhook()
	conn.endLease()
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return errors.Join(err, conn.close())
}

// syncPath makes a file, or the names in a directory, durable.
func syncPath(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
