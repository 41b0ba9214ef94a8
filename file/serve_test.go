package file_test

import (
	"bytes"
	"fmt"
	"image"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"foyer/file"
	"foyer/inbox"
)

func TestWhateverAFileSaysItIsItIsServedAsWhatItIs(t *testing.T) {
	s := newSite(t)
	for name, test := range hostile() {
		up := s.post("olga", name, "image/png", test.content)
		if up.status != http.StatusCreated || up.MimeType != test.kind || up.Bytes != len(test.content) {
			t.Errorf("%s: %+v, want %s", name, up, test.kind)
			continue
		}
		response, content := s.request(http.MethodGet, up.URL, "", nil)
		header, disposition, contentType := response.Header, "attachment", "application/octet-stream"
		if test.shown {
			disposition, contentType = "inline", test.kind
		}
		got, parameters, err := mime.ParseMediaType(header.Get("Content-Disposition"))
		if err != nil || got != disposition || parameters["filename"] != up.Name || !bytes.Equal(content, test.content) || response.StatusCode != http.StatusOK {
			t.Errorf("%s: %d %v, %d bytes", name, response.StatusCode, header, len(content))
		}
		for key, want := range map[string]string{"Content-Type": contentType, "X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=3600, immutable",
			"Content-Security-Policy": "sandbox; default-src 'none'", "Cross-Origin-Resource-Policy": "same-origin", "Accept-Ranges": "bytes"} {
			if header.Get(key) != want {
				t.Errorf("%s: %s is %q, want %q", name, key, header.Get(key), want)
			}
		}
		if test.shown && strings.HasSuffix(up.Name, ".html") || strings.HasSuffix(up.Name, ".js") && test.shown {
			t.Errorf("%s is shown and called %s", name, up.Name)
		}
	}
}

func TestImagesHaveASizeAndAThumbnail(t *testing.T) {
	s := newSite(t)
	for name, test := range map[string]struct {
		content       []byte
		width, height int
		small         image.Point
	}{
		"a PNG":                    {noisyPNG(700, 350), 700, 350, image.Pt(480, 240)},
		"a JPEG":                   {jpegImage(100, 50), 100, 50, image.Pt(100, 50)},
		"a thin one":               {noisyPNG(2000, 1), 2000, 1, image.Pt(480, 1)},
		"the first of a GIF":       {gifImage(20, 10), 20, 10, image.Pt(20, 10)},
		"WebP":                     {webpImage(), 1, 1, image.Pt(1, 1)},
		"turned by a quarter":      {turned(960, 480, 6), 480, 960, image.Pt(240, 480)},
		"upside down":              {turned(960, 480, 3), 960, 480, image.Pt(480, 240)},
		"one smaller than its own": {pngImage(960, 480), 960, 480, image.Pt(960, 480)},
		"a large one that is flat": {bomb(7000, 7000), 7000, 7000, image.Pt(480, 480)},
	} {
		up := s.post("olga", "a", "image/png", test.content)
		if up.Width == nil || *up.Width != test.width || *up.Height != test.height || up.Thumbnail == nil {
			t.Errorf("%s: %+v", name, up)
			continue
		}
		response, content := s.request(http.MethodGet, *up.Thumbnail, "", nil)
		small, kind, err := image.DecodeConfig(bytes.NewReader(content))
		if err != nil || small.Width != test.small.X || small.Height != test.small.Y || response.Header.Get("Content-Type") != "image/"+kind {
			t.Errorf("%s: the thumbnail is %v %+v, %v", name, response.Header, small, err)
		}
		if bytes.Contains(content, []byte("GPS")) || bytes.Contains(content, []byte("Exif")) {
			t.Errorf("%s: the thumbnail has what the image says of its place", name)
		}
	}
}

func TestWhatCannotBeDecodedIsKeptWithoutAThumbnail(t *testing.T) {
	s := newSite(t)
	for _, name := range []string{"bomb.png", "truncated.png", "truncated.jpg", "polyglot.js"} {
		up := s.form("olga", name, hostile()[name].content)
		if up.status != http.StatusCreated || up.Thumbnail != nil || up.Width != nil {
			t.Errorf("%s: %+v", name, up)
		}
		link := s.links.SignedThumbnail(up.id, up.Name, file.LinkLifetime)
		if response, _ := s.request(http.MethodGet, string(link), "", nil); response.StatusCode != http.StatusNotFound {
			t.Errorf("%s: its thumbnail is answered with %d", name, response.StatusCode)
		}
	}
}

