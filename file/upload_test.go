package file_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/file"
	"foyer/inbox"
)

func TestAFileIsUploadedAsAFormOrAsItIs(t *testing.T) {
	s := newSite(t)
	content := noisyPNG(100, 200)
	for what, up := range map[string]uploaded{
		"a form": s.form("olga", "../pic\u202Egnp.png", content),
		"as it is": s.posted(s.request(http.MethodPost, "/files?name="+strings.Repeat("x", 8000)+"picgnp.png", "olga", bytes.NewReader(content),
			"Content-Type", "image/png", "Content-Disposition", `attachment; filename*=UTF-8''..%2Fpicgnp.png`)),
		"named in the URL": s.posted(s.request(http.MethodPost, "/files?name=%2e%2e%2fpicgnp.png%00", "olga", bytes.NewReader(content), "Content-Type", "text/html")),
	} {
		if up.status != http.StatusCreated || up.id == 0 || up.Name != "picgnp.png" || up.MimeType != "image/png" || up.Bytes != len(content) ||
			*up.Width != 100 || *up.Height != 200 || !strings.HasPrefix(up.URL, "/files/"+up.ID+"/picgnp.png?") || up.Thumbnail == nil {
			t.Errorf("%s: %+v", what, up)
		}
		row, err := s.FileSeen(t.Context(), s.callers["olga"], up.id)
		if err != nil || row == nil || row.Uploader != s.callers["olga"].Actor || row.UnusedSince == nil {
			t.Errorf("%s: %+v, %v", what, row, err)
		}
	}
	if got := len(s.stored()); got != 6 {
		t.Errorf("%d files are in the folder: %v", got, s.stored())
	}
}

func TestWhatIsNoUploadIsRefusedAndLeavesNothing(t *testing.T) {
	s := newSite(t)
	form := func(files int, before string) (io.Reader, string) {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		_ = w.WriteField("before", before)
		for range files {
			part, _ := w.CreateFormFile("file", "a.txt")
			_, _ = io.WriteString(part, "words")
		}
		_ = w.Close()
		return &b, w.FormDataContentType()
	}
	two, ofTwo := form(2, "")
	none, ofNone := form(0, "")
	long, ofLong := form(1, strings.Repeat("x", 200_000))
	for what, test := range map[string]struct {
		who, kind string
		body      io.Reader
		status    int
		code      string
		header    []string
	}{
		"nobody":              {"", "image/png", strings.NewReader("x"), 401, "UNAUTHENTICATED", nil},
		"an unknown token":    {"zoe", "image/png", strings.NewReader("x"), 401, "UNAUTHENTICATED", nil},
		"no type":             {"olga", "", strings.NewReader("x"), 415, "INVALID", nil},
		"a form of a page":    {"olga", "application/x-www-form-urlencoded", strings.NewReader("x"), 415, "INVALID", nil},
		"something zipped":    {"olga", "text/plain", strings.NewReader("x"), 415, "INVALID", []string{"Content-Encoding", "gzip"}},
		"nothing":             {"olga", "text/plain", http.NoBody, 400, "REQUIRED", nil},
		"a form without file": {"olga", ofNone, none, 400, "REQUIRED", nil},
		"two files":           {"olga", ofTwo, two, 400, "INVALID", nil},
		"much before it":      {"olga", ofLong, long, 400, "INVALID", nil},
		"half a form":         {"olga", "multipart/form-data; boundary=x", strings.NewReader("--x\r\nContent-Disposition: form-data; filename=a\r\n\r\nhalf"), 400, "INVALID", nil},
		"a form with no end":  {"olga", "multipart/form-data", strings.NewReader("x"), 400, "INVALID", nil},
		"a byte too many":     {"olga", "text/plain", bytes.NewReader(make([]byte, 1<<20+1)), 413, "LIMIT_EXCEEDED", nil},
		"much too much":       {"olga", "text/plain", bytes.NewReader(make([]byte, 2<<20)), 413, "LIMIT_EXCEEDED", nil},
		"of unknown length":   {"olga", "text/plain", io.MultiReader(bytes.NewReader(make([]byte, 1<<20+1))), 413, "LIMIT_EXCEEDED", nil},
	} {
		header := append([]string{"Content-Type", test.kind}, test.header...)
		up := s.posted(s.request(http.MethodPost, "/files", test.who, test.body, header...))
		if up.status != test.status || up.Error.Code != test.code || !strings.HasSuffix(up.Error.Message, ".") {
			t.Errorf("%s: %+v, want %d %s", what, up, test.status, test.code)
		}
	}
	if up := s.post("olga", "a", "text/plain", make([]byte, 1<<20)); up.status != http.StatusCreated {
		t.Errorf("the largest file: %+v", up)
	}
	if got := s.stored(); len(got) != 1 {
		t.Errorf("these are in the folder: %v", got)
	}
	if response, _ := s.request(http.MethodGet, "/files", "olga", nil); response.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("a GET without a file is answered with %d", response.StatusCode)
	}
}

