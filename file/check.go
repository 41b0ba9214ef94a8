package file

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"foyer/inbox"
	"foyer/store"
)

// orphanAge is how old a file without a row is when it should have been removed: a sweep is due every hour.
const orphanAge = 24 * time.Hour

// Check compares the rows of files with a folder, and returns a sentence about each file that is missing, is not what was
// uploaded, or has no row. It fails if something cannot be read.
func Check(ctx context.Context, db *store.DB, folder string) (findings []string, err error) {
	f := &Folder{path: folder}
	find := func(format string, args ...any) { findings = append(findings, fmt.Sprintf(format, args...)) }
	known := make(map[inbox.FileID]bool)
	err = eachRow(ctx, db, func(row *inbox.File) error {
		known[row.ID] = true
		return f.check(row, find)
	})
	if err != nil {
		return findings, err
	}
	err = f.walk(func(id inbox.FileID, entry fs.DirEntry) error {
		info, err := entry.Info()
		if err == nil && !known[id] && time.Since(info.ModTime()) > orphanAge {
			find("%s in the folder of files has no row. The server removes it.", entry.Name())
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) && len(known) == 0 {
		err = nil // there has been no file yet
	}
	return findings, err
}

// eachRow calls fn for the row of each file.
func eachRow(ctx context.Context, db *store.DB, fn func(*inbox.File) error) error {
	for after := inbox.FileID(0); ; {
		rows, err := store.View(ctx, db, func(r *store.ReadTx) ([]*inbox.File, error) { return r.FileList(after, sweepPage) })
		if err != nil {
			return fmt.Errorf("read the rows of files: %w", err)
		}
		for _, row := range rows {
			if err := fn(row); err != nil {
				return err
			}
			after = row.ID
		}
		if len(rows) < sweepPage {
			return nil
		}
	}
}

// check compares a row with its file, and its thumbnail.
func (f *Folder) check(row *inbox.File, find func(string, ...any)) error {
	content, err := f.open(row.ID, false)
	if errors.Is(err, fs.ErrNotExist) {
		find("%s is not in the folder.", row.ID)
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }() // it was only read
	sum := sha256.New()
	n, err := io.Copy(sum, content)
	switch {
	case err != nil:
		return err
	case n != int64(row.Bytes):
		find("%s has %d bytes in the folder and %d by its row.", row.ID, n, row.Bytes)
	case hex.EncodeToString(sum.Sum(nil)) != hex.EncodeToString(row.SHA256):
		find("%s is not what was uploaded: its content has changed.", row.ID)
	}
	if row.ThumbnailBytes == nil || *row.ThumbnailBytes == 0 {
		return nil
	}
	info, err := os.Stat(f.place(row.ID) + thumbnailSuffix)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() != int64(*row.ThumbnailBytes) {
		find("%s has no thumbnail in the folder, or another one than its row says.", row.ID)
		return nil
	}
	return err
}
