package everyop_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"foyer/engine"
	"foyer/inbox"
	"foyer/internal/everyop"
	"foyer/resolvers"
	"foyer/store"
)

// server runs operations for an owner's key, and counts what was written.
type server struct {
	testing.TB
	executor *resolvers.Executor
	limits   engine.Limits
	ctx      context.Context //nolint:containedctx // the context of all requests: it has their token
	db       *store.DB
	token    string
	resolver *resolvers.Resolver
	close    func() error
	wrote    int // functions that ran in transactions, including those about the key; to be read once the database is closed
	rows     int // the most that one function changed; likewise
}

func newServer(tb testing.TB) *server {
	tb.Helper()
	s := &server{TB: tb}
	silent := slog.New(slog.DiscardHandler)
	db, err := store.Open(tb.Context(), store.Options{Path: filepath.Join(tb.TempDir(), "foyer.db"), Logger: silent,
		OnBatch: func(r store.BatchReport) { s.wrote, s.rows = s.wrote+r.Functions, max(s.rows, r.Rows) }})
	s.must(err)
	s.db = db
	s.close = sync.OnceValue(db.Close)
	tb.Cleanup(func() { s.must(s.close()) })
	token := "fk_" + strings.Repeat("A", 43) // in the form of keys
	_, err = store.Update(tb.Context(), db, func(tx *store.Tx) (struct{}, error) {
		hash := sha256.Sum256([]byte(token))
		return struct{}{}, tx.InsertAPIKey(&inbox.APIKey{Name: "Every", Role: inbox.RoleOwner, CreatedAt: tx.Now()}, hash[:])
	})
	s.must(err)
	e := engine.New(db, engine.Options{Logger: silent})
	s.limits = e.Limits()
	r := resolvers.New(e, db, nil, silent).WithLimits(resolvers.Limits{MaxCost: 1 << 30})
	s.executor, s.resolver, s.token = r.Executor(), r, token
	s.ctx, err = r.Authenticate(tb.Context(), token)
	s.must(err)
	return s
}

func (s *server) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// userError is a user error of a mutation.
type userError struct {
	Code, Message string
	Field         []string
}

// run runs an operation and returns what is wrong with it. A subscription
// is not begun.
func (s *server) run(o everyop.Operation) (gqlerror.List, []userError) {
	s.Helper()
	ctx := graphql.StartOperationTrace(s.ctx)
	operation, refused := s.executor.CreateOperationContext(ctx, &graphql.RawParams{Query: o.Query, Variables: o.Variables})
	if len(refused) > 0 || o.Kind == ast.Subscription {
		return refused, nil
	}
	handle, ctx := s.executor.DispatchOperation(ctx, operation)
	response := handle(ctx)
	var data map[string]json.RawMessage
	s.must(json.Unmarshal(response.Data, &data))
	var problems []userError
	for _, root := range data {
		var payload struct{ UserErrors []userError }
		_ = json.Unmarshal(root, &payload) // if it is one
		problems = append(problems, payload.UserErrors...)
	}
	return response.Errors, problems
}

// refusal is the refusal for a value beyond the limit of a case.
func refusal(c everyop.Case) string {
	most := fmt.Sprint(c.Most)
	for at := len(most) - 3; at > 0; at -= 3 {
		most = most[:at] + "," + most[at:]
	}
	return "This may have at most " + most + " " + map[string]string{"length": "characters", "items": "items", "bytes": "bytes"}[c.Limit] + "."
}

// refuses reports whether the case is refused for its limit.
func refuses(c everyop.Case, request gqlerror.List, user []userError) bool {
	if c.Operation.Kind == ast.Mutation {
		return len(request) == 0 && len(user) == 1 && user[0].Code == "LIMIT_EXCEEDED" && user[0].Message == refusal(c) &&
			slices.Equal(user[0].Field, c.Path[1:])
	}
	return len(request) == 1 && request[0].Extensions["code"] == "BAD_REQUEST" &&
		request[0].Message == strings.Join(c.Path, ".")+": "+refusal(c)
}

// malformed reports whether a mutation refuses a text of one of Foyer's scalars for its form, as it does one that is too
// long.
func malformed(c everyop.Case, request gqlerror.List) bool {
	return c.Operation.Kind == ast.Mutation && len(request) == 1 && request[0].Extensions["code"] == "VALIDATION_FAILED" &&
		strings.HasPrefix(request[0].Message, "a ")
}

func TestEveryValueOneBeyondItsLimitIsRefusedBeforeAnythingIsWritten(t *testing.T) {
	s := newServer(t)
	cases := everyop.New(s.limits).Beyond()
	if len(cases) < 200 {
		t.Errorf("there are only %d", len(cases))
	}
	for _, c := range cases {
		if request, user := s.run(c.Operation); !refuses(c, request, user) && !malformed(c, request) {
			t.Errorf("%s, %s beyond %d of %s: got %v %v", c.Name, strings.Join(c.Path, "."), c.Most, c.Limit, request, user)
		}
	}
	s.must(s.close())
	idle := newServer(t)
	s.must(idle.close())
	if s.wrote != idle.wrote {
		t.Errorf("%d functions ran in transactions", s.wrote-idle.wrote)
	}
}

func TestEveryValueAtItsLimitIsTaken(t *testing.T) {
	s := newServer(t)
	for _, c := range everyop.New(s.limits).AtLimits() {
		if request, user := s.run(c.Operation); refuses(c, request, user) {
			t.Errorf("%s, %s at %d of %s: got %v %v", c.Name, strings.Join(c.Path, "."), c.Most, c.Limit, request, user)
		}
	}
}

func TestEveryOperationIsValidAsItIsMade(t *testing.T) {
	s := newServer(t)
	m := everyop.New(s.limits)
	m.Depth = 3
	made := map[string]bool{}
	for _, o := range slices.Concat(m.Operations(), m.Full(200_000)) {
		made[o.Name] = true
		text, err := json.Marshal(o.Variables)
		s.must(err)
		if len(text) > 250_000 {
			t.Errorf("%s has %d bytes of variables", o.Name, len(text))
		}
		if request, _ := s.run(o); len(request) > 0 && request[0].Extensions["code"] == "VALIDATION_FAILED" && request[0].Rule != "" {
			t.Errorf("%s: %v in %s", o.Name, request, o.Query)
		}
	}
	for _, name := range []string{"Query.viewer", "Query.contacts", "Mutation.noteAdd", "Subscription.events", "Conversation.messages",
		"Contact.field", "Team.queue", "Workflow.runs"} {
		if !made[name] {
			t.Errorf("%s is not among them", name)
		}
	}
}
