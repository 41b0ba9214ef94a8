package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// lockFile keeps two processes off one database: SQLite would let both write, and each would believe that it alone
// numbers events and counts capacity. The system drops the lock when the process ends, however it ends.
type lockFile struct{ file *os.File }

// takeLock takes the lock and leaves the id of this process in the file. It fails at once where another holds it.
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

// release returns the lock back. The file stays: removing it could remove the lock of the next process.
func (l *lockFile) release() error { return l.file.Close() }
