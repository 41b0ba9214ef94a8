package transport_test

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/transport"
)

const desk, evil = "https://desk.example.com", "https://evil.example.com"

// newCookieServer starts a server that keeps tokens in cookies, and lets every page use it.
func newCookieServer(t *testing.T) *server {
	t.Helper()
	who := func(ctx context.Context) string { token, _ := ctx.Value(viewerKey{}).(string); return token }
	s := newServer(t, func(c *transport.Config) {
		c.CheckOrigin = transport.AllowOrigins(desk, "*")
		c.Cookies = transport.NewCookies("session", []string{desk, "*"})
		c.Account = who
	})
	s.schema.fields["hello"] = func(ctx context.Context, _ map[string]any) (any, error) { return cmp.Or(who(ctx), "world"), nil }
	return s
}

// kept returns the header with a token in the server's cookie.
func (s *server) kept(token string, more ...string) []string {
	_, port, _ := strings.Cut(s.Listener.Addr().String(), ":")
	return append([]string{"Cookie", "other=x; session_" + port + "=" + token}, more...)
}

func TestACookieCountsOnlyWithWhatAPageOfAnotherOriginCannotSend(t *testing.T) {
	s := newCookieServer(t)
	const post = `{"query":"{ hello }"}`
	get := urlOf("{ hello }", "")
	shown := func(more ...string) []string {
		return s.kept("alice", append([]string{"X-Foyer-Csrf", "1"}, more...)...)
	}
	for _, c := range []struct {
		behaviour string
		call      call
		who       string // world: a stranger; empty: refused
	}{
		{"the cookie alone", call{body: post, header: s.kept("alice")}, "world"},
		{"from an own page, without the header", call{body: post, header: s.kept("alice", "Origin", s.URL, "Sec-Fetch-Site", "same-origin")}, "world"},
		{"with the header", call{body: post, header: shown()}, "alice"},
		{"with the header, from an own page", call{body: post, header: shown("Origin", s.URL)}, "alice"},
		{"with the header, from a page that is named", call{body: post, header: shown("Origin", desk)}, "alice"},
		{"with the header, from one that may only because all may", call{body: post, header: shown("Origin", evil)}, "world"},
		{"with the header, from no page at all", call{body: post, header: shown("Origin", "null")}, "world"},
		{"GET", call{method: http.MethodGet, query: get, header: s.kept("alice")}, ""},
		{"GET from an own page", call{method: http.MethodGet, query: get, header: s.kept("alice", "Sec-Fetch-Site", "same-origin")}, ""},
		{"GET as JSON", call{method: http.MethodGet, query: get, header: s.kept("alice", "Content-Type", "application/json")}, "world"},
		{"GET with the header", call{method: http.MethodGet, query: get, header: shown()}, "alice"},
		{"a form", call{body: "query=%7Bhello%7D", header: s.kept("alice", "Content-Type", "application/x-www-form-urlencoded")}, ""},
		{"a form of plain text", call{body: post, header: s.kept("alice", "Content-Type", "text/plain", "Origin", evil)}, ""},
		{"another token by Authorization", call{body: post, header: shown("Authorization", "Bearer bob")}, "bob"},
		{"a token that is nobody's by Authorization", call{body: post, header: shown("Authorization", "Bearer bad")}, ""},
		{"a password of a proxy by Authorization", call{body: post, header: shown("Authorization", "Basic YWxpY2U6cHc=")}, "alice"},
		{"a cookie of another port", call{body: post, header: []string{"Cookie", "session_1=alice", "X-Foyer-Csrf", "1"}}, "world"},
		{"the name that is for TLS", call{body: post, header: []string{"Cookie", "__Host-session=alice", "X-Foyer-Csrf", "1"}}, "world"},
		{"a second one, which another host has added", call{body: post, header: []string{"X-Foyer-Csrf", "1", "Cookie", s.kept("alice")[1] + "; " + s.kept("bob")[1]}}, "world"},
		{"a session that is over", call{body: post, header: s.kept("ended", "X-Foyer-Csrf", "1")}, "world"},
		{"nonsense", call{body: post, header: s.kept("bad", "X-Foyer-Csrf", "1")}, "world"},
	} {
		t.Run(c.behaviour, func(t *testing.T) {
			response, body := c.call.send(t, s)
			want := `{"data":{"hello":"` + c.who + `"}}`
			if accepted := response.StatusCode == http.StatusOK; accepted != (c.who != "") || accepted && body != want {
				t.Errorf("got status %d and %s, want %q", response.StatusCode, body, c.who)
			}
		})
	}
}

func TestAnEventSourceIsKnownByItsCookieAndThePageThatItIsOn(t *testing.T) {
	s := newCookieServer(t)
	subscribed := urlOf(`subscription { ticks(count: 1) }`, "")
	for behaviour, c := range map[string]struct {
		header   []string
		accepted bool
	}{
		"an own page":                       {s.kept("alice", "Sec-Fetch-Site", "same-origin"), true},
		"a page that is named":              {s.kept("alice", "Sec-Fetch-Site", "same-site", "Origin", desk), true},
		"another page":                      {s.kept("alice", "Sec-Fetch-Site", "cross-site", "Origin", evil), false},
		"a page of another host, unnamed":   {s.kept("alice", "Sec-Fetch-Site", "same-site"), false},
		"a browser that does not say":       {s.kept("alice"), false},
		"without the cookie":                {[]string{"Sec-Fetch-Site", "same-origin"}, false},
		"the header, which scripts can add": {s.kept("alice", "X-Foyer-Csrf", "1"), true},
	} {
		t.Run(behaviour, func(t *testing.T) {
			c.header = append(c.header, "Accept", "text/event-stream")
			response, body := call{method: http.MethodGet, query: subscribed, header: c.header}.send(t, s)
			if accepted := response.StatusCode == http.StatusOK && strings.Contains(body, `"ticks":`); accepted != c.accepted {
				t.Errorf("got status %d: %s", response.StatusCode, body)
			}
		})
	}
	stream := s.kept("alice", "Sec-Fetch-Site", "same-origin", "Accept", "text/event-stream")
	call{name: "a query", method: http.MethodGet, query: urlOf("{ hello }", ""), header: stream, status: 400, code: "BAD_REQUEST"}.run(t, s)
	call{name: "a mutation", body: `{"query":"mutation { set(value: 3) }"}`, header: append(stream, "Origin", s.URL), status: 400, code: "BAD_REQUEST"}.run(t, s)
}

func TestAWebsocketIsKnownByItsCookieOnlyFromAPageThatIsNamed(t *testing.T) {
	s := newCookieServer(t)
	for behaviour, c := range map[string]struct {
		header  []string
		payload string
		want    string // who, or the code that closes it
	}{
		"an own page":                   {s.kept("alice", "Origin", s.URL), "", "alice"},
		"a page that is named":          {s.kept("alice", "Origin", desk), "", "alice"},
		"another page":                  {s.kept("alice", "Origin", evil), "", "4401"},
		"no page":                       {s.kept("alice"), "", "4401"},
		"the header without an origin":  {s.kept("alice", "X-Foyer-Csrf", "1"), "", "4401"},
		"another token by the header":   {s.kept("alice", "Origin", s.URL, "Authorization", "Bearer bob"), "", "bob"},
		"another token by the payload":  {s.kept("alice", "Origin", s.URL), `,"payload":{"authorization":"Bearer bob"}`, "bob"},
		"a session that is over":        {s.kept("ended", "Origin", s.URL), "", "4403"},
		"two cookies, one of them here": {[]string{"Origin", s.URL, "Cookie", s.kept("alice")[1] + "; " + s.kept("bob")[1]}, "", "4401"},
	} {
		t.Run(behaviour, func(t *testing.T) {
			client := s.dial(t, c.header...)
			client.send(`{"type":"connection_init"` + c.payload + `}`)
			if strings.HasPrefix(c.want, "44") {
				code := 4401
				if c.want == "4403" {
					code = 4403
				}
				client.expectClose(code)
				return
			}
			client.expect(`{"type":"connection_ack"}`)
			client.subscribe("1", `{ hello }`)
			client.expect(`{"id":"1","type":"next","payload":{"data":{"hello":"` + c.want + `"}}}`)
		})
	}
}

func TestOnlyPagesThatAreNamedMaySendCookies(t *testing.T) {
	s := newCookieServer(t)
	for origin, want := range map[string]string{desk: "true", s.URL: "true", evil: "", "null": ""} {
		for _, method := range []string{http.MethodPost, http.MethodOptions} {
			response, _ := call{method: method, body: `{"query":"{ hello }"}`, header: []string{"Origin", origin,
				"Access-Control-Request-Method", "POST"}}.send(t, s)
			if got := response.Header.Get("Access-Control-Allow-Credentials"); got != want {
				t.Errorf("%s from %s: Access-Control-Allow-Credentials is %q, want %q", method, origin, got, want)
			}
			if got := response.Header.Get("Access-Control-Allow-Origin"); got != origin {
				t.Errorf("%s from %s: Access-Control-Allow-Origin is %q", method, origin, got)
			}
		}
	}
}

func TestATokenIsKeptUntilItIsForgotten(t *testing.T) {
	s := newCookieServer(t)
	var lifetime time.Duration
	s.schema.fields["hello"] = func(ctx context.Context, _ map[string]any) (any, error) {
		if lifetime < 0 {
			transport.ForgetToken(ctx)
		} else {
			transport.KeepToken(ctx, "alice", lifetime)
		}
		return transport.KeptToken(ctx), nil
	}
	_, port, _ := strings.Cut(s.Listener.Addr().String(), ":")
	page := []string{"X-Foyer-Csrf", "1", "Origin", s.URL}
	for behaviour, c := range map[string]struct {
		lifetime time.Duration
		header   []string
		want     string
	}{
		"until the browser is closed":  {0, page, "session_" + port + "=alice; Path=/; HttpOnly; SameSite=Strict"},
		"for an hour":                  {time.Hour, page, "session_" + port + "=alice; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict"},
		"without the header":           {time.Hour, page[2:], ""},
		"without an origin":            {time.Hour, page[:2], ""},
		"for a page that is not named": {time.Hour, []string{"X-Foyer-Csrf", "1", "Origin", evil}, ""},
		"forgotten":                    {-1, s.kept("alice", page...), "session_" + port + "=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"},
		"forgotten without a cookie":   {-1, page, ""},
	} {
		t.Run(behaviour, func(t *testing.T) {
			lifetime = c.lifetime
			response, body := call{body: `{"query":"{ hello }"}`, header: c.header}.send(t, s)
			if got := response.Header.Get("Set-Cookie"); response.StatusCode != http.StatusOK || got != c.want {
				t.Errorf("got status %d and the cookie %q, want %q: %s", response.StatusCode, got, c.want, body)
			}
		})
	}
}

