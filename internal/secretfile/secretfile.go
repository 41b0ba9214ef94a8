// Package secretfile keeps the secrets of an installation in files beside its database, and so out of copies of it: the
// key that the secrets of workflows are sealed with, and the password that was generated for an owner.
//
// It owns the names of the files and how they are written: readable by their owner alone, and whole or not at all.
package secretfile

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// PasswordPath returns the path of an owner's generated password.
func PasswordPath(database string) string { return database + ".owner-password" }

// WritePassword writes an owner's password to its file. A file or link of this name is replaced.
func WritePassword(database, password string) error {
	if err := create(PasswordPath(database), []byte(password+"\n"), os.Rename); err != nil {
		return fmt.Errorf("the file for the owner's password: %w", err)
	}
	return nil
}

// create writes a file beside path, down to the disk, and then lets name, os.Link or os.Rename, give it the name: a file
// that was half written when the machine stopped would lock its reader out.
func create(path string, text []byte, name func(from, to string) error) error {
	part := path + "." + rand.Text()[:8]
	err := write(part, text)
	if err == nil {
		err = name(part, path)
	}
	if left := os.Remove(part); left != nil && !errors.Is(left, fs.ErrNotExist) {
		err = errors.Join(err, left)
	}
	if err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// write writes a new file that only its owner can read. It fails if there is one.
func write(path string, text []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Sync(), file.Close())
}

// syncFolder makes the names in a folder durable.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
