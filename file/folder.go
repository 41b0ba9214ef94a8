package file

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"time"

	"foyer/inbox"
)

// FolderOf returns the folder with the files of a database.
func FolderOf(database string) string { return database + "-files" }

const (
	// arriving is the folder of what has not arrived completely.
	arriving = "arriving"
	// thumbnailSuffix follows the name of a file in that of its thumbnail.
	thumbnailSuffix = ".thumbnail"
)

// Folder is where files are. Each has its id as its name, in a folder that is called like the end of the id, so that no folder
// gets too large. Only the owner of the process can read them.
type Folder struct {
	path string
	// step is called before each step of keeping a file; tests end the process there.
	step func(string)
}

// OpenFolder opens a folder, and makes it if there is none. What has not arrived completely before is removed: only one process
// may have the folder open.
func OpenFolder(path string) (*Folder, error) {
	f := &Folder{path: path, step: func(string) {}}
	if err := os.RemoveAll(filepath.Join(path, arriving)); err != nil {
		return nil, fmt.Errorf("open the folder of files: %w", err)
	}
	if err := os.MkdirAll(filepath.Join(path, arriving), 0o700); err != nil {
		return nil, fmt.Errorf("open the folder of files: %w", err)
	}
	return f, nil
}

// newID returns a new id. Nobody can guess it, and it is never used again.
func newID() inbox.FileID {
	var random [8]byte
	_, _ = rand.Read(random[:]) // it never fails: see crypto/rand
	return inbox.FileID(binary.BigEndian.Uint64(random[:])>>1 | 1<<61)
}

// place returns the path of a file.
func (f *Folder) place(id inbox.FileID) string {
	name := id.String()
	return filepath.Join(f.path, name[len(name)-2:], name)
}

// arrival is a file that arrives.
type arrival struct {
	*os.File
	hash hash.Hash
	size int64
}

// begin returns a new empty file for what arrives. It must be kept or dropped.
func (f *Folder) begin() (*arrival, error) {
	created, err := os.CreateTemp(filepath.Join(f.path, arriving), "") // with mode 0600
	if err != nil {
		return nil, fmt.Errorf("begin a file: %w", err)
	}
	return &arrival{File: created, hash: sha256.New()}, nil
}

// fill writes a content to a file that arrives. It fails with a *diskError if that is not because of the content.
func (a *arrival) fill(content io.Reader) (err error) {
	a.size, err = io.Copy(io.MultiWriter(disk{a.File}, a.hash), content)
	return err
}

// disk is a file in which a failure to write is told from a failure to read what is written.
type disk struct{ file *os.File }

// Write implements io.Writer.
func (d disk) Write(p []byte) (int, error) {
	n, err := d.file.Write(p)
	if err != nil {
		err = &diskError{err}
	}
	return n, err
}

type diskError struct{ error }

// drop removes a file that arrived, unless it is kept.
func (a *arrival) drop() {
	_ = a.Close()           // it may be closed already
	_ = os.Remove(a.Name()) // what is left is removed at the next start
}

// keep makes a file that has arrived durable under its id. The thumbnail, if there is one, is there before the file.
func (f *Folder) keep(id inbox.FileID, a *arrival, thumbnail []byte) error {
	folder := filepath.Dir(f.place(id))
	f.step("make the folder")
	if err := makeFolder(folder); err != nil {
		return err
	}
	if thumbnail != nil {
		small, err := f.begin()
		if err != nil {
			return err
		}
		defer small.drop()
		if _, err := small.Write(thumbnail); err != nil {
			return fmt.Errorf("write a thumbnail: %w", err)
		}
		f.step("move the thumbnail")
		if err := small.moveTo(f.place(id) + thumbnailSuffix); err != nil {
			return err
		}
	}
	f.step("move the file")
	if err := a.moveTo(f.place(id)); err != nil {
		return err
	}
	f.step("make the names durable")
	return syncPath(folder)
}

// moveTo makes the content of a file durable and moves it.
func (a *arrival) moveTo(path string) error {
	if err := errors.Join(a.Sync(), a.Close()); err != nil {
		return fmt.Errorf("make a file durable: %w", err)
	}
	return os.Rename(a.Name(), path)
}

// makeFolder makes a folder in another, durably, unless it is there.
func makeFolder(path string) error {
	err := os.Mkdir(path, 0o700)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("make a folder for files: %w", err)
	}
	return syncPath(filepath.Dir(path))
}

// syncPath makes a file, or the names in a folder, durable.
func syncPath(path string) error {
	opened, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(opened.Sync(), opened.Close())
}

// open opens a file, or its thumbnail.
func (f *Folder) open(id inbox.FileID, thumbnail bool) (*os.File, error) {
	path := f.place(id)
	if thumbnail {
		path += thumbnailSuffix
	}
	return os.Open(path)
}

// touch notes when a file, and its thumbnail, have lost their row.
func (f *Folder) touch(id inbox.FileID, at time.Time) error {
	for _, path := range []string{f.place(id), f.place(id) + thumbnailSuffix} {
		if err := os.Chtimes(path, at, at); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// remove removes a file and its thumbnail, if they are there.
func (f *Folder) remove(id inbox.FileID) error {
	var errs []error
	for _, path := range []string{f.place(id), f.place(id) + thumbnailSuffix} { // a thumbnail alone is found by a sweep too
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
