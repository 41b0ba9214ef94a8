package file

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"foyer/inbox"
)

// CopyFolder copies the files in a folder that a server may be using into a new one, and returns how many there were. Where there
// is none, it makes no folder. It fails if the new one exists. The copy is whole and durable once CopyFolder returns; until then its
// name ends in .unfinished.
//
// For a backup, copy the database first. A file has a row only once it is in the folder, so that the folder then has the file of
// each row that was copied; one whose row has been deleted since stays for an hour.
func CopyFolder(ctx context.Context, from, to string) (n int, err error) {
	if _, err := os.Lstat(from); errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if _, err := os.Lstat(to); err == nil {
		return 0, fmt.Errorf("copy files to %s: %w", to, os.ErrExist)
	}
	unfinished := &Folder{path: to + "." + rand.Text()[:8] + ".unfinished"}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(unfinished.path) // the earlier failure is the error to return
		}
	}()
	err = (&Folder{path: from}).walk(func(id inbox.FileID, entry fs.DirEntry) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		copied := filepath.Join(filepath.Dir(unfinished.place(id)), entry.Name())
		if err := errors.Join(makeFolder(unfinished.path), makeFolder(filepath.Dir(copied))); err != nil {
			return err
		}
		err := copyFile(filepath.Join(filepath.Dir((&Folder{path: from}).place(id)), entry.Name()), copied)
		if errors.Is(err, fs.ErrNotExist) { // it was removed a moment ago: its row has been gone for long
			return nil
		}
		if entry.Name() == id.String() {
			n++
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("copy files to %s: %w", to, err)
	}
	if _, err := os.Lstat(unfinished.path); errors.Is(err, fs.ErrNotExist) {
		return 0, nil // there was none
	}
	if err := unfinished.sync(); err != nil {
		return 0, err
	}
	if err := os.Rename(unfinished.path, to); err != nil {
		return 0, err
	}
	return n, syncPath(filepath.Dir(to))
}

// sync makes the names in a folder durable.
func (f *Folder) sync() error {
	folders, err := os.ReadDir(f.path)
	if err != nil {
		return err
	}
	for _, folder := range folders {
		if err := syncPath(filepath.Join(f.path, folder.Name())); err != nil {
			return err
		}
	}
	return syncPath(f.path)
}

// copyFile copies a file into a new one, durably, with the time at which it was changed.
func copyFile(from, to string) (err error) {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	info, err := source.Stat()
	if err != nil {
		return err
	}
	copied, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(copied, source)
	if err = errors.Join(err, copied.Sync(), copied.Close()); err != nil {
		return err
	}
	return os.Chtimes(to, info.ModTime(), info.ModTime())
}
