package file

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"foyer/inbox"
	"foyer/store"
)

const (
	// formSlack is how many bytes a form may have besides the file.
	formSlack = maxHead + 64<<10
	// answerTime is how long answering may take once a file has arrived: its picture may wait for others.
	answerTime = time.Minute
	// maxPictureWait is how long the picture of a file may take, with the wait for others. After that the file is kept without.
	maxPictureWait = 30 * time.Second
)

// described is the answer to an upload: the fields of the API's File.
type described struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	MimeType  string     `json:"mimeType"`
	Bytes     int32      `json:"bytes"`
	Width     *int32     `json:"width"`
	Height    *int32     `json:"height"`
	URL       inbox.URL  `json:"url"`
	Thumbnail *inbox.URL `json:"thumbnail"`
}

// upload answers POST /files.
func (h *Handler) upload(w http.ResponseWriter, r *http.Request, from string) *refusal {
	caller, refused := h.authenticate(w, r, from, linkNone)
	if refused != nil {
		return refused
	}
	if caller == nil {
		return &refusal{http.StatusUnauthorized, "UNAUTHENTICATED", "Log in first, and send the token: Authorization: Bearer TOKEN."}
	}
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return &refusal{http.StatusUnsupportedMediaType, string(inbox.CodeInvalid), "The body must not be compressed."}
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind == "application/x-www-form-urlencoded" {
		return &refusal{http.StatusUnsupportedMediaType, string(inbox.CodeInvalid),
			"Send the file as the body with its Content-Type, or as multipart/form-data."}
	}
	if r.ContentLength > h.config.MaxBytes+formSlack {
		return h.tooLarge()
	}
	if !h.uploads.Allow(accountOf(*caller), 1) {
		return rateLimited(w, "You upload too many files. Try again in a second.")
	}
	entered, own := h.slots.enter(caller.Actor)
	switch {
	case own:
		return rateLimited(w, fmt.Sprintf("You may upload %d files at once. Wait for one to end.", maxOwnUploads))
	case !entered:
		w.Header().Set("Retry-After", "1")
		return &refusal{http.StatusServiceUnavailable, "OVERLOADED", "Others upload too many files now. Try again in a second."}
	}
	defer h.slots.leave(caller.Actor)
	if err := h.config.Library.FileRoom(r.Context(), *caller, max(0, min(r.ContentLength, h.config.MaxBytes))); err != nil {
		return h.fail(w, r, "look for room for a file", err)
	}
	return h.receive(w, r, from, *caller)
}

// receive takes the file of a request, and answers.
func (h *Handler) receive(w http.ResponseWriter, r *http.Request, from string, caller inbox.Caller) *refusal {
	arriving, err := h.config.Folder.begin()
	if err != nil {
		return h.fail(w, r, "receive a file", err)
	}
	defer arriving.drop()
	body := http.MaxBytesReader(w, r.Body, h.config.MaxBytes+formSlack)
	name, err := arriving.take(r, newPaced(w, body, h.window), h.config.MaxBytes)
	if err != nil {
		return h.broken(w, r, err)
	}
	// Those of the server have begun with the request, and that of the body would end the request while its picture is made.
	control, end := http.NewResponseController(w), time.Now().Add(answerTime)
	_, _ = control.SetReadDeadline(end), control.SetWriteDeadline(end)
	if again, refused := h.authenticate(w, r, from, linkNone); refused != nil || again == nil {
		// It took a while, and the session is over now.
		return cmp.Or(refused, &refusal{http.StatusUnauthorized, "UNAUTHENTICATED", "Your session has ended. Log in again."})
	}
	f, thumbnail, err := h.describe(r.Context(), arriving, name)
	if err != nil {
		return h.fail(w, r, "look at a file", err)
	}
	kept, err := h.store(r.Context(), caller, f, arriving, thumbnail)
	if err != nil {
		return h.fail(w, r, "keep a file", err)
	}
	h.config.Links.describe(w, kept)
	return nil
}

