package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// takeLock takes the lock that lets only one process at a time use a database: SQLite would let two write, and each would
// number events and count capacity as if it were alone. It writes the id of this process into the file, and fails at once if
// another process has the lock. Closing the file releases the lock, as the system does when the process ends, however it ends.
// The file stays: removing it could remove the lock of the next process.
func takeLock(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the database: %w", err)
	}
	if err := claim(file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

func claim(file *os.File) error {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		holder, _ := io.ReadAll(io.LimitReader(file, 20))
		return fmt.Errorf("another process uses the database: process %s; stop it first", strings.TrimSpace(string(holder)))
	}
	if err == nil {
		err = file.Truncate(0)
	}
	if err == nil {
		_, err = fmt.Fprintf(file, "%d\n", os.Getpid())
	}
	if err != nil {
		return fmt.Errorf("lock the database: %w", err)
	}
	return nil
}
