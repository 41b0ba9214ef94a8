package resolvers_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"foyer/inbox"
	"foyer/store"
)

const (
	// firstPage is what an agent's front end shows first.
	firstPage = `query { conversations(filter: {status: OPEN}, first: 25) { pageInfo { hasNextPage endCursor } nodes { id number status priority
		waitingSince lastActivityAt contact { id displayName } assignee { id name } team { id name } lastMessage { id text createdAt } } } }`
	// inboxStream is how it stays up to date.
	inboxStream = `subscription($after: Cursor) { events(after: $after) { __typename
		... on StreamReady { cursor } ... on ConversationHidden { cursor conversationId }
		... on Event { cursor at } ... on ConversationEvent { conversation { id number status team { id name } assignee { id name } lastActivityAt } }
		... on MessageReceived { message { id text } } ... on MessageSent { message { id text } } } }`
)

// fill makes n conversations of ten agents in three teams, and two messages in each.
func (in *intake) fill(n int) {
	in.Helper()
	agents, err := store.Update(in.Context(), in.db, func(tx *store.Tx) (ids []string, err error) {
		for i := range 10 {
			a := &inbox.Agent{Name: fmt.Sprint("Agent ", i), Email: fmt.Sprint(i), Role: inbox.RoleAgent, Visibility: inbox.VisibilityAll,
				Presence: inbox.PresenceOnline, CreatedAt: tx.Now()}
			if err := tx.InsertAgent(a, a.Email, "none"); err != nil {
				return nil, err
			}
			ids = append(ids, a.ID.String())
		}
		return ids, nil
	})
	if err != nil {
		in.Fatal(err)
	}
	var answer struct {
		Data struct {
			TeamCreate     struct{ Team struct{ ID string } }
			MessageReceive struct{ Conversation struct{ ID string } }
		}
	}
	ask := func(body []byte) {
		in.post(body)
		if err := json.Unmarshal(in.answer.Body.Bytes(), &answer); err != nil {
			in.Fatal(err)
		}
	}
	var teams []string
	for i := range 3 {
		ask(in.asking(`mutation($i: TeamCreateInput!) { teamCreate(input: $i) { team { id } userErrors { message } } }`,
			map[string]any{"name": fmt.Sprint("Team ", i)}))
		teams = append(teams, answer.Data.TeamCreate.Team.ID)
	}
	for i := range n {
		ask(in.message(fmt.Sprint(i), fmt.Sprint(i)))
		id := answer.Data.MessageReceive.Conversation.ID
		ask(in.asking(`mutation($i: ConversationRouteInput!) { conversationRoute(input: $i) { userErrors { message } } }`,
			map[string]any{"conversationId": id, "teamId": teams[i%len(teams)]}))
		ask(in.asking(`mutation($i: ConversationAssignInput!) { conversationAssign(input: $i) { userErrors { message } } }`,
			map[string]any{"conversationId": id, "agentId": agents[i%len(agents)]}))
		ask(in.message(fmt.Sprint(i), fmt.Sprint(i, "again")))
	}
}

// asking returns the body of a request with one input.
func (in *intake) asking(query string, input map[string]any) []byte {
	body, err := json.Marshal(map[string]any{"query": query, "variables": map[string]any{"i": input}})
	if err != nil {
		in.Fatal(err)
	}
	return body
}

// BenchmarkInboxPage counts what it takes to answer with a page of 25 conversations.
func BenchmarkInboxPage(b *testing.B) {
	in := newIntake(b)
	in.fill(30)
	in.request.Header.Del("Accept-Encoding") // compression is a benchmark of its own
	body := in.asking(firstPage, nil)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		in.send(body)
	}
	if got := bytes.Count(in.answer.Body.Bytes(), []byte(`"displayName"`)); got != 25 {
		b.Fatalf("%d conversations: %s", got, in.answer.Body)
	}
}

// BenchmarkCatchUp counts what 240 events take that a stream has missed: so few that each is shown once.
func BenchmarkCatchUp(b *testing.B) {
	in := newIntake(b)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- in.live.Run(ctx) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	}()
	in.fill(40)
	server := httptest.NewServer(in.handler)
	defer server.Close()
	variables, err := json.Marshal(map[string]any{"after": in.db.CursorAt(0)})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		alone := strings.Replace(inboxStream, "events(", fmt.Sprintf("e%d: events(", i), 1) // shares nothing with the one before
		address := server.URL + "/graphql?" + url.Values{"query": {alone}, "variables": {string(variables)}}.Encode()
		if n := follow(b, address); n < 240 {
			b.Fatalf("%d items", n)
		}
	}
}

// follow reads a stream of server-sent events until it is ready, and returns how many items came before.
func follow(b *testing.B, address string) (items int) {
	b.Helper()
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		b.Fatal(err)
	}
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Authorization", "Bearer "+benchToken)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	for lines := bufio.NewReaderSize(response.Body, 1<<16); ; {
		line, err := lines.ReadSlice('\n')
		switch {
		case err != nil:
			b.Fatalf("%v after %d items: %s", err, items, line)
		case bytes.Contains(line, []byte(`"StreamReady"`)):
			return items
		case bytes.HasPrefix(line, []byte("data: {")):
			items++
		}
	}
}
