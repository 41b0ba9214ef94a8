package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"foyer/inbox"
	"foyer/store"
)

// unusedFileLifetime is how long a file stays that nothing uses.
const unusedFileLifetime = 24 * time.Hour

// FileLimits are how many bytes files may take. Zero stands for the default.
type FileLimits struct {
	Total  int64 // of all of them: 20 GiB
	Unused int64 // of those that one agent or API key has uploaded and nothing uses: 500 MiB
}

func (l FileLimits) withDefaults() FileLimits {
	return FileLimits{Total: cmp.Or(l.Total, 20<<30), Unused: cmp.Or(l.Unused, 500<<20)}
}

// AttachmentInput is a file to send with a message or to add to a note: exactly one of URL and FileID is given. A URL comes
// with what is known of the file; a file that was uploaded has its own name, type and size.
type AttachmentInput struct {
	URL      *inbox.URL    `json:"url,omitempty"`
	FileID   *inbox.FileID `json:"file,omitempty"`
	Name     *string       `json:"name,omitempty"`
	MimeType *string       `json:"mimeType,omitempty"`
	Bytes    *int32        `json:"bytes,omitempty"`
}

// attachments checks a list of attachments in an input.
func (l Limits) attachments(field string, given []AttachmentInput) error {
	if len(given) > l.Attachments {
		return inbox.Errorf(inbox.CodeLimitExceeded, field, "There may be at most {limit} attachments.",
			inbox.Named("limit", l.Attachments), inbox.Named("length", len(given)))
	}
	for i, a := range given {
		if err := l.attachment(fmt.Sprintf("%s.%d.", field, i), a); err != nil {
			return err
		}
	}
	return nil
}

// files checks how many files a list in an input has.
func (l Limits) files(field string, ids []inbox.FileID) error {
	if len(ids) > l.Attachments {
		return inbox.Errorf(inbox.CodeLimitExceeded, field, "There may be at most {limit} files.", inbox.Named("limit", l.Attachments))
	}
	return nil
}

func (l Limits) attachment(at string, a AttachmentInput) error {
	switch {
	case a.URL == nil && a.FileID == nil:
		return inbox.Errorf(inbox.CodeRequired, at+"url", "Give the URL of a file, or the fileId of one that was uploaded.")
	case a.URL != nil && a.FileID != nil:
		return inbox.Errorf(inbox.CodeInvalid, at+"fileId", "Give a url or a fileId, not both.")
	case a.FileID == nil:
	case a.Name != nil:
		return inbox.Errorf(inbox.CodeInvalid, at+"name", "A file that was uploaded has its own name. Leave this out.")
	case a.MimeType != nil:
		return inbox.Errorf(inbox.CodeInvalid, at+"mimeType", "A file that was uploaded has its own type. Leave this out.")
	case a.Bytes != nil:
		return inbox.Errorf(inbox.CodeInvalid, at+"bytes", "A file that was uploaded has its own size. Leave this out.")
	}
	if a.Bytes != nil && *a.Bytes < 0 {
		return inbox.Errorf(inbox.CodeInvalid, at+"bytes", "A size cannot be negative.")
	}
	return firstError(atMost(at+"name", a.Name, l.Name), atMost(at+"mimeType", a.MimeType, maxName))
}

// attached returns the attachments that an input asks for, as they are stored. Its files are those that the caller sees. It
// fails with NOT_FOUND.
func (w *work) attached(field string, given []AttachmentInput) ([]inbox.Attachment, error) {
	attachments := make([]inbox.Attachment, len(given))
	for i, a := range given {
		if a.URL != nil {
			attachments[i] = inbox.Attachment{URL: *a.URL, Name: a.Name, MimeType: a.MimeType, Bytes: a.Bytes}
			continue
		}
		f, err := w.visibleFile(*a.FileID, fmt.Sprintf("%s.%d.fileId", field, i))
		if err != nil {
			return nil, err
		}
		attachments[i] = inbox.Attachment{FileID: f.ID, Name: &f.Name, MimeType: &f.MimeType, Bytes: &f.Bytes}
	}
	return attachments, nil
}

// visibleFile loads a file that the caller sees, named in a field of the input. It fails with NOT_FOUND.
func (w *work) visibleFile(id inbox.FileID, field string) (*inbox.File, error) {
	r := &w.flushed().Reader
	seen, err := SeesFile(r, w.caller, id)
	if err != nil {
		return nil, err
	}
	if !seen {
		return nil, inbox.NotFound(field, "file")
	}
	return find(r.File, id, field, "file")
}

// checkFiles returns NOT_FOUND unless the caller sees each of the files, which are named in a list of the input.
func (w *work) checkFiles(ids []inbox.FileID, field string) error {
	for i, id := range ids {
		if _, err := w.visibleFile(id, fmt.Sprintf("%s.%d", field, i)); err != nil {
			return err
		}
	}
	return nil
}