// take writes the file of a request, and returns the name that its sender gives it.
func (a *arrival) take(r *http.Request, body io.Reader, most int64) (name string, err error) {
	sent, err := open(r, body)
	if err != nil {
		return "", err
	}
	if err := a.fill(io.LimitReader(sent, most+1)); err != nil {
		return "", err
	}
	switch {
	case a.size > most:
		return "", &http.MaxBytesError{Limit: most}
	case a.size == 0:
		return "", errNoFile
	}
	return sent.name, sent.rest()
}

// broken returns the refusal of a request whose body could not be taken.
func (h *Handler) broken(w http.ResponseWriter, r *http.Request, err error) *refusal {
	invalid := func(status int, message string) *refusal { return &refusal{status, string(inbox.CodeInvalid), message} }
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return h.tooLarge()
	}
	switch {
	case tooSlow(err):
		return invalid(http.StatusRequestTimeout, "The file came too slowly. Try again on a faster connection.")
	case errors.Is(err, errNoFile):
		return &refusal{http.StatusBadRequest, string(inbox.CodeRequired), "There is no file, or it is empty."}
	case errors.Is(err, errManyFiles):
		return invalid(http.StatusBadRequest, "Send one file with each request.")
	case errors.Is(err, errHead):
		return invalid(http.StatusBadRequest, "There is too much besides the file.")
	}
	if _, local := errors.AsType[*diskError](err); local {
		return h.fail(w, r, "receive a file", err)
	}
	return invalid(http.StatusBadRequest, "The file did not arrive completely.")
}

func (h *Handler) tooLarge() *refusal {
	return &refusal{http.StatusRequestEntityTooLarge, string(inbox.CodeLimitExceeded),
		fmt.Sprintf("A file may have at most %s bytes.", inbox.Thousands(int(h.config.MaxBytes)))}
}

// describe returns what is known of a file that has arrived, and its thumbnail.
func (h *Handler) describe(ctx context.Context, a *arrival, name string) (f inbox.File, thumbnail []byte, err error) {
	f = inbox.File{ID: newID(), Name: CleanName(name), Bytes: int32(a.size), SHA256: a.hash.Sum(nil)}
	if _, err := a.Seek(0, io.SeekStart); err != nil {
		return f, nil, err
	}
	if f.MimeType, err = sniff(a); err != nil {
		return f, nil, err
	}
	t := shown[f.MimeType]
	f.Name = nameAs(f.Name, t)
	if !t.decodes {
		return f, nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, maxPictureWait)
	defer cancel()
	if seen, err := h.pictures.read(ctx, a, f.MimeType); err == nil { // otherwise it is kept like a file of any other type
		f.Width, f.Height = &seen.width, &seen.height
		thumbnail = seen.thumbnail
		if int64(len(thumbnail)) >= a.size { // the file itself is shown instead
			thumbnail = nil
		}
		f.ThumbnailBytes = new(int32(len(thumbnail)))
	}
	return f, thumbnail, nil
}

// store keeps a file and adds its row.
func (h *Handler) store(ctx context.Context, caller inbox.Caller, f inbox.File, a *arrival, thumbnail []byte) (*inbox.File, error) {
	if err := h.config.Folder.keep(f.ID, a, thumbnail); err != nil {
		return nil, errors.Join(err, h.config.Folder.remove(f.ID))
	}
	h.config.Folder.step("add the row")
	added, err := h.config.Library.FileAdd(ctx, caller, f)
	if err != nil && !errors.Is(err, store.ErrOutcomeUnknown) { // if it is unknown there may be a row; a sweep looks again
		return nil, errors.Join(err, h.config.Folder.remove(f.ID))
	}
	return added, err
}

// describe answers with what is known of a file.
func (l *Links) describe(w http.ResponseWriter, f *inbox.File) {
	said := described{ID: f.ID.String(), Name: f.Name, MimeType: f.MimeType, Bytes: f.Bytes, Width: f.Width, Height: f.Height,
		URL: l.Signed(f.ID, f.Name, LinkLifetime)}
	if f.ThumbnailBytes != nil {
		said.Thumbnail = new(l.SignedThumbnail(f.ID, f.Name, LinkLifetime))
	}
	answer(w, http.StatusCreated, said)
}
