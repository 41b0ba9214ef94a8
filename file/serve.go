package file

import (
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"time"

	"foyer/inbox"
)

// writeTime is how long the client may take to read a part of an answer.
const writeTime = 30 * time.Second

// serve answers GET /files/{id}/{name}. Whatever the reason why somebody does not get a file, the answer is the same.
func (h *Handler) serve(w http.ResponseWriter, r *http.Request, from string) *refusal {
	f, byLink, refused := h.find(w, r, from)
	if refused != nil {
		return refused
	}
	thumbnail := r.URL.Query().Get(paramSize) == sizeThumbnail
	if f == nil || thumbnail && f.ThumbnailBytes == nil {
		return notFound()
	}
	thumbnail = thumbnail && *f.ThumbnailBytes > 0 // otherwise the file is smaller than one
	opened, err := h.config.Folder.open(f.ID, thumbnail)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = errors.New("its row is there and the file is not; was it restored without its folder?")
		}
		h.config.Logger.ErrorContext(r.Context(), "serve a file", "file", f.ID, "error", err)
		return notFound()
	}
	defer func() { _ = opened.Close() }() // it was only read
	h.write(w, r, f, opened, thumbnail, byLink)
	return nil
}

func notFound() *refusal {
	return &refusal{http.StatusNotFound, string(inbox.CodeNotFound), "There is no such file, or the link has expired. Ask for a new one."}
}

// find returns the file that a request may have, or nil: by the signature of the link or, without a valid one, by who asks. byLink
// reports whether it is the link that lets the request in.
func (h *Handler) find(w http.ResponseWriter, r *http.Request, from string) (f *inbox.File, byLink bool, refused *refusal) {
	id := inbox.ID(r.PathValue("id")).File()
	link := h.config.Links.check(id, r.URL.Query())
	if link == linkValid {
		if !h.reads.Allow(from, 1) {
			return nil, false, rateLimited(w, "Too many files are asked for from here. Try again in a second.")
		}
		f, err := h.config.Library.FileLinked(r.Context(), id)
		if err != nil {
			return nil, false, h.fail(w, r, "find a file", err)
		}
		if f != nil {
			return f, true, nil
		}
	}
	caller, refused := h.authenticate(w, r, from, link)
	if refused != nil || caller == nil {
		return nil, false, refused
	}
	if !h.reads.Allow(accountOf(*caller), 1) {
		return nil, false, rateLimited(w, "You ask for too many files. Try again in a second.")
	}
	f, err := h.config.Library.FileSeen(r.Context(), *caller, id)
	if err != nil {
		return nil, false, h.fail(w, r, "find a file", err)
	}
	return f, false, nil
}

// authenticate returns who sends a request, or nil if that is nobody known. Strangers use up what their address may ask for, and
// take nothing from those whose token is valid. Whoever has a link that this server has signed is no stranger.
func (h *Handler) authenticate(w http.ResponseWriter, r *http.Request, from string, link linkState) (*inbox.Caller, *refusal) {
	caller, known, err := h.config.Authenticate(r)
	switch {
	case err != nil:
		return nil, h.fail(w, r, "authenticate", err)
	case known:
		return &caller, nil
	case link == linkNone && !h.strangers.Allow(from, 1):
		return nil, rateLimited(w, "This address sends too many requests without a valid token. Log in, or wait.")
	}
	return nil, nil
}

// write answers with the content of a file. A browser shows it only if it cannot run anything, and does not guess what else it
// might be.
func (h *Handler) write(w http.ResponseWriter, r *http.Request, f *inbox.File, content *os.File, thumbnail, byLink bool) {
	contentType, inline := served(f.MimeType)
	tag, disposition := f.ID.String(), "attachment"
	if inline {
		disposition = "inline"
	}
	if thumbnail {
		tag += thumbnailSuffix
		contentType = thumbnailType(content)
	}
	header := w.Header()
	header.Set("Content-Type", contentType)
	header.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": f.Name}))
	header.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "SAMEORIGIN")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Resource-Policy", resourcePolicy(byLink && h.config.Elsewhere))
	header.Set("Cache-Control", "private, no-cache") // who asks is checked each time
	if byLink {
		header.Set("Cache-Control", "private, max-age=3600, immutable")
	}
	header.Set("ETag", `"`+tag+`"`)
	http.ServeContent(&patient{w, http.NewResponseController(w)}, r, "", f.CreatedAt.Std(), content)
}

// resourcePolicy returns which pages may show a file: those of the server, or also those elsewhere.
func resourcePolicy(elsewhere bool) string {
	if elsewhere {
		return "cross-origin"
	}
	return "same-origin"
}

// thumbnailType returns the media type of a thumbnail.
func thumbnailType(content io.ReaderAt) string {
	var first [1]byte
	if _, err := content.ReadAt(first[:], 0); err == nil && first[0] == 0x89 {
		return "image/png"
	}
	return "image/jpeg"
}

// patient is a ResponseWriter for answers that may take longer than others, as long as the client reads them.
type patient struct {
	http.ResponseWriter
	control *http.ResponseController
}

// Write implements http.ResponseWriter.
func (p *patient) Write(content []byte) (int, error) {
	_ = p.control.SetWriteDeadline(time.Now().Add(writeTime)) // a connection that has none ends by itself
	return p.ResponseWriter.Write(content)
}
