package e2e_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// answer is an HTTP response to a request.
type answer struct {
	status int
	codes  []string
	body   string
}

// post sends a body unchanged.
func (s *server) post(token, body string, header http.Header) answer {
	s.Helper()
	return s.request(http.MethodPost, "", token, body, header)
}

// request sends a request unchanged. The header replaces what a client would send.
func (s *server) request(method, query, token, body string, header http.Header) answer {
	s.Helper()
	request, err := http.NewRequestWithContext(s.Context(), method, s.url+"/graphql"+query, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	request.Header.Set("Accept", "application/graphql-response+json")
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	maps.Copy(request.Header, header)
	transport := &http.Transport{DisableKeepAlives: true}
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		s.Fatal(err)
	}
	content, err := io.ReadAll(response.Body)
	if err != nil {
		s.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		s.Fatal(err)
	}
	var decoded struct {
		Errors []struct{ Extensions struct{ Code string } }
	}
	_ = json.Unmarshal(content, &decoded) // a body that is not JSON has no codes
	got := answer{status: response.StatusCode, body: string(content)}
	for _, e := range decoded.Errors {
		got.codes = append(got.codes, e.Extensions.Code)
	}
	return got
}

// asked is the body of a request.
func asked(query string, variables object) string {
	return text(object{"query": query, "variables": variables})
}

func TestRequestsThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	receive := `mutation($input: MessageReceiveInput!) { messageReceive(input: $input) { userErrors { code } } }`
	send := `mutation($input: MessageSendInput!) { messageSend(input: $input) { userErrors { code } } }`
	reply := func(parts object) object {
		return object{"input": with(object{"conversationId": o.sales.Conversation.ID}, parts)}
	}
	message := func(parts object) object { return object{"input": with(o.incoming("new", "", "Hi"), parts)} }
	inline := func(input string) string {
		return asked(`mutation { messageSend(input: `+input+`) { userErrors { code } } }`, nil)
	}
	list := func(arguments string) string {
		return asked(`{ conversations(`+arguments+`) { nodes { id } } }`, nil)
	}
	deep := func(last string) string {
		return asked(`{ conversations(first: 1) { nodes { assignee { teams { queue(first: 1) { nodes { contact { owner { teams {
			queue(first: 1) { nodes { `+last+` } } } } } } } } } } } }`, nil)
	}
	aliases := func(n int) string {
		var b strings.Builder
		for i := range n {
			_, _ = fmt.Fprintf(&b, "a%d: head ", i)
		}
		return asked("{ "+b.String()+"}", nil)
	}
	db := database(t, o.server.database, "mode=ro")
	before := dump(t, db)
	for what, c := range map[string]struct {
		body   string
		status int
		code   string // empty if it succeeds
	}{
		"nothing":                       {"", 400, "BAD_REQUEST"},
		"no JSON":                       {"{", 400, "BAD_REQUEST"},
		"a text":                        {`"{ head }"`, 400, "BAD_REQUEST"},
		"a batch":                       {`[{"query": "{ head }"}]`, 400, "BAD_REQUEST"},
		"no query":                      {`{}`, 400, "BAD_REQUEST"},
		"a number as query":             {`{"query": 7}`, 400, "BAD_REQUEST"},
		"variables that are a list":     {`{"query": "{ head }", "variables": []}`, 400, "BAD_REQUEST"},
		"another encoding":              {"{\"query\": \"{ head }\xff\"}", 400, "BAD_REQUEST"},
		"a syntax error":                {asked("{ head", nil), 400, "BAD_REQUEST"},
		"an unknown field":              {asked("{ tail }", nil), 400, "VALIDATION_FAILED"},
		"an unknown mutation":           {asked("mutation { conversationReopen { id } }", nil), 400, "VALIDATION_FAILED"},
		"two operations, none named":    {asked("query A { head } query B { head }", nil), 400, "VALIDATION_FAILED"},
		"a subscription":                {asked("subscription { events { ... on StreamReady { cursor } } }", nil), 400, "BAD_REQUEST"},
		"a number as text":              {asked(send, reply(object{"text": 5})), 400, "VALIDATION_FAILED"},
		"a number as text, inline":      {inline(`{conversationId: "` + o.sales.Conversation.ID + `", text: 5}`), 400, "VALIDATION_FAILED"},
		"a missing part":                {asked(receive, object{"input": object{"channelId": o.channel()}}), 400, "VALIDATION_FAILED"},
		"an unknown part":               {asked(receive, message(object{"colour": "red"})), 400, "VALIDATION_FAILED"},
		"null where there must be":      {asked(receive, message(object{"contact": nil})), 400, "VALIDATION_FAILED"},
		"null as input":                 {asked(receive, object{"input": nil}), 400, "VALIDATION_FAILED"},
		"no variables":                  {asked(receive, nil), 400, "VALIDATION_FAILED"},
		"a list as contact":             {asked(receive, message(object{"contact": []int{1}})), 400, "VALIDATION_FAILED"},
		"an object as id":               {asked(receive, message(object{"channelId": object{}})), 400, "VALIDATION_FAILED"},
		"no URL":                        {asked(send, reply(object{"attachments": []object{{"url": "javascript:alert(1)"}}})), 200, "VALIDATION_FAILED"},
		"no time":                       {asked(`mutation { conversationSnooze(input: {conversationId: "x", until: "yesterday"}) { cursor } }`, nil), 200, "VALIDATION_FAILED"},
		"a large number":                {asked(send, reply(object{"attachments": []object{{"url": "https://example.com", "bytes": 1 << 40}}})), 200, "VALIDATION_FAILED"},
		"an unknown priority":           {asked(`mutation { conversationRoute(input: {conversationId: "x", priority: SOON}) { cursor } }`, nil), 400, "VALIDATION_FAILED"},
		"an unknown role":               {asked(`mutation($r: Role!) { apiKeyCreate(input: {name: "x", role: $r}) { secret } }`, object{"r": "KING"}), 400, "VALIDATION_FAILED"},
		"no duration":                   {asked(`mutation { channelCreate(input: {name: "New", kind: API, graceAfterClose: "soon"}) { channel { id } } }`, nil), 200, "VALIDATION_FAILED"},
		"a duration in months":          {asked(`mutation { channelCreate(input: {name: "New", kind: API, graceAfterClose: "P5M"}) { channel { id } } }`, nil), 200, "VALIDATION_FAILED"},
		"a query of 64 KiB":             {asked("{ head }"+strings.Repeat(" ", 64<<10-8), nil), 200, ""},
		"a longer query":                {asked("{ head }"+strings.Repeat(" ", 64<<10-7), nil), 400, "BAD_REQUEST"},
		"more than 1,000 tokens":        {asked("{ "+strings.Repeat("head ", 1000)+"}", nil), 400, "BAD_REQUEST"},
		"30 aliases":                    {aliases(30), 200, ""},
		"31 aliases":                    {aliases(31), 400, "QUERY_TOO_COMPLEX"},
		"12 deep":                       {deep("id"), 200, ""},
		"13 deep":                       {deep("contact { id }"), 400, "QUERY_TOO_COMPLEX"},
		"5,000 points and more":         {asked(`{ conversations(first: 100) { nodes { messages(first: 100) { nodes { id } } } } }`, nil), 400, "QUERY_TOO_COMPLEX"},
		"a page of 101":                 {list(`first: 101`), 200, "BAD_REQUEST"},
		"a page of less than none":      {list(`first: -1`), 200, "BAD_REQUEST"},
		"a cursor that is none":         {list(`after: "x!"`), 200, "BAD_REQUEST"},
		"a cursor of another list":      {list(`orderBy: NEWEST, after: "` + o.teamsCursor() + `"`), 200, "BAD_REQUEST"},
		"101 teams in a filter":         {list(`filter: {teamIds: [` + strings.Repeat(`"x" `, 101) + `]}`), 400, "BAD_REQUEST"},
		"both ends of a list":           {asked(`{ conversation(id: "`+o.sales.Conversation.ID+`") { messages(first: 1, last: 1) { nodes { id } } } }`, nil), 200, "BAD_REQUEST"},
		"more of a list than there may": {asked(`{ conversation(id: "`+o.sales.Conversation.ID+`") { messages(last: 101) { nodes { id } } } }`, nil), 200, "BAD_REQUEST"},
	} {
		t.Run(what, func(t *testing.T) {
			got := o.server.post(o.owner.token, c.body, nil)
			var want []string
			if c.code != "" {
				want = []string{c.code}
			}
			if got.status != c.status || !slices.Equal(slices.Compact(got.codes), want) {
				t.Errorf("answered %d %v: %.300s", got.status, got.codes, got.body)
			}
		})
	}
	unchanged(t, before, dump(t, db))
}

// teamsCursor returns a cursor of the list of teams.
func (o *office) teamsCursor() string {
	o.server.Helper()
	var answer struct {
		Teams struct{ PageInfo struct{ EndCursor string } }
	}
	o.owner.read(`{ teams(first: 1) { pageInfo { endCursor } } }`, nil, &answer)
	return answer.Teams.PageInfo.EndCursor
}

