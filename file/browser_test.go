package file_test

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"sync"
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
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{site: newSite(t), links: map[string]string{}, contents: map[string][]byte{}, ran: map[string]bool{}, fetched: map[string]bool{},
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
	mux.HandleFunc("/visit", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(s.page()))
	})
	s.web = httptest.NewServer(mux)
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
	return page.String()
}

func TestNoScriptInAFileRunsInABrowser(t *testing.T) {
	at := slices.IndexFunc(browsers, func(name string) bool { _, err := exec.LookPath(name); return err == nil })
	if at < 0 {
		t.Skip("there is no Chromium; scripts/setup installs it")
	}
	s := newScene(t)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, browsers[at], "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-popup-blocking",
		"--user-data-dir="+t.TempDir(), "--virtual-time-budget=20000", "--dump-dom", s.web.URL+"/visit").Output()
	if err != nil {
		t.Fatalf("%s: %v", browsers[at], err)
	}
	if !strings.Contains(string(out), "<title>quiet</title>") {
		t.Errorf("the title of the page has changed: %.200s", out)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for name := range s.controlsServe {
		if !s.ran["control "+name] {
			t.Errorf("%s does not run where it may, so this test proves nothing about it", name)
		}
	}
	for name, link := range s.links {
		if s.ran[name] {
			t.Errorf("the script in %s ran", name)
		}
		if id := strings.Split(link, "/")[2]; !s.fetched[id] {
			t.Errorf("the browser has not asked for %s", name)
		}
	}
}
