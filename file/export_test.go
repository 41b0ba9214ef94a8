package file

import (
	"bytes"
	"context"
	"io"
	"time"

	"foyer/inbox"
)

// Hurry sets in how much time a part of a body must come.
func (h *Handler) Hurry(window time.Duration) { h.window = window }

// Step sets the function that is called before each step of keeping a file.
func (f *Folder) Step(fn func(string)) { f.step = fn }

// Place returns the path of a file.
func (f *Folder) Place(id inbox.FileID) string { return f.place(id) }

// Orientation returns how an image is to be turned.
func Orientation(r io.Reader) int { return orientation(r) }

// TakeForm returns the name and the content of the only file in a form.
func TakeForm(body io.Reader, boundary string) (name, content string, err error) {
	sent, err := openForm(body, boundary)
	if err != nil {
		return "", "", err
	}
	read, err := io.ReadAll(sent)
	if err != nil {
		return "", "", err
	}
	return sent.name, string(read), sent.rest()
}

// Decode decodes an image the way uploads are.
func Decode(content []byte, kind string) error {
	_, err := newPictures().read(context.Background(), bytes.NewReader(content), kind)
	return err
}

// Needs returns how many bytes decoding an image is expected to take.
func Needs(content []byte, kind string) (int64, error) {
	n, err := needs[kind](bytes.NewReader(content), int64(len(content)))
	return n.bytes, err
}

// MaxDecoded is how many bytes decoding may take.
const MaxDecoded = maxDecoded
