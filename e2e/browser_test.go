package e2e_test

import (
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// page is a page in a browser, which keeps the cookies and sends them to wherever the page's requests go.
type page struct {
	testing.TB
	http.Client
	origin string
}

// newBrowser returns a page of a server's own in a browser without cookies.
func (s *server) newBrowser() *page {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.Fatal(err)
	}
	return &page{TB: s.TB, Client: http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}}, origin: s.url}
}

// at returns a page of another origin in the same browser.
func (p *page) at(origin string) *page { return &page{p.TB, p.Client, origin} }

// cookies returns what the browser would send to a server.
func (p *page) cookies(s *server) []*http.Cookie {
	p.Helper()
	u, err := url.Parse(s.url)
	if err != nil {
		p.Fatal(err)
	}
	return p.Jar.Cookies(u)
}

// asks sends a request to a server as scripts of the page can, and returns what the root fields are, and the errors' codes.
func (p *page) asks(s *server, query string, variables object) (data map[string]json.RawMessage, codes []string) {
	p.Helper()
	return p.sends(s, query, variables, http.Header{"X-Foyer-Csrf": {"1"}})
}

func (p *page) sends(s *server, query string, variables object, header http.Header) (data map[string]json.RawMessage, codes []string) {
	p.Helper()
	request, err := http.NewRequestWithContext(p.Context(), http.MethodPost, s.url+"/graphql", strings.NewReader(asked(query, variables)))
	if err != nil {
		p.Fatal(err)
	}
	request.Header = header.Clone()
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Origin", p.origin)
	request.Header.Set("User-Agent", "Mozilla/5.0 \u202e(test)\t"+strings.Repeat("x", 300))
	response, err := p.Do(request)
	if err != nil {
		p.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var decoded struct {
		Data   map[string]json.RawMessage
		Errors []struct{ Extensions struct{ Code string } }
	}
	if err := json.NewDecoder(response.Body).Decode(&decoded); err != nil {
		p.Fatalf("%s: %v", response.Status, err)
	}
	for _, e := range decoded.Errors {
		codes = append(codes, e.Extensions.Code)
	}
	return decoded.Data, codes
}

// logsIn has the browser keep a session, and returns the agent.
func (p *page) logsIn(s *server, email, password string) (agent reference) {
	p.Helper()
	data, codes := p.asks(s, `mutation($i: LoginInput!) { login(input: $i) { token agent { id name teams { name } } userErrors { message } } }`,
		object{"i": object{"email": email, "password": password, "cookie": true}})
	var in struct {
		Token      *string
		Agent      reference
		UserErrors []any
	}
	if err := json.Unmarshal(data["login"], &in); err != nil || len(codes) > 0 || in.Token != nil || len(in.UserErrors) > 0 {
		p.Fatalf("the log-in is answered %s, %v", data["login"], codes)
	}
	return in.Agent
}

// is expects that requests of the page are those of an agent, or of nobody if the id is empty.
func (p *page) is(s *server, id string) {
	p.Helper()
	data, codes := p.asks(s, `{ viewer { ... on Agent { id } } }`, nil)
	if known := strings.Contains(string(data["viewer"]), `"`+id+`"`); known != (id != "") || !known && text(codes) != `["UNAUTHENTICATED"]` {
		p.Errorf("the page is %s, %v; want %q", data["viewer"], codes, id)
	}
}

// opens opens a websocket, and returns its acknowledgement or the code that closed it, and what waits for its end.
func (p *page) opens(s *server) (ack string, code int, ended func() int) {
	p.Helper()
	dialer := websocket.Dialer{Jar: p.Jar, Subprotocols: []string{"graphql-transport-ws"}}
	socket, response, err := dialer.DialContext(p.Context(), "ws"+strings.TrimPrefix(s.url, "http")+"/graphql", http.Header{"Origin": {p.origin}})
	if err != nil {
		return "", response.StatusCode, nil
	}
	_ = response.Body.Close()
	p.Cleanup(func() { _ = socket.Close() })
	read := func() (string, int) {
		_ = socket.SetReadDeadline(time.Now().Add(time.Minute))
		_, message, err := socket.ReadMessage()
		if closed, ok := err.(*websocket.CloseError); ok { //nolint:errorlint // gorilla returns it unwrapped
			return "", closed.Code
		} else if err != nil {
			p.Fatal(err)
		}
		return string(message), 0
	}
	if err := socket.WriteMessage(websocket.TextMessage, []byte(`{"type":"connection_init"}`)); err != nil {
		p.Fatal(err)
	}
	ack, code = read()
	return ack, code, func() int { _, code := read(); return code }
}

func TestABrowserIsLoggedInByItsCookie(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	own := s.newBrowser()
	own.is(s, "")
	owner := own.logsIn(s, ownerEmail, ownerPassword)
	own.is(s, owner.ID)
	data, _ := own.asks(s, `{ server { version build } }`, nil)
	ack, _, ended := own.opens(s)
	if want := `{"type":"connection_ack","payload":{"server":` + string(data["server"]) + `}}`; ack != want {
		t.Errorf("got %s, want %s", ack, want)
	}
	if data, codes := own.asks(s, `mutation { logout(input: {}) { userErrors { code } } }`, nil); len(codes) > 0 {
		t.Fatal(data, codes)
	}
	if code := ended(); code != 4403 {
		t.Errorf("the socket of an ended session is closed with %d", code)
	}
	own.is(s, "")
	for _, kept := range own.cookies(s) {
		t.Errorf("after the log-out there is a cookie %s", kept.Name)
	}
	if _, code, _ := own.opens(s); code != 4401 {
		t.Errorf("without a session a socket is closed with %d", code)
	}
}

func TestPagesOfOtherOriginsDoNothingByTheCookie(t *testing.T) {
	t.Parallel()
	s := newServer(t, "--allow-origin", "https://desk.example.com", "--allow-origin", "*")
	own := s.newBrowser()
	owner := own.logsIn(s, ownerEmail, ownerPassword)
	desk, evil := own.at("https://desk.example.com"), own.at("https://evil.example.com")
	desk.is(s, owner.ID)
	if _, code, _ := desk.opens(s); code != 0 {
		t.Errorf("the socket of a page that is named is closed with %d", code)
	}
	evil.is(s, "")
	if _, code, _ := evil.opens(s); code != 4401 {
		t.Errorf("the socket of a page that is not named is closed with %d", code)
	}
	create := `mutation { teamCreate(input: {name: "Forged"}) { userErrors { code } } }`
	if _, codes := own.sends(s, create, nil, http.Header{}); text(codes) != `["UNAUTHENTICATED"]` {
		t.Errorf("without the header: %v", codes)
	}
	for what, header := range map[string]http.Header{"a form": {"Content-Type": {"text/plain"}}, "a form's fields": {"Content-Type": {"application/x-www-form-urlencoded"}}} {
		header.Set("Cookie", own.cookies(s)[0].String())
		if got := s.post("", asked(create, nil), header); got.status != http.StatusUnsupportedMediaType {
			t.Errorf("%s is answered %d: %s", what, got.status, got.body)
		}
	}
	login := object{"i": object{"email": ownerEmail, "password": ownerPassword, "cookie": true}}
	for what, send := range map[string]func(string, object) (map[string]json.RawMessage, []string){
		"another origin": func(q string, v object) (map[string]json.RawMessage, []string) { return evil.asks(s, q, v) },
		"without the header": func(q string, v object) (map[string]json.RawMessage, []string) {
			return own.sends(s, q, v, http.Header{})
		},
	} {
		data, _ := send(`mutation($i: LoginInput!) { login(input: $i) { token agent { id } userErrors { code field } } }`, login)
		if got := string(data["login"]); got != `{"token":null,"agent":null,"userErrors":[{"code":"INVALID","field":["cookie"]}]}` {
			t.Errorf("%s: a log-in is answered %s", what, got)
		}
	}
	own.is(s, owner.ID)
}

func TestALogInEndsTheSessionThatTheBrowserHadBefore(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	d := s.furnish(crew{name: "Support", agents: []string{"ana", "bea"}})
	ana, bea := d.Agents[emailOf("ana")], d.Agents[emailOf("bea")]
	own := s.newBrowser()
	if in := own.logsIn(s, emailOf("ana"), agentPassword); in.ID != ana {
		t.Errorf("logged in as %v", in)
	}
	watch := s.key.follow("", nil)
	_, _, ended := own.opens(s)
	s.key.do("presenceSet", object{"agentId": ana, "presence": "ONLINE"}, "")
	if in := own.logsIn(s, emailOf("bea"), agentPassword); in.ID != bea { // the answer is whole, although the session that asked for it ends
		t.Errorf("logged in as %v", in)
	}
	if code := ended(); code != 4403 {
		t.Errorf("the socket of the session before is closed with %d", code)
	}
	watch.becomes(ana, "OFFLINE")
	own.is(s, bea)
}

func TestTheLastOfTwoLogInsInARequestEndsTheFirst(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	own := s.newBrowser()
	own.logsIn(s, ownerEmail, ownerPassword) // strangers log in once in a request
	data, codes := own.asks(s, `mutation($i: LoginInput!) { one: login(input: $i) { agent { id } } two: login(input: $i) { agent { id } } }`,
		object{"i": object{"email": ownerEmail, "password": ownerPassword, "cookie": true}})
	if len(codes) > 0 {
		t.Fatal(data, codes)
	}
	data, _ = own.asks(s, `{ sessions { current userAgent } }`, nil)
	if n := strings.Count(string(data["sessions"]), "Mozilla"); n != 1 || !strings.Contains(string(data["sessions"]), `"current":true`) {
		t.Errorf("the browser has the sessions %s", data["sessions"])
	}
}

func TestALogInSaysThatAnotherServerOfTheHostHasSetItsCookie(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	own := s.newBrowser()
	owner := own.logsIn(s, ownerEmail, ownerPassword)
	u, err := url.Parse(s.url + "/graphql")
	if err != nil {
		t.Fatal(err)
	}
	name := own.cookies(s)[0].Name
	own.Jar.SetCookies(u, []*http.Cookie{{Name: name, Value: "foreign", Path: "/graphql"}})
	own.is(s, "")
	data, _ := own.asks(s, `mutation($i: LoginInput!) { login(input: $i) { agent { id } userErrors { code field message } } }`,
		object{"i": object{"email": ownerEmail, "password": ownerPassword, "cookie": true}})
	if got := string(data["login"]); !strings.HasPrefix(got, `{"agent":null,"userErrors":[{"code":"INVALID","field":["cookie"]`) || !strings.Contains(got, name) {
		t.Errorf("a log-in is answered %s", got)
	}
	own.Jar.SetCookies(u, []*http.Cookie{{Name: name, Path: "/graphql", MaxAge: -1}})
	own.is(s, owner.ID)
}

func TestSessionsAreListedAndEndedOneByOne(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	d := s.furnish(crew{name: "Support", agents: []string{"ana"}})
	ana := d.Agents[emailOf("ana")]
	laptop, phone := s.newBrowser(), s.newBrowser()
	laptop.logsIn(s, emailOf("ana"), agentPassword)
	phone.logsIn(s, emailOf("ana"), agentPassword)
	type session struct {
		ID                               string
		CreatedAt, LastUsedAt, ExpiresAt time.Time
		Current                          bool
		UserAgent, Address               string
	}
	list := func(p *page) (sessions []session) {
		t.Helper()
		data, codes := p.asks(s, `{ sessions { id createdAt lastUsedAt expiresAt current userAgent address } }`, nil)
		if err := json.Unmarshal(data["sessions"], &sessions); err != nil || len(codes) > 0 {
			t.Fatal(err, codes)
		}
		return sessions
	}
	sessions := list(laptop)
	if len(sessions) != 2 || sessions[0].Current || !sessions[1].Current || !list(phone)[0].Current {
		t.Fatalf("the sessions are %+v", sessions)
	}
	if got, want := sessions[0].UserAgent, "Mozilla/5.0 (test) "+strings.Repeat("x", 200-19)+"…"; got != want {
		t.Errorf("the user agent is %q, want %q", got, want)
	}
	if got := sessions[0]; got.Address != "127.0.0.1" || got.LastUsedAt.Before(got.CreatedAt) || got.ExpiresAt.Sub(got.LastUsedAt) != 14*24*time.Hour {
		t.Errorf("a session is %+v", got)
	}
	_, _, laptopEnded := laptop.opens(s)
	_, _, phoneEnded := phone.opens(s)
	watch := s.key.follow("", nil)
	s.key.do("presenceSet", object{"agentId": ana, "presence": "ONLINE"}, "")
	end := func(p *page, id string) {
		t.Helper()
		if data, codes := p.asks(s, `mutation($id: ID!) { sessionEnd(input: {id: $id}) { userErrors { code } } }`, object{"id": id}); len(codes) > 0 || strings.Contains(string(data["sessionEnd"]), "code") {
			t.Fatalf("%s, %v", data["sessionEnd"], codes)
		}
	}
	end(laptop, sessions[0].ID)
	if code := phoneEnded(); code != 4403 {
		t.Errorf("the socket of a session that was ended elsewhere is closed with %d", code)
	}
	phone.is(s, "")
	laptop.is(s, ana)
	if left := list(laptop); len(left) != 1 || left[0].ID != sessions[1].ID {
		t.Errorf("left are %+v", left)
	}
	end(laptop, sessions[1].ID)
	if code := laptopEnded(); code != 4403 {
		t.Errorf("the socket of the current session is closed with %d", code)
	}
	watch.becomes(ana, "OFFLINE")
	laptop.is(s, "")
	if kept := laptop.cookies(s); len(kept) > 0 {
		t.Errorf("the browser keeps %s", kept[0].Name)
	}
}

func TestTwoServersOnOneHostHaveSessionsOfTheirOwn(t *testing.T) {
	t.Parallel()
	one, two := newServer(t), newServer(t)
	browser := one.newBrowser()
	other := browser.at(two.url)
	inOne := browser.logsIn(one, ownerEmail, ownerPassword)
	other.is(two, "")
	other.logsIn(two, ownerEmail, ownerPassword)
	browser.is(one, inOne.ID)
	if _, codes := other.asks(two, `mutation { logout(input: {}) { userErrors { code } } }`, nil); len(codes) > 0 {
		t.Fatal(codes)
	}
	other.is(two, "")
	browser.is(one, inOne.ID)
}

func TestBehindAProxyWithTLSTheCookieIsForTLSAlone(t *testing.T) {
	t.Parallel()
	s := newServer(t, "--trusted-proxy", "127.0.0.1")
	own := s.newBrowser().at(strings.Replace(s.url, "http", "https", 1))
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	seen := &setCookies{CookieJar: jar}
	own.Jar = seen
	query := `mutation { login(input: {email: "` + ownerEmail + `", password: "` + ownerPassword + `", cookie: true, remember: true}) { userErrors { code } } }`
	if _, codes := own.sends(s, query, nil, http.Header{"X-Foyer-Csrf": {"1"}, "X-Forwarded-Proto": {"https"}}); len(codes) > 0 || len(seen.set) != 1 {
		t.Fatalf("%v, %v", codes, seen.set)
	}
	got := seen.set[0]
	if got.Name != "__Host-foyer_session" || !got.Secure || !got.HttpOnly || got.SameSite != http.SameSiteStrictMode || got.Path != "/" || got.Domain != "" ||
		got.MaxAge != int(90*24*time.Hour/time.Second) {
		t.Errorf("the cookie is %s", got)
	}
	cookie := http.Header{"Cookie": {got.Name + "=" + got.Value}, "X-Foyer-Csrf": {"1"}}
	if answer := s.post("", asked(`{ head }`, nil), cookie); answer.status != http.StatusUnauthorized {
		t.Errorf("without TLS the cookie counts: %d", answer.status)
	}
	cookie.Set("X-Forwarded-Proto", "https")
	if answer := s.post("", asked(`{ head }`, nil), cookie); answer.status != http.StatusOK {
		t.Errorf("got %d: %s", answer.status, answer.body)
	}
}

// setCookies is a jar that knows which cookies were set.
type setCookies struct {
	http.CookieJar
	set []*http.Cookie
}

// SetCookies implements http.CookieJar.
func (c *setCookies) SetCookies(_ *url.URL, cookies []*http.Cookie) {
	c.set = append(c.set, cookies...)
}
