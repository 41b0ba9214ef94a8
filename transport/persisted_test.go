package transport_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"foyer/transport"
)

// persisted returns the value of extensions that names a query.
func persisted(query string) string { return persistedAs(digestOf(query)) }

func persistedAs(digest string) string {
	return `{"persistedQuery":{"version":1,"sha256Hash":"` + digest + `"}}`
}

func digestOf(query string) string {
	sum := sha256.Sum256([]byte(query))
	return hex.EncodeToString(sum[:])
}

// named returns a POST that names a query, and includes its text if full is
// set.
func named(query string, full bool) call {
	if full {
		return call{body: `{"query":` + quoted(query) + `,"extensions":` + persisted(query) + `}`, status: 200}
	}
	return call{body: `{"extensions":` + persisted(query) + `}`, status: 200}
}

// unknown is the answer to a query that nobody has sent before.
const unknown = `{"errors":[{"message":"PersistedQueryNotFound","extensions":{"code":"PERSISTED_QUERY_NOT_FOUND"}}]}`

func (c call) wants(body, code string) call {
	c.want, c.code = body, code
	return c
}

func TestPersistedQueriesAreRunByTheirDigest(t *testing.T) {
	const query, world = `{ hello }`, `{"data":{"hello":"world"}}`
	const notFound = "PERSISTED_QUERY_NOT_FOUND"
	s := newServer(t)
	get := call{method: "GET", query: url.Values{"extensions": {persisted(query)}}, header: []string{"Authorization", "Bearer alice"}, status: 200}
	modern := named(query, false)
	modern.header, modern.status = []string{"Accept", "application/graphql-response+json"}, 400
	modern.contentType = "application/graphql-response+json"

	named(query, false).wants(unknown, notFound).run(t, s)
	get.wants(unknown, notFound).run(t, s)
	modern.wants(unknown, notFound).run(t, s)
	named(query, true).wants(world, "").run(t, s)
	named(query, false).wants(world, "").run(t, s)
	get.wants(world, "").run(t, s)
	named(query+" ", false).wants(unknown, notFound).run(t, s)

	call{body: `{"extensions":` + persistedAs(strings.ToUpper(digestOf(query))) + `}`, status: 200, want: world}.run(t, s)
}

func TestPersistedQueriesTakeVariablesAndOperationNames(t *testing.T) {
	const query = `query A { hello } query B($t: String!) { echo(text: $t) }`
	s := newServer(t)
	call{body: `{"query":` + quoted(query) + `,"operationName":"A","extensions":` + persisted(query) + `}`,
		status: 200, want: `{"data":{"hello":"world"}}`}.run(t, s)
	call{body: `{"operationName":"B","variables":{"t":"x"},"extensions":` + persisted(query) + `}`,
		status: 200, want: `{"data":{"echo":"x"}}`}.run(t, s)
}

func TestPersistedQueriesAreSharedByAllTransports(t *testing.T) {
	const query = `subscription { ticks(count: 1) }`
	s := newServer(t)
	c := s.connect(t)
	subscribe := func(payload string) {
		t.Helper()
		c.send(`{"type":"subscribe","id":"1","payload":` + payload + `}`)
	}
	subscribe(named(query, false).body)
	c.expect(`{"id":"1","type":"error","payload":[{"message":"PersistedQueryNotFound","extensions":{"code":"PERSISTED_QUERY_NOT_FOUND"}}]}`)
	f := s.open(t, named(query, false))
	f.expect(unknown)
	f.expectComplete()

	subscribe(named(query, true).body)
	c.expect(`{"id":"1","type":"next","payload":{"data":{"ticks":0}}}`)
	c.expect(`{"id":"1","type":"complete"}`)
	subscribe(named(query, false).body)
	c.expect(`{"id":"1","type":"next","payload":{"data":{"ticks":0}}}`)
	c.expect(`{"id":"1","type":"complete"}`)
	f = s.open(t, named(query, false))
	f.expect(`{"data":{"ticks":0}}`)
	f.expectComplete()
}

func TestOnlyQueriesThatCanBeRunAreRemembered(t *testing.T) {
	s := newServer(t)
	for _, query := range []string{`{ nope }`, `{`, `{ ... @defer { hello } }`} {
		refused := named(query, true)
		_, body := refused.send(t, s)
		if firstCode(t, body) == "" {
			t.Errorf("%s was answered %s", query, body)
		}
		named(query, false).wants(unknown, "PERSISTED_QUERY_NOT_FOUND").run(t, s)
	}
}

