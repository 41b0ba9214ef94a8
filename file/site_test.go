package file_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"foyer/engine"
	"foyer/file"
	"foyer/inbox"
	"foyer/store"
)

// site serves the files of a database. Callers send their name as token.
type site struct {
	*testing.T
	*engine.Engine
	path    string
	db      *store.DB
	folder  *file.Folder
	links   *file.Links
	handler *file.Handler
	sweeper *file.Sweeper
	server  *httptest.Server
	callers map[string]inbox.Caller
	ahead   atomic.Int64 // how far the clock is, in seconds
	stands  atomic.Int64 // where the clock stands still, in seconds; zero: it goes on
}

func (s *site) now() time.Time {
	if at := s.stands.Load(); at != 0 {
		return time.Unix(at, 0)
	}
	return time.Now().Add(time.Duration(s.ahead.Load()) * time.Second)
}

func newSite(t *testing.T, changes ...func(*file.Config)) *site {
	t.Helper()
	t.Parallel()
	s := &site{T: t, path: filepath.Join(t.TempDir(), "foyer.db"), callers: map[string]inbox.Caller{}}
	s.open(changes...)
	t.Cleanup(s.shut)
	s.callers["olga"] = s.hire("Olga", inbox.RoleOwner)
	return s
}

func (s *site) open(changes ...func(*file.Config)) {
	s.Helper()
	silent := slog.New(slog.DiscardHandler)
	db, err := store.Open(s.Context(), store.Options{Path: s.path, Logger: silent})
	s.must(err)
	s.db, s.Engine = db, engine.New(db, engine.Options{Clock: s.now, Logger: silent, Files: engine.FileLimits{Total: 64 << 20}})
	s.folder, err = file.OpenFolder(file.FolderOf(s.path))
	s.must(err)
	s.links = file.NewLinks([]byte("a key"), "", s.now)
	config := file.Config{Library: s.Engine, Folder: s.folder, Links: s.links, MaxBytes: 1 << 20, Clock: s.now, Logger: silent,
		ClientAddress: func(*http.Request) netip.Addr { return netip.MustParseAddr("192.0.2.1") },
		Authenticate: func(r *http.Request) (inbox.Caller, bool, error) {
			caller, known := s.callers[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
			return caller, known, nil
		}}
	for _, change := range changes {
		change(&config)
	}
	s.handler = file.New(config)
	s.sweeper = &file.Sweeper{Folder: s.folder, Rows: s.Engine, Clock: s.now, Logger: silent}
	mux := http.NewServeMux()
	mux.Handle("/files", s.handler)
	mux.Handle("/files/{id}/{name}", s.handler)
	s.server = httptest.NewServer(mux)
}

func (s *site) shut() {
	s.server.Close()
	s.must(s.db.Close())
}

func (s *site) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// hire adds an agent.
func (s *site) hire(name string, role inbox.Role) inbox.Caller {
	s.Helper()
	a := inbox.Agent{Name: name, Email: name + "@example.org", Role: role, Visibility: inbox.VisibilityAll, CreatedAt: s.Now(),
		LastActivityAt: s.Now(), PresenceSince: s.Now(), Presence: inbox.PresenceOffline}
	_, err := store.Update(s.Context(), s.db, func(tx *store.Tx) (struct{}, error) { return struct{}{}, tx.InsertAgent(&a, a.Email, "none") })
	s.must(err)
	return a.Caller()
}

// uploaded is the answer to an upload.
type uploaded struct {
	status        int
	id            inbox.FileID
	ID            string
	Name          string
	MimeType      string
	Bytes         int
	Width, Height *int
	URL           string
	Thumbnail     *string
	Error         struct{ Code, Message string }
}

// request sends a request as somebody, or nobody.
func (s *site) request(method, path, who string, body io.Reader, header ...string) (*http.Response, []byte) {
	s.Helper()
	request, err := http.NewRequestWithContext(s.Context(), method, s.server.URL+path, body)
	s.must(err)
	if who != "" {
		request.Header.Set("Authorization", "Bearer "+who)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := s.server.Client().Do(request)
	s.must(err)
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	s.must(err)
	return response, content
}

// post uploads a content as it is.
func (s *site) post(who, name, kind string, content []byte) uploaded {
	s.Helper()
	return s.posted(s.request(http.MethodPost, "/files", who, bytes.NewReader(content), "Content-Type", kind,
		"Content-Disposition", `attachment; filename="`+strings.ReplaceAll(name, `\`, `\\`)+`"`))
}

// form uploads a content as a form.
func (s *site) form(who, name string, content []byte) uploaded {
	s.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	s.must(form.WriteField("comment", "ignored"))
	part, err := form.CreateFormFile("file", name)
	s.must(err)
	_, err = part.Write(content)
	s.must(err)
	s.must(form.Close())
	return s.posted(s.request(http.MethodPost, "/files", who, &body, "Content-Type", form.FormDataContentType()))
}

func (s *site) posted(response *http.Response, answer []byte) uploaded {
	s.Helper()
	up := uploaded{status: response.StatusCode}
	if err := json.Unmarshal(answer, &up); err != nil || response.Header.Get("Content-Type") != "application/json; charset=utf-8" {
		s.Fatalf("the answer is not JSON: %q", answer)
	}
	up.id = inbox.ID(up.ID).File()
	return up
}

// stored returns the paths of the files in the folder, below it.
func (s *site) stored() []string {
	s.Helper()
	var found []string
	root := file.FolderOf(s.path)
	s.must(filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			found = append(found, strings.TrimPrefix(path, root+"/"))
			if info.Mode().Perm() != 0o600 {
				s.Errorf("%s has mode %v", path, info.Mode())
			}
		}
		return err
	}))
	return found
}
