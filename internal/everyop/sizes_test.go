package everyop_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"foyer/inbox"
	"foyer/internal/everyop"
	"foyer/store"
	"foyer/transport"
)

const (
	maxAnswer         = 16 << 20
	maxStrangerAnswer = 64 << 10
	// maxRows is how many rows one function may change. It stands for how long it has the writer: a row takes some 20 µs.
	maxRows = 2_000
)

// over runs operations over HTTP.
func (s *server) over(token string) func(o everyop.Operation) []byte {
	handler := transport.New(transport.Config{Executor: s.executor, Authenticate: s.resolver.Authenticate, Account: s.resolver.Account,
		Logger: slog.New(slog.DiscardHandler)})
	return func(o everyop.Operation) []byte {
		s.Helper()
		body, err := json.Marshal(map[string]any{"query": o.Query, "variables": o.Variables})
		s.must(err)
		asked := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
		asked.Header.Set("Content-Type", "application/json")
		if token != "" {
			asked.Header.Set("Authorization", "Bearer "+token)
		}
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, asked)
		return answer.Body.Bytes()
	}
}

// crowd adds a team and as many agents as one request may name, and uses them in requests about teams.
func (s *server) crowd() func(place string, of *ast.Type) any {
	s.Helper()
	const agents = 500
	_, err := store.Update(s.Context(), s.db, func(tx *store.Tx) (struct{}, error) {
		for i := range agents {
			a := &inbox.Agent{Name: "Agent", Email: strconv.Itoa(i), Role: inbox.RoleAgent, Visibility: inbox.VisibilityAll,
				Presence: inbox.PresenceOffline, CreatedAt: tx.Now()}
			if err := tx.InsertAgent(a, a.Email, "none"); err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, tx.InsertTeam(&inbox.Team{Name: "Team", Policy: inbox.DefaultPolicy(), CreatedAt: tx.Now()}, "team")
	})
	s.must(err)
	turn := 0
	return func(place string, of *ast.Type) any {
		switch {
		case of.NamedType != "ID":
			return nil
		case strings.Contains(place, "emberIds"):
			turn++
			return inbox.AgentID(turn%agents + 1).String()
		case strings.HasPrefix(place, "Mutation.team"):
			return inbox.TeamID(1).String()
		}
		return nil
	}
}

func TestNoAnswerIsLargerAndNoFunctionChangesMoreRowsThanItMay(t *testing.T) {
	s := newServer(t)
	m := everyop.New(s.limits)
	m.Depth, m.Value = 3, s.crowd()
	ask, askStranger := s.over(s.token), s.over("")
	for _, o := range append(m.Operations(), m.Full(900_000)...) {
		if o.Kind == ast.Subscription {
			continue // it ends with its caller
		}
		if answer := ask(o); len(answer) > maxAnswer {
			t.Errorf("%s: %d bytes", o.Name, len(answer))
		}
		answer := askStranger(o)
		if len(answer) > maxStrangerAnswer {
			t.Errorf("%s, by a stranger: %d bytes", o.Name, len(answer))
		}
		if o.Name != "Mutation.login" && strings.Contains(string(answer), `"data":{`) {
			t.Errorf("%s, by a stranger: %s", o.Name, answer)
		}
	}
	s.must(s.close())
	if s.rows < 500 || s.rows > maxRows { // as many members join a team at once
		t.Errorf("one function changed %d rows", s.rows)
	}
}
