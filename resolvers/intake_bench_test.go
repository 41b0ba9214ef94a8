package resolvers_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/internal/ratelimit"
	"foyer/live"
	"foyer/resolvers"
	"foyer/store"
	"foyer/transport"
	"foyer/vault"
)

const receiveMessage = `mutation($i: MessageReceiveInput!) { messageReceive(input: $i) {
	message { id } conversation { id team { id } assignee { id } } opened cursor userErrors { code message } } }`

const benchToken = "fk_YmVuY2hiZW5jaGJlbmNoYmVuY2hiZW5jaGJlbmNoYmU"

// intake is a help desk whose API is called over HTTP, without a network.
type intake struct {
	testing.TB
	db      *store.DB
	live    *live.Log
	handler http.Handler
	channel inbox.ChannelID
	answer  *httptest.ResponseRecorder
	body    *bytes.Reader
	request *http.Request
}

func newIntake(tb testing.TB) *intake {
	tb.Helper()
	silent := slog.New(slog.DiscardHandler)
	must := func(err error) {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
	}
	db, err := store.Open(tb.Context(), store.Options{Path: filepath.Join(tb.TempDir(), "foyer.db"), Logger: silent})
	must(err)
	tb.Cleanup(func() { must(db.Close()) })
	e := engine.New(db, engine.Options{Logger: silent, Secrets: vault.New(db, testKey(tb), time.Now)})
	manager, err := store.Update(tb.Context(), db, func(tx *store.Tx) (inbox.Caller, error) {
		hash := sha256.Sum256([]byte(benchToken))
		k := &inbox.APIKey{Name: "Bench", Role: inbox.RoleManager, CreatedAt: tx.Now()}
		err := tx.InsertAPIKey(k, hash[:])
		return inbox.Caller{Actor: inbox.ByAPIKey(k.ID), Role: k.Role, Visibility: inbox.VisibilityAll}, err
	})
	must(err)
	channel, err := e.ChannelCreate(tb.Context(), manager, engine.ChannelCreateInput{Name: "Website", Kind: inbox.ChannelAPI})
	must(err)
	rate := ratelimit.Rate{PerSecond: 1 << 30, Burst: 1 << 30} // like a real server
	follow := live.New(db, live.Options{Logger: silent})
	r := resolvers.New(e, db, follow, silent).WithLimits(resolvers.Limits{Sessions: rate, Keys: rate})
	in := &intake{TB: tb, db: db, live: follow, channel: channel.ID, answer: httptest.NewRecorder(), body: bytes.NewReader(nil),
		handler: transport.New(transport.Config{Executor: r.Executor(), Authenticate: r.Authenticate, Logger: silent})}
	in.request = httptest.NewRequest(http.MethodPost, "/graphql", nil)
	in.request.Header.Set("Content-Type", "application/json")
	in.request.Header.Set("Authorization", "Bearer "+benchToken)
	in.request.Header.Set("Accept-Encoding", "gzip")
	return in
}

// message returns the body of a request that receives a message.
func (in *intake) message(contact, id string) []byte {
	body, err := json.Marshal(map[string]any{"query": receiveMessage, "variables": map[string]any{"i": map[string]any{
		"channelId": in.channel.String(), "contact": map[string]any{"externalId": contact},
		"message": map[string]any{"externalId": id, "text": "Hello, I have a question about my last invoice: it seems to be wrong."}}}})
	if err != nil {
		in.Fatal(err)
	}
	return body
}

// post sends a request and fails unless it succeeds.
func (in *intake) post(body []byte) {
	in.send(body)
	if !bytes.Contains(in.answer.Body.Bytes(), []byte(`"userErrors":[]`)) {
		in.Fatal(in.answer.Body.String())
	}
}

// send sends a request.
func (in *intake) send(body []byte) {
	in.answer.Body.Reset()
	clear(in.answer.Header())
	in.body.Reset(body)
	request := *in.request
	request.Body = http.NoBody
	request.Body = readCloser{in.body}
	request.ContentLength = int64(len(body))
	in.handler.ServeHTTP(in.answer, &request)
}

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }

// BenchmarkMessageReceive counts what it takes to answer a request, from its body to its response: for a message that is
// known already, where little else is done, for another one of a contact who writes, and for one that opens a
// conversation.
func BenchmarkMessageReceive(b *testing.B) {
	for _, kind := range []struct {
		name        string
		contact, id func(i int) string
	}{
		{"again", func(int) string { return "a" }, func(int) string { return "1" }},
		{"follow-up", func(int) string { return "a" }, func(i int) string { return fmt.Sprint(i) }},
		{"new", func(i int) string { return fmt.Sprint(i) }, func(i int) string { return fmt.Sprint(i) }},
	} {
		b.Run(kind.name, func(b *testing.B) {
			in := newIntake(b)
			in.post(in.message("a", "1"))
			bodies := make([][]byte, b.N)
			for i := range bodies {
				bodies[i] = in.message(kind.contact(i), kind.id(i)+"x")
			}
			in.post(bodies[0])
			b.ReportAllocs()
			b.ResetTimer()
			for _, body := range bodies {
				in.post(body)
			}
		})
	}
}
