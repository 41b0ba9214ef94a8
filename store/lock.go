package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// lockFile lets only one process at a time use a database: SQLite would let two write, and each would number events and count
// capacity as if it were alone. The system releases the lock when the process ends, however it ends.
type lockFile struct{ file *os.File }

// takeLock takes the lock and writes the id of this process into the file. It fails at once if another process has the lock.
func takeLock(path string) (*lockFile, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the database: %w", err)
	}
	lock := &lockFile{file: file}
	if err := lock.claim(); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return lock, nil
}

func (l *lockFile) claim() error {
	err := syscall.Flock(int(l.file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		holder, _ := io.ReadAll(io.LimitReader(l.file, 20))
		return fmt.Errorf("another process uses the database: process %s; stop it first", strings.TrimSpace(string(holder)))
	}
	if err != nil {
		return fmt.Errorf("lock the database: %w", err)
	}
	if err := l.file.Truncate(0); err != nil {
		return fmt.Errorf("lock the database: %w", err)
	}
	if _, err := fmt.Fprintf(l.file, "%d\n", os.Getpid()); err != nil {
		return fmt.Errorf("lock the database: %w", err)
	}
	return nil
}

// release releases the lock. The file stays: removing it could remove the lock of the next process.
func (l *lockFile) release() error { return l.file.Close() }
