package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"foyer/inbox"
)

const (
	// sweepInterval is how often what nobody needs is looked for.
	sweepInterval = time.Hour
	// sweepGrace is how long a file without a row stays. An upload is about to add the row; and a backup that has copied the
	// database may be about to copy the file of a row that has just been deleted.
	sweepGrace = time.Hour
	// sweepPage is how many files are compared with the rows at once.
	sweepPage = 500
)

// Rows are the rows of files. They are *engine.Engine.
type Rows interface {
	FilesExpire(ctx context.Context) ([]inbox.FileID, error)
	FilesUnknown(ctx context.Context, ids []inbox.FileID) ([]inbox.FileID, error)
}

// Sweeper removes files that nothing uses: their rows after a day, the files themselves an hour later, and whatever else has
// no row.
type Sweeper struct {
	Folder *Folder
	Rows   Rows
	Clock  func() time.Time
	Logger *slog.Logger
}

// Run sweeps now and every hour, until ctx ends.
func (s *Sweeper) Run(ctx context.Context) error {
	ticker := time.NewTicker(sweepInterval)
	defer ticker.Stop()
	for {
		if err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
			s.Logger.ErrorContext(ctx, "remove files that nothing uses", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

// Sweep removes what can be removed now.
func (s *Sweeper) Sweep(ctx context.Context) error {
	for {
		expired, err := s.Rows.FilesExpire(ctx)
		if err != nil {
			return fmt.Errorf("delete the rows of unused files: %w", err)
		}
		for _, id := range expired {
			if err := s.Folder.touch(id, s.Clock()); err != nil {
				return err
			}
		}
		if len(expired) == 0 {
			break
		}
	}
	var page []inbox.FileID
	err := s.Folder.walk(func(id inbox.FileID, entry fs.DirEntry) error {
		info, err := entry.Info()
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case s.Clock().Sub(info.ModTime()) < sweepGrace:
			return nil
		}
		if page = append(page, id); len(page) < sweepPage {
			return nil
		}
		err = s.removeUnknown(ctx, page)
		page = page[:0]
		return err
	})
	return errors.Join(err, s.removeUnknown(ctx, page))
}

func (s *Sweeper) removeUnknown(ctx context.Context, ids []inbox.FileID) error {
	unknown, err := s.Rows.FilesUnknown(ctx, ids)
	if err != nil {
		return err
	}
	for _, id := range unknown {
		if err := s.Folder.remove(id); err != nil {
			return err
		}
	}
	return nil
}

// walk calls fn for each file and each thumbnail, with the id of the file. Anything else is left alone.
func (f *Folder) walk(fn func(id inbox.FileID, entry fs.DirEntry) error) error {
	folders, err := os.ReadDir(f.path)
	if err != nil {
		return err
	}
	for _, folder := range folders {
		if !folder.IsDir() || folder.Name() == arriving {
			continue
		}
		entries, err := os.ReadDir(filepath.Join(f.path, folder.Name()))
		if err != nil {
			return err
		}
		for _, entry := range entries {
			id := inbox.ID(strings.TrimSuffix(entry.Name(), thumbnailSuffix)).File()
			if id == 0 || !entry.Type().IsRegular() {
				continue
			}
			if err := fn(id, entry); err != nil {
				return err
			}
		}
	}
	return nil
}