func TestAnUploadWithoutRoomIsRefusedBeforeItIsRead(t *testing.T) {
	s := newSite(t, func(c *file.Config) { c.MaxBytes = 100 << 20 })
	read := false
	up := s.posted(s.request(http.MethodPost, "/files", "olga", io.MultiReader(strings.NewReader("x"), readerFunc(func([]byte) (int, error) {
		read = true
		return 0, io.EOF
	})), "Content-Type", "text/plain"))
	if up.status != http.StatusCreated || !read {
		t.Errorf("got %+v", up)
	}
	up = s.post("olga", "a", "text/plain", make([]byte, 65<<20)) // 64 MiB are allowed
	if up.status != http.StatusUnprocessableEntity || up.Error.Code != "LIMIT_EXCEEDED" || len(s.stored()) != 1 {
		t.Errorf("got %+v", up)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestABodyThatComesTooSlowlyIsEnded(t *testing.T) {
	s := newSite(t)
	s.handler.Hurry(50 * time.Millisecond)
	slow, writer := io.Pipe()
	defer func() { _ = writer.Close() }()
	go func() { _, _ = writer.Write(make([]byte, 100)) }() // and nothing more
	up := s.posted(s.request(http.MethodPost, "/files", "olga", slow, "Content-Type", "text/plain"))
	if up.status != http.StatusRequestTimeout || len(s.stored()) != 0 {
		t.Errorf("got %+v, and %v", up, s.stored())
	}
}

// watched is a Library that tells of each upload once it has its slot.
type watched struct {
	file.Library
	entered chan struct{}
}

func (w watched) FileRoom(ctx context.Context, caller inbox.Caller, size int64) error {
	w.entered <- struct{}{}
	return w.Library.FileRoom(ctx, caller, size)
}

func TestAnAccountUploadsFewFilesAtOnce(t *testing.T) {
	entered := make(chan struct{}, 100)
	s := newSite(t, func(c *file.Config) { c.Library = watched{c.Library, entered} })
	s.callers["ana"] = s.hire("Ana", inbox.RoleAgent)
	var under sync.WaitGroup
	var open []*io.PipeWriter
	for range 4 {
		body, writer := io.Pipe()
		open = append(open, writer)
		under.Go(func() {
			if up := s.posted(s.request(http.MethodPost, "/files", "olga", body, "Content-Type", "text/plain")); up.status != http.StatusCreated {
				t.Errorf("got %+v", up)
			}
		})
		<-entered
	}
	if up := s.post("olga", "a", "text/plain", []byte("x")); up.status != http.StatusTooManyRequests || up.Error.Code != "RATE_LIMITED" {
		t.Errorf("the fifth: %+v", up)
	}
	if up := s.post("ana", "a", "text/plain", []byte("x")); up.status != http.StatusCreated {
		t.Errorf("another agent's: %+v", up)
	}
	for _, writer := range open {
		_, err := io.WriteString(writer, "words")
		s.must(err)
		s.must(writer.Close())
	}
	under.Wait()
	if up := s.post("olga", "a", "text/plain", []byte("x")); up.status != http.StatusCreated {
		t.Errorf("once they have ended: %+v", up)
	}
}

func TestAnAccountUploadsOnlySoManyFilesAMinute(t *testing.T) {
	s := newSite(t)
	s.stands.Store(time.Now().Unix())
	for i := range 100 {
		if up := s.post("olga", "a", "text/plain", []byte("x")); up.status != http.StatusCreated {
			t.Fatalf("upload %d: %+v", i, up)
		}
	}
	if up := s.post("olga", "a", "text/plain", []byte("x")); up.status != http.StatusTooManyRequests || up.Error.Code != "RATE_LIMITED" {
		t.Errorf("one more: %+v", up)
	}
	s.stands.Add(60)
	if up := s.post("olga", "a", "text/plain", []byte("x")); up.status != http.StatusCreated {
		t.Errorf("a minute later: %+v", up)
	}
}

func FuzzFormsHoldAtMostOneFileWhateverIsSent(f *testing.F) {
	f.Add("x", "--x\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\nwords\r\n--x--\r\n")
	f.Add("x", "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nwords\r\n--x\r\nContent-Disposition: form-data; filename=\"..\\\\a\"\r\n\r\nx\r\n--x--")
	f.Add("", "--\r\n\r\n")
	f.Add("x", "--x\r\nContent-Disposition: form-data; filename=b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=41\r\n--x--")
	f.Fuzz(func(t *testing.T, boundary, body string) {
		name, content, err := file.TakeForm(strings.NewReader(body), boundary)
		if err != nil {
			return
		}
		form, readErr := multipart.NewReader(strings.NewReader(body), boundary).ReadForm(1 << 20)
		if readErr != nil {
			return // it is stricter about what is not the file
		}
		files := 0
		for _, headers := range form.File {
			for _, h := range headers {
				opened, _ := h.Open()
				want, _ := io.ReadAll(opened)
				if files++; string(want) != content || h.Filename != name {
					t.Errorf("%q is %q called %q, want %q called %q", body, content, name, want, h.Filename)
				}
			}
		}
		if files > 1 {
			t.Errorf("%q has %d files", body, files)
		}
	})
}