func TestWhoeverMayNotHaveAFileGetsTheSameAnswer(t *testing.T) {
	s := newSite(t)
	s.callers["ana"] = s.hire("Ana", inbox.RoleAgent)
	up := s.post("olga", "a.png", "image/png", pngImage(10, 10))
	plain, _, _ := strings.Cut(up.URL, "?")
	query, err := url.ParseQuery(up.URL[len(plain)+1:])
	s.must(err)
	with := func(key, value string) string {
		changed := maps.Clone(query)
		changed.Set(key, value)
		return plain + "?" + changed.Encode()
	}
	_, want := s.request(http.MethodGet, "/files/fil_abc/x", "", nil)
	for what, request := range map[string]struct{ path, who string }{
		"nobody":                        {plain, ""},
		"an unknown token":              {plain, "zoe"},
		"another agent":                 {plain, "ana"},
		"another agent, thumbnail":      {plain + "?size=thumbnail", "ana"},
		"a later end":                   {with("expires", "99999999999"), ""},
		"another size":                  {with("size", "thumbnail"), ""},
		"no signature":                  {with("signature", ""), ""},
		"the link of another file":      {strings.Replace(up.URL, up.ID, "fil_2abc", 1), ""},
		"another agent, a file of none": {"/files/fil_2abc/x", "ana"},
		"its owner, a file of none":     {"/files/fil_2abc/x", "olga"},
		"what is no id":                 {"/files/con_1/x", "olga"},
	} {
		response, answer := s.request(http.MethodGet, request.path, request.who, nil)
		if response.StatusCode != http.StatusNotFound || !bytes.Equal(answer, want) {
			t.Errorf("%s: %d %s", what, response.StatusCode, answer)
		}
	}
	if response, _ := s.request(http.MethodGet, plain, "olga", nil); response.StatusCode != http.StatusOK || response.Header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("its uploader gets %d %v", response.StatusCode, response.Header)
	}
	if response, _ := s.request(http.MethodGet, up.URL, "", nil); response.StatusCode != http.StatusOK {
		t.Errorf("the link gets %d", response.StatusCode)
	}
	s.ahead.Add(71 * 60)
	if response, _ := s.request(http.MethodGet, up.URL, "", nil); response.StatusCode != http.StatusNotFound {
		t.Errorf("an old link gets %d", response.StatusCode)
	}
	if response, _ := s.request(http.MethodGet, up.URL, "olga", nil); response.StatusCode != http.StatusOK {
		t.Errorf("its uploader with an old link gets %d", response.StatusCode)
	}
}

func TestALinkIsTheSameForAWhileAndValidForAnHour(t *testing.T) {
	s := newSite(t)
	links := map[inbox.URL]bool{}
	for range 60 {
		links[s.links.Signed(7, "a b.png", file.LinkLifetime)] = true
		s.ahead.Add(60)
	}
	if len(links) < 6 || len(links) > 8 {
		t.Errorf("%d links in an hour", len(links))
	}
	for link := range links {
		if !strings.HasPrefix(string(link), "/files/fil_7/a%20b.png?expires=") {
			t.Errorf("got %s", link)
		}
	}
	based := file.NewLinks([]byte("k"), "https://desk.example.com/", s.now)
	if link := based.Plain(7, "a/../é?"); link != "https://desk.example.com/files/fil_7/a%2F..%2F%C3%A9%3F" {
		t.Errorf("got %s", link)
	}
}

func TestAFileIsServedInPartsAndNotAgain(t *testing.T) {
	s := newSite(t)
	content := []byte("0123456789")
	up := s.post("olga", "a.txt", "text/plain", content)
	whole, _ := s.request(http.MethodGet, up.URL, "", nil)
	tag := whole.Header.Get("ETag")
	if tag != fmt.Sprintf("%q", up.ID) {
		t.Errorf("the tag is %s", tag)
	}
	for _, test := range []struct {
		method string
		header []string
		status int
		want   string
	}{
		{http.MethodGet, []string{"Range", "bytes=2-4"}, http.StatusPartialContent, "234"},
		{http.MethodGet, []string{"Range", "bytes=-2", "If-Range", tag}, http.StatusPartialContent, "89"},
		{http.MethodGet, []string{"Range", "bytes=2-4", "If-Range", `"other"`}, http.StatusOK, "0123456789"},
		{http.MethodGet, []string{"Range", "bytes=20-"}, http.StatusRequestedRangeNotSatisfiable, "invalid range: failed to overlap\n"},
		{http.MethodGet, []string{"If-None-Match", tag}, http.StatusNotModified, ""},
		{http.MethodHead, nil, http.StatusOK, ""},
	} {
		response, got := s.request(test.method, up.URL, "", nil, test.header...)
		if response.StatusCode != test.status || string(got) != test.want {
			t.Errorf("%v: %d %q", test, response.StatusCode, got)
		}
	}
	for _, method := range []string{http.MethodPost, http.MethodDelete, http.MethodPut} {
		if response, _ := s.request(method, up.URL, "olga", nil); response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d %v", method, response.StatusCode, response.Header)
		}
	}
}

