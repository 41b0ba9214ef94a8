package file

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"time"
)

const (
	// maxParts is how many parts of a form there may be before the file, and maxHead how many bytes they may take.
	maxParts, maxHead = 16, 64 << 10
	// bodyPace is how many bytes must come in each window of bodyWindow, and maxUpload how long an upload may take.
	bodyPace   = 64 << 10
	bodyWindow = 15 * time.Second
	maxUpload  = 10 * time.Minute
)

var (
	errNoFile    = errors.New("no file in the form")
	errManyFiles = errors.New("more than one file in the form")
	errHead      = errors.New("too much before the file")
)

// content is what was sent: the file, and the name that its sender gives it.
type content struct {
	io.Reader
	name string
	// rest checks what follows the file.
	rest func() error
}

// open returns the content of a request.
func open(r *http.Request, body io.Reader) (content, error) {
	if kind, parameters, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "multipart/form-data" {
		return openForm(body, parameters["boundary"])
	}
	return content{Reader: body, name: nameOf(r), rest: func() error { return nil }}, nil
}

// nameOf returns the name that a request gives its body.
func nameOf(r *http.Request) string {
	if _, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Disposition")); err == nil && parameters["filename"] != "" {
		return parameters["filename"]
	}
	return r.URL.Query().Get("name")
}

// openForm returns the only file in a form. Parts without a file name are ignored.
func openForm(body io.Reader, boundary string) (content, error) {
	head := &limited{from: body, left: maxHead}
	form := multipart.NewReader(head, boundary)
	for range maxParts {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return content{}, errNoFile
		}
		if err != nil {
			return content{}, err
		}
		if part.FileName() == "" {
			continue
		}
		head.left = -1
		return content{Reader: part, name: part.FileName(), rest: func() error {
			head.left = maxHead
			return noFile(form)
		}}, nil
	}
	return content{}, errHead
}

// noFile fails if another file follows.
func noFile(form *multipart.Reader) error {
	for range maxParts {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if part.FileName() != "" {
			return errManyFiles
		}
	}
	return errHead
}

// limited fails once it has read a number of bytes. Below zero, nothing is limited.
type limited struct {
	from io.Reader
	left int
}

// Read implements io.Reader.
func (l *limited) Read(p []byte) (int, error) {
	if l.left == 0 {
		return 0, errHead
	}
	if l.left > 0 && len(p) > l.left {
		p = p[:l.left]
	}
	n, err := l.from.Read(p)
	if l.left > 0 {
		l.left -= n
	}
	return n, err
}

// paced ends a body that comes too slowly.
type paced struct {
	body    io.Reader
	control *http.ResponseController
	window  time.Duration
	end     time.Time // of the whole upload
	got     int       // in this window
}

func newPaced(w http.ResponseWriter, body io.Reader, window time.Duration) *paced {
	p := &paced{body: body, control: http.NewResponseController(w), window: window, end: time.Now().Add(maxUpload)}
	p.next()
	return p
}

// next begins a window.
func (p *paced) next() {
	window := time.Now().Add(p.window)
	if window.After(p.end) {
		window = p.end
	}
	p.got = 0
	_ = p.control.SetReadDeadline(window) // a connection that has none ends by itself
}

// Read implements io.Reader.
func (p *paced) Read(to []byte) (int, error) {
	n, err := p.body.Read(to)
	if p.got += n; p.got >= bodyPace && err == nil {
		p.next()
	}
	return n, err
}

// tooSlow reports whether reading failed because its time was over.
func tooSlow(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }
