package file_test

import (
	"bytes"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// browsers are the names that Chromium goes by. Never written to.
var browsers = []string{"chromium", "chromium-browser", "google-chrome"}

// scene serves hostile files the way a front end shows them, and notes whose scripts have run.
type scene struct {
	*site
	links    map[string]string // by name
	contents map[string][]byte
	web      *httptest.Server

	mu            sync.Mutex
	ran, fetched  map[string]bool
	controlsServe map[string]string // types that run
	title         string            // of the page, once it and all that it shows are loaded
	news          chan struct{}     // has a value when the browser has asked for something
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{site: newSite(t), links: map[string]string{}, contents: map[string][]byte{}, ran: map[string]bool{}, fetched: map[string]bool{}, news: make(chan struct{}, 1),
		controlsServe: map[string]string{"page.png": "text/html", "page.html": "text/html", "drawing.svg": "image/svg+xml", "code.js": "text/javascript",
			"polyglot.js": "text/javascript", "polyglot.html": "text/html", "sheet.xml": "text/xml", "sound.html": "text/html"}}
	for name, test := range hostile() {
		if strings.HasPrefix(name, "bomb") {
			continue // it takes the browser long, and has no script
		}
		content := bytes.ReplaceAll(test.content, []byte("/ran'"), []byte("/ran/"+url.PathEscape(name)+"'"))
		up := s.post("olga", name, "image/png", content)
		s.links[name], s.contents[name] = up.URL, content
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/files/{id}/{name}", func(w http.ResponseWriter, r *http.Request) {
		s.note(s.fetched, r.PathValue("id"))
		s.handler.ServeHTTP(w, r)
	})
	mux.HandleFunc("/ran/{name}", func(w http.ResponseWriter, r *http.Request) { s.note(s.ran, r.PathValue("name")) })
	mux.HandleFunc("/control/{name}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", s.controlsServe[r.PathValue("name")])
		content := bytes.ReplaceAll(s.contents[r.PathValue("name")], []byte("/ran/"), []byte("/ran/control "))
		content = bytes.ReplaceAll(content, []byte("document.title='ran'"), []byte("0")) // the page is to keep its title
		_, _ = w.Write(content)
	})
	mux.HandleFunc("/done", func(_ http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.title = r.URL.Query().Get("title")
	})
	mux.HandleFunc("/visit", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(s.page()))
	})
	s.web = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r)
		select {
		case s.news <- struct{}{}:
		default:
		}
	}))
	t.Cleanup(s.web.Close)
	return s
}

func (s *scene) note(in map[string]bool, what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in[what] = true
}

// page is a page that opens each link in every way there is.
func (s *scene) page() string {
	var page strings.Builder
	page.WriteString("<!DOCTYPE html><title>quiet</title><body>")
	show := func(link string) {
		at := html.EscapeString(link)
		fmt.Fprintf(&page, `<iframe src="%s"></iframe><object data="%s"></object><embed src="%s"><img src="%s"><script src="%s"></script><link rel="stylesheet" href="%s"><audio src="%s"></audio><script>open(%q)</script>`,
			at, at, at, at, at, at, at, link)
	}
	for _, link := range s.links {
		show(link)
	}
	for name := range s.controlsServe {
		show("/control/" + url.PathEscape(name))
	}
	page.WriteString(`<script>addEventListener('load', () => fetch('/done?title=' + encodeURIComponent(document.title)))</script>`)
	return page.String()
}

// missing returns what the browser has yet to ask for. The controls stand behind the links, so once they have run the browser has
// dealt with the links.
func (s *scene) missing() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var missing []string
	if s.title == "" {
		missing = append(missing, "the page's end")
	}
	for name := range s.controlsServe {
		if !s.ran["control "+name] {
			missing = append(missing, name+", which may run")
		}
	}
	for name, link := range s.links {
		if !s.fetched[strings.Split(link, "/")[2]] {
			missing = append(missing, name)
		}
	}
	return missing
}

func TestNoScriptInAFileRunsInABrowser(t *testing.T) {
	at := slices.IndexFunc(browsers, func(name string) bool { _, err := exec.LookPath(name); return err == nil })
	if at < 0 {
		t.Skip("there is no Chromium; scripts/setup installs it")
	}
	s := newScene(t)
	browser := exec.Command(browsers[at], "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-popup-blocking",
		"--no-first-run", "--user-data-dir="+t.TempDir(), s.web.URL+"/visit")
	browser.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := browser.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = syscall.Kill(-browser.Process.Pid, syscall.SIGKILL) // with the processes that it has started
		_ = browser.Wait()
	}()
	for late := time.After(2 * time.Minute); len(s.missing()) > 0; {
		select {
		case <-s.news:
		case <-late:
			t.Fatalf("the browser has not asked for %v", s.missing())
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.title != "quiet" {
		t.Errorf("the title of the page is %q", s.title)
	}
	for name := range s.links {
		if s.ran[name] {
			t.Errorf("the script in %s ran", name)
		}
	}
}