func TestPersistedQueriesAreCheckedAgainstTheirDigest(t *testing.T) {
	s := newServer(t)
	call{body: `{"query":"{ hello }","extensions":` + persisted(`{ required }`) + `}`, status: 200, code: "BAD_REQUEST"}.run(t, s)
	named(`{ hello }`, false).wants(unknown, "PERSISTED_QUERY_NOT_FOUND").run(t, s)
	named(`{ required }`, false).wants(unknown, "PERSISTED_QUERY_NOT_FOUND").run(t, s)

	digest := strings.Repeat("0", 64)
	for _, extension := range []string{
		`1`, `[]`, `"x"`, `{}`,
		`{"sha256Hash":"` + digest + `"}`,
		`{"version":2,"sha256Hash":"` + digest + `"}`,
		`{"version":"1","sha256Hash":"` + digest + `"}`,
		`{"version":{},"sha256Hash":"` + digest + `"}`,
		`{"version":1}`,
		`{"version":1,"sha256Hash":1}`,
		`{"version":1,"sha256Hash":"` + digest[1:] + `"}`,
		`{"version":1,"sha256Hash":"` + digest + `00"}`,
		`{"version":1,"sha256Hash":"` + digest[1:] + `g"}`,
	} {
		call{body: `{"query":"{ hello }","extensions":{"persistedQuery":` + extension + `}}`, status: 400, code: "BAD_REQUEST"}.run(t, s)
		call{body: `{"extensions":{"persistedQuery":` + extension + `}}`, status: 400, code: "BAD_REQUEST"}.run(t, s)
	}
	call{body: `{"query":"{ hello }","extensions":{"persistedQuery":null}}`, status: 200}.run(t, s)
	call{body: `{"extensions":{"persistedQuery":null}}`, status: 400, code: "BAD_REQUEST"}.run(t, s)
}

func TestThePersistedQueriesUsedLeastRecentlyAreForgotten(t *testing.T) {
	query := func(i int) string { return fmt.Sprintf(`{ a%d: hello %s}`, i, strings.Repeat(" ", 700)) }
	s := newServer(t, func(c *transport.Config) { c.MaxPersisted = 4000 }) // Four of them.
	known := func(i int) bool {
		_, body := named(query(i), false).send(t, s)
		return firstCode(t, body) == ""
	}
	for i := range 4 {
		named(query(i), true).run(t, s)
	}
	if !known(0) {
		t.Error("the first was forgotten although there was room")
	}
	named(query(4), true).run(t, s)
	named(query(4), true).run(t, s)
	if got, want := []bool{known(0), known(1), known(2), known(3), known(4)}, []bool{true, false, true, true, true}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("known are %v, want %v", got, want)
	}
	large := `{ hello ` + strings.Repeat(" ", 5000) + `}`
	named(large, true).run(t, s)
	named(large, false).wants(unknown, "PERSISTED_QUERY_NOT_FOUND").run(t, s)
}

func FuzzRequestsAreReadOrRefused(f *testing.F) {
	for _, seed := range []string{
		`{"query":"{ hello }","variables":{"a":[1.5e300]},"operationName":"x","extensions":{}}`,
		named(`{ hello }`, true).body, named(`{ hello }`, false).body,
		`{"extensions":{"persistedQuery":{"version":1.0,"sha256Hash":""}}}`,
		`{"extensions":{"persistedQuery":[]}}`, `{"query":null}`, `[]`, `{`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		params, digest, err := transport.Request(data)
		if err != nil {
			if text := err.Error(); text == "" || len(text) > 123 {
				t.Fatalf("a reason that fits no close frame: %q", text)
			}
			return
		}
		if !json.Valid(data) {
			t.Fatalf("accepted %q, which is not JSON", data)
		}
		if params.Query == "" && digest == nil {
			t.Fatalf("accepted %q, which names no document", data)
		}
		extension, _ := params.Extensions["persistedQuery"].(map[string]any)
		if text, _ := extension["sha256Hash"].(string); digest != nil && !strings.EqualFold(text, hex.EncodeToString(digest[:])) {
			t.Fatalf("read %q as %x", text, *digest)
		}
	})
}
