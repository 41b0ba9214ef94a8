package transport_test

import (
	"net/http"
	"strings"
	"testing"

	"foyer/transport"
)

func TestPagesOfAllowedOriginsMayReadTheAnswers(t *testing.T) {
	s := newServer(t, func(c *transport.Config) { c.CheckOrigin = transport.AllowOrigins("https://desk.example.com") })
	const hello = `{"query":"{ hello }"}`
	for _, c := range []struct {
		behaviour string
		call      call
		allowed   string
	}{
		{"no page", call{body: hello}, ""},
		{"an allowed origin", call{body: hello, header: []string{"Origin", "https://desk.example.com"}}, "https://desk.example.com"},
		{"another origin", call{body: hello, header: []string{"Origin", "https://evil.example.com"}}, ""},
		{"the server's own", call{body: hello, header: []string{"Origin", s.URL}}, s.URL},
		{"one that asks first", call{method: http.MethodOptions, header: []string{"Origin", "https://desk.example.com",
			"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type"}}, "https://desk.example.com"},
		{"another that asks first", call{method: http.MethodOptions, header: []string{"Origin", "https://evil.example.com",
			"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type"}}, ""},
		{"OPTIONS that ask nothing", call{method: http.MethodOptions, header: []string{"Origin", "https://desk.example.com"}}, "https://desk.example.com"},
	} {
		t.Run(c.behaviour, func(t *testing.T) {
			response, body := c.call.send(t, s)
			if got := response.Header.Get("Access-Control-Allow-Origin"); got != c.allowed {
				t.Errorf("%q may read the answer, want %q", got, c.allowed)
			}
			if response.Header.Get("Access-Control-Allow-Credentials") != "" {
				t.Error("cookies are allowed")
			}
			if varies := response.Header.Values("Vary"); len(varies) != 1 || !strings.HasPrefix(varies[0], "Origin, ") {
				t.Errorf("the answer varies by %q", response.Header.Values("Vary"))
			}
			preflight := c.behaviour == "one that asks first"
			want := http.StatusOK
			switch {
			case preflight:
				want = http.StatusNoContent
			case c.call.method == http.MethodOptions:
				want = http.StatusMethodNotAllowed
			}
			if response.StatusCode != want {
				t.Errorf("got status %d, want %d: %s", response.StatusCode, want, body)
			}
			if got := response.Header.Get("Access-Control-Allow-Headers"); preflight != (got == "authorization,content-type") {
				t.Errorf("the headers %q may be sent", got)
			}
			if exposed := response.Header.Get("Access-Control-Expose-Headers") != ""; exposed != (c.allowed != "" && !preflight) {
				t.Errorf("the headers %q may be read", response.Header.Get("Access-Control-Expose-Headers"))
			}
		})
	}
	f := s.open(t, subscription(`subscription { ticks(count: 1) }`, "Origin", "https://desk.example.com"))
	if got := f.response.Header.Get("Access-Control-Allow-Origin"); got != "https://desk.example.com" {
		t.Errorf("%q may follow an event stream", got)
	}
	_ = f.rest()
}