func TestBehindTLSTheCookieIsOneThatNoOtherHostCanSet(t *testing.T) {
	cookies := transport.NewCookies("session", nil, netip.MustParsePrefix("192.0.2.1/32"))
	for behaviour, c := range map[string]struct {
		peer, header, said, host, name string
	}{
		"no proxy":                         {"198.51.100.1:1", "", "", "desk.example.com:8080", "session_8080"},
		"no port":                          {"198.51.100.1:1", "", "", "desk.example.com", "session_80"},
		"IPv6":                             {"198.51.100.1:1", "", "", "[2001:db8::1]:8081", "session_8081"},
		"a port that is none":              {"198.51.100.1:1", "", "", "desk.example.com:a;b", "session_80"},
		"a trusted proxy":                  {"192.0.2.1:1", "X-Forwarded-Proto", "https", "desk.example.com", "__Host-session"},
		"a trusted proxy behind a proxy":   {"192.0.2.1:1", "X-Forwarded-Proto", "https, http", "desk.example.com", "__Host-session"},
		"a trusted proxy without TLS":      {"192.0.2.1:1", "X-Forwarded-Proto", "http", "desk.example.com:81", "session_81"},
		"by the standard's header":         {"192.0.2.1:1", "Forwarded", `for=198.51.100.1;Proto="https";by=x, for=y`, "desk.example.com", "__Host-session"},
		"without TLS by the same":          {"192.0.2.1:1", "Forwarded", `for=198.51.100.1;proto=http`, "desk.example.com", "session_80"},
		"what a client has made up itself": {"198.51.100.1:1", "X-Forwarded-Proto", "https", "desk.example.com:8080", "session_8080"},
	} {
		t.Run(behaviour, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/graphql", http.NoBody)
			r.RemoteAddr, r.Host = c.peer, c.host
			r.Header.Set("X-Foyer-Csrf", "1")
			if c.header != "" {
				r.Header.Set(c.header, c.said)
			}
			for _, name := range []string{"session_8080", "session_80", "session_8081", "session_81", "__Host-session", "session", "__host-session"} {
				r.Header.Set("Cookie", name+"=alice")
				if got := cookies.Token(r) == "alice"; got != (name == c.name) {
					t.Errorf("the cookie %s counts: %v", name, got)
				}
			}
			r.Header.Set("Cookie", c.name+"=alice")
			r.Header.Set("Origin", "http://"+c.host)
			if _, hidden := strings.CutPrefix(c.name, "__Host-"); c.host != "desk.example.com:a;b" && (cookies.Token(r) == "") != hidden {
				t.Errorf("a page of the host without TLS is known: %v", hidden)
			}
		})
	}
}

func TestWhatIsOnlyReadIsReadByTheCookieAlone(t *testing.T) {
	cookies := transport.NewCookies("session", []string{desk})
	for behaviour, c := range map[string]struct {
		method string
		header []string
		known  bool
	}{
		"a picture of an own page":               {http.MethodGet, []string{"Sec-Fetch-Site", "same-origin"}, true},
		"a link in the address bar":              {http.MethodGet, []string{"Sec-Fetch-Site", "none"}, true},
		"a browser that does not say":            {http.MethodGet, nil, true},
		"a page of another host of the domain":   {http.MethodGet, []string{"Sec-Fetch-Site", "same-site"}, false},
		"a page of elsewhere":                    {http.MethodGet, []string{"Sec-Fetch-Site", "cross-site"}, false},
		"a script of elsewhere":                  {http.MethodGet, []string{"Origin", evil}, false},
		"a script of a page that is named":       {http.MethodGet, []string{"Origin", desk}, true},
		"the same, with the header":              {http.MethodGet, []string{"Origin", desk, "Sec-Fetch-Site", "same-site", "X-Foyer-Csrf", "1"}, true},
		"a form of an own page":                  {http.MethodPost, []string{"Sec-Fetch-Site", "same-origin"}, false},
		"a script of an own page, with a header": {http.MethodPost, []string{"Sec-Fetch-Site", "same-origin", "X-Foyer-Csrf", "1"}, true},
	} {
		r := httptest.NewRequest(c.method, "/files/x", http.NoBody)
		r.Header.Set("Cookie", "session_80=alice")
		for pair := range slices.Chunk(c.header, 2) {
			r.Header.Set(pair[0], pair[1])
		}
		if known := cookies.TokenForReading(r) == "alice"; known != c.known {
			t.Errorf("%s is known: %v", behaviour, known)
		}
		if r.Header.Set("Authorization", "Bearer bob"); cookies.TokenForReading(r) != "bob" {
			t.Errorf("%s: Authorization does not come first", behaviour)
		}
	}
}

func TestTheAcknowledgementGreets(t *testing.T) {
	s := newServer(t, func(c *transport.Config) { c.Greeting = json.RawMessage(`{"server":{"build":"1"}}`) })
	c := s.dial(t)
	c.send(`{"type":"connection_init","payload":{"authorization":"Bearer alice"}}`)
	c.expect(`{"type":"connection_ack","payload":{"server":{"build":"1"}}}`)
}
