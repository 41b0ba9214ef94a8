package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Backup writes a copy of the database at path from, as it is when Backup begins, into a new file at path to. It needs no open
// DB and takes no lock: a process that has the database open goes on reading and writing meanwhile. It fails if the new file
// exists. The copy is whole and durable once Backup returns; until then its name ends in .unfinished. ctx can end it.
//
// Once the copy is whole, and before it gets its name, Backup calls also, unless it is nil, and fails if that does: for what
// belongs to the database and is not in it.
//
// The directory of the database must be writable: SQLite has files there that readers and writers share.
func Backup(ctx context.Context, from, to string, also func() error) error {
	if _, err := os.Lstat(to); err == nil { // before the work
		return fmt.Errorf("back up to %s: %w", to, os.ErrExist)
	}
	move := func(from, to string) error {
		if also != nil {
			if err := also(); err != nil {
				return err
			}
		}
		return moveToNew(from, to)
	}
	if err := copyDatabase(ctx, from, to, move); err != nil {
		return fmt.Errorf("back up %s to %s: %w", from, to, err)
	}
	return nil
}

// moveToNew renames a file, but never to a name that is taken.
func moveToNew(from, to string) error {
	err := os.Link(from, to)
	if errors.Is(err, os.ErrExist) {
		return err
	}
	if err != nil { // not every file system has links
		return os.Rename(from, to)
	}
	return os.Remove(from)
}

// copyDatabase copies a database that may be in use. Once the copy is complete, move gives it its name.
func copyDatabase(ctx context.Context, from, to string, move func(from, to string) error) (err error) {
	unfinished := to + "." + rand.Text()[:8] + ".unfinished" // unique to this copy
	defer func() {
		if err != nil {
			_ = os.Remove(unfinished) // the earlier failure is the error to return
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
	if err := move(unfinished, to); err != nil {
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