// useFiles makes these files the ones that something uses; files that it used before and that are not among them are
// released. A file that nothing uses any more goes after a day. The files must exist: see checkFiles and attached.
func (w *work) useFiles(by inbox.FileUse, ids ...inbox.FileID) error {
	return w.tx.UseFiles(by, ids, w.now)
}

// SeesFile reports whether a caller sees a file, as of the transaction or snapshot.
func SeesFile(r *store.Reader, caller inbox.Caller, id inbox.FileID) (bool, error) {
	access, err := AccessOf(r, caller)
	if err != nil {
		return false, err
	}
	seen, err := r.VisibleFiles([]inbox.FileID{id}, caller.Actor, access)
	return len(seen) > 0, err
}

// FileAdd stores what is known of a file that the caller has uploaded. It fails with LIMIT_EXCEEDED.
func (e *Engine) FileAdd(ctx context.Context, caller inbox.Caller, f inbox.File) (*inbox.File, error) {
	return change(ctx, e, caller, func(w *work) (*inbox.File, error) {
		added := f
		added.Uploader, added.CreatedAt, added.UnusedSince = caller.Actor, w.now, &w.now
		tx := w.flushed()
		size := int64(f.Bytes)
		if f.ThumbnailBytes != nil {
			size += int64(*f.ThumbnailBytes)
		}
		if err := e.roomForFile(&tx.Reader, caller, size); err != nil {
			return nil, err
		}
		return &added, tx.InsertFile(&added)
	})
}

// FileRoom reports whether the caller may upload a file of this size, so that one that may not need not be read. It fails with
// LIMIT_EXCEEDED.
func (e *Engine) FileRoom(ctx context.Context, caller inbox.Caller, size int64) error {
	_, err := store.View(ctx, e.db, func(r *store.ReadTx) (struct{}, error) {
		return struct{}{}, e.roomForFile(&r.Reader, caller, size)
	})
	return outward(err)
}

func (e *Engine) roomForFile(r *store.Reader, caller inbox.Caller, size int64) error {
	total, err := r.FileTotal()
	if err != nil {
		return err
	}
	if total+size > e.files.Total {
		return inbox.Errorf(inbox.CodeLimitExceeded, "", "The workspace has no room for more files. Ask whoever runs the server for more.",
			inbox.Named("bytes", inbox.Bytes(e.files.Total)))
	}
	unused, err := r.UnusedBytes(caller.Actor)
	if err != nil {
		return err
	}
	if unused+size > e.files.Unused {
		return inbox.Errorf(inbox.CodeLimitExceeded, "", "You have uploaded many files that nothing uses. Send them, or wait a day until they are gone.",
			inbox.Named("bytes", inbox.Bytes(e.files.Unused)), inbox.Named("retryAfter", inbox.Duration(86400)))
	}
	return nil
}

// FileSeen returns a file that a caller sees, or nil.
func (e *Engine) FileSeen(ctx context.Context, caller inbox.Caller, id inbox.FileID) (*inbox.File, error) {
	return store.View(ctx, e.db, func(r *store.ReadTx) (*inbox.File, error) {
		if seen, err := SeesFile(&r.Reader, caller, id); err != nil || !seen {
			return nil, err
		}
		return r.File(id)
	})
}

// FileLinked returns the file that a signed link names, or nil if there is none, or if it has become one of notes alone since
// the link was made.
func (e *Engine) FileLinked(ctx context.Context, id inbox.FileID) (*inbox.File, error) {
	return store.View(ctx, e.db, func(r *store.ReadTx) (*inbox.File, error) {
		internal, err := r.InternalFiles([]inbox.FileID{id})
		if err != nil || len(internal) > 0 {
			return nil, err
		}
		return r.File(id)
	})
}

// FilesExpire deletes the rows of files that nothing has used for a day, and returns their ids: at most 100, so that it is
// to be called again while it returns any.
func (e *Engine) FilesExpire(ctx context.Context) ([]inbox.FileID, error) {
	return store.UpdateLater(ctx, e.db, func(tx *store.Tx) ([]inbox.FileID, error) {
		return tx.DeleteUnusedFiles(e.now().Add(-unusedFileLifetime), maxBatch)
	})
}

// FilesUnknown returns those of the ids that are no file's.
func (e *Engine) FilesUnknown(ctx context.Context, ids []inbox.FileID) ([]inbox.FileID, error) {
	return store.View(ctx, e.db, func(r *store.ReadTx) ([]inbox.FileID, error) {
		known, err := r.Files(ids)
		return slices.DeleteFunc(slices.Clone(ids), func(id inbox.FileID) bool {
			return slices.ContainsFunc(known, func(f *inbox.File) bool { return f.ID == id })
		}), err
	})
}