func TestRequestsInAnotherFormAreRefused(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	head := asked("{ head }", nil)
	mutation := "?query=" + url.QueryEscape(`mutation { teamCreate(input: {name: "New"}) { team { id } } }`)
	for what, c := range map[string]struct {
		method, query, body string
		header              http.Header
		want                int
	}{
		"a body of 1 MiB":               {http.MethodPost, "", head + strings.Repeat(" ", 1<<20-len(head)), nil, 200},
		"a larger body":                 {http.MethodPost, "", head + strings.Repeat(" ", 1<<20-len(head)+1), nil, 413},
		"a form":                        {http.MethodPost, "", head, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, 415},
		"plain text":                    {http.MethodPost, "", head, http.Header{"Content-Type": {"text/plain"}}, 415},
		"no content type":               {http.MethodPost, "", head, http.Header{"Content-Type": nil}, 415},
		"something else in answer":      {http.MethodPost, "", head, http.Header{"Accept": {"text/html"}}, 406},
		"JSON in answer":                {http.MethodPost, "", head, http.Header{"Accept": {"application/json"}}, 200},
		"another method":                {http.MethodPut, "", head, nil, 405},
		"a query in the URL":            {http.MethodGet, "?query=%7Bhead%7D", "", nil, 200},
		"a mutation in the URL":         {http.MethodGet, mutation, "", nil, 405},
		"what another page could forge": {http.MethodGet, "?query=%7Bhead%7D", "", http.Header{"Authorization": nil}, 400},
	} {
		t.Run(what, func(t *testing.T) {
			if got := s.request(c.method, c.query, s.owner.token, c.body, c.header); got.status != c.want {
				t.Errorf("answered %d, want %d: %.300s", got.status, c.want, got.body)
			}
		})
	}
	if n := len(everything[reference](s.owner, "teams", "", "id")); n != 0 {
		t.Errorf("%d teams were made", n)
	}
}

func TestTokensThatAreNoGoodAreRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := o.server
	revoked := s.makeKey("MANAGER")
	s.owner.do("apiKeyRevoke", object{"id": revoked.id}, "")
	fired := o.agent("bea")
	s.owner.do("agentUpdate", object{"id": fired.id, "disabled": true}, "")
	expired := o.agent("ana")

	s.stop() // a session lasts for two weeks
	db := database(t, s.database, "")
	changed, err := db.ExecContext(t.Context(), `UPDATE sessions SET expires_at = 1 WHERE created_at =
		(SELECT max(created_at) FROM sessions)`)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := changed.RowsAffected(); n != 1 || err != nil {
		t.Fatalf("%d sessions expired, %v", n, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s.start()

	before := dump(t, database(t, s.database, "mode=ro"))
	for what, token := range map[string]string{
		"none": "", "garbage": "garbage", "an unknown session": "fs_" + strings.Repeat("A", 43), "an unknown key": "fk_" + strings.Repeat("A", 43),
		"a part of one": s.owner.token[:20], "more than one": s.owner.token + "A", "revoked": revoked.token, "expired": expired.token,
		"of a disabled agent": fired.token,
	} {
		t.Run(what, func(t *testing.T) {
			for _, body := range []string{asked("{ head }", nil), asked(`mutation { teamCreate(input: {name: "New"}) { team { id } } }`, nil), asked("{ __schema { queryType { name } } }", nil)} {
				if got := s.post(token, body, nil); got.status != http.StatusUnauthorized || !slices.Equal(got.codes, []string{"UNAUTHENTICATED"}) {
					t.Errorf("%s is answered %d: %s", body, got.status, got.body)
				}
			}
			if token != "" {
				code := 4403 // as for a session that has ended
				if len(token) != len(s.owner.token) {
					code = 4401
				}
				s.as(token).subscribe("", nil).endsWithClose(code)
			}
		})
	}
	unchanged(t, before, dump(t, database(t, s.database, "mode=ro")))
}

func TestLogInsOnOneAccountAreLimited(t *testing.T) {
	t.Parallel()
	s := newServer(t, "--login-interval", "1h") // a short interval would let tries come back on a slow machine
	anybody := s.as("")
	var refused []string
	for range 15 {
		_, err := anybody.try("login", object{"email": "Victim@e2e.localhost", "password": "a guess"}, "")
		refused = append(refused, refusals(err)...)
	}
	if n := len(refused); n != 15 || refused[0] != "INVALID" || refused[n-1] != "LIMIT_EXCEEDED email" {
		t.Errorf("15 guesses are answered %v", refused)
	}
	s.login(ownerEmail, ownerPassword) // another account is not held up
}