func TestPagesElsewhereShowFilesByLinksAlone(t *testing.T) {
	s := newSite(t, func(c *file.Config) { c.Elsewhere = true })
	up := s.post("olga", "a.png", "image/png", pngImage(10, 10))
	plain, _, _ := strings.Cut(up.URL, "?")
	for path, want := range map[string]string{up.URL: "cross-origin", plain: "same-origin"} {
		if response, _ := s.request(http.MethodGet, path, "olga", nil); response.Header.Get("Cross-Origin-Resource-Policy") != want {
			t.Errorf("%s: %v, want %s", path, response.Header, want)
		}
	}
}

func TestStrangersTakeNothingFromThoseWithATokenOrALink(t *testing.T) {
	s := newSite(t)
	s.stands.Store(time.Now().Unix())
	up := s.post("olga", "a.png", "image/png", pngImage(10, 10))
	plain, _, _ := strings.Cut(up.URL, "?")
	get := func(path, who string) int {
		response, _ := s.request(http.MethodGet, path, who, nil)
		return response.StatusCode
	}
	old := string(s.links.Signed(up.id, up.Name, -2*file.LinkLifetime))
	for range 200 { // who lost a page with old links is no stranger
		if got := get(old, ""); got != http.StatusNotFound {
			t.Fatalf("an old link gets %d", got)
		}
	}
	for i := range 110 {
		want := http.StatusNotFound
		if i >= 100 {
			want = http.StatusTooManyRequests
		}
		if got := get("/files/fil_abc/x", []string{"", "zoe"}[i%2]); got != want {
			t.Fatalf("stranger %d gets %d, want %d", i, got, want)
		}
	}
	for what, test := range map[string]struct {
		path, who string
		want      int
	}{
		"a token":                  {plain, "olga", http.StatusOK},
		"a link":                   {up.URL, "", http.StatusOK},
		"a link and a wrong token": {up.URL, "zoe", http.StatusOK},
		"an old link and a token":  {old, "olga", http.StatusOK},
		"an old link":              {old, "", http.StatusNotFound},
		"a link that is made up":   {plain + "?expires=1&signature=x", "", http.StatusTooManyRequests},
		"nothing":                  {plain, "", http.StatusTooManyRequests},
	} {
		if got := get(test.path, test.who); got != test.want {
			t.Errorf("%s gets %d, want %d", what, got, test.want)
		}
	}
	if up := s.post("olga", "a", "text/plain", []byte("x")); up.status != http.StatusCreated {
		t.Errorf("an upload gets %+v", up)
	}
}

func TestOnlyWhatALinkLetsInIsKeptAndShownElsewhere(t *testing.T) {
	s := newSite(t, func(c *file.Config) { c.Elsewhere = true })
	up := s.post("olga", "a.png", "image/png", pngImage(960, 480))
	noted := s.post("olga", "b.png", "image/png", pngImage(10, 10))
	s.use(noted.id)
	plain, _, _ := strings.Cut(up.URL, "?")
	for what, test := range map[string]struct {
		path string
		kept bool
	}{
		"a link":                     {up.URL, true},
		"no link":                    {plain, false},
		"a link that is made up":     {plain + "?signature=x", false},
		"one with a time":            {plain + "?expires=99999999999&signature=x", false},
		"another size than signed":   {up.URL + "&size=thumbnail", false},
		"an old link":                {string(s.links.Signed(up.id, up.Name, -2*file.LinkLifetime)), false},
		"the link of what is a note": {noted.URL, false},
	} {
		response, _ := s.request(http.MethodGet, test.path, "olga", nil)
		control, policy := "private, no-cache", "same-origin"
		if test.kept {
			control, policy = "private, max-age=3600, immutable", "cross-origin"
		}
		if h := response.Header; response.StatusCode != http.StatusOK || h.Get("Cache-Control") != control || h.Get("Cross-Origin-Resource-Policy") != policy {
			t.Errorf("%s: %d %v", what, response.StatusCode, response.Header)
		}
	}
}
