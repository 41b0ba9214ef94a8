package resolvers_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"foyer/engine"
	"foyer/inbox"
	"foyer/resolvers"
	"foyer/store"
	"foyer/vault"
)

// clock moves by a second whenever it is read, so that everything has a time of its own.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Second)
	return c.now
}

// desk is a help desk whose API is called in the same process.
type desk struct {
	*testing.T
	db       *store.DB
	path     string
	engine   *engine.Engine
	resolver *resolvers.Resolver
	executor *resolvers.Executor
	log      *strings.Builder
	owner    person
	channel  inbox.ChannelID
	signals  func(inbox.Signal) // where those of the engine go
}

// person is somebody with a token.
type person struct {
	inbox.Caller
	token string
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	t.Parallel()
	c := &clock{now: time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)}
	d := &desk{T: t, log: &strings.Builder{}, path: filepath.Join(t.TempDir(), "foyer.db"), signals: func(inbox.Signal) {}}
	var err error
	silent := slog.New(slog.DiscardHandler)
	d.db, err = store.Open(t.Context(), store.Options{Path: d.path, Clock: c.Now, Logger: silent})
	d.must(err)
	t.Cleanup(func() { d.must(d.db.Close()) })
	d.engine = engine.New(d.db, engine.Options{Clock: c.Now, Logger: silent, Secrets: vault.New(d.db, testKey(t), c.Now),
		OnSignal: func(s inbox.Signal) { d.signals(s) }})
	d.resolver = resolvers.New(d.engine, d.db, nil, slog.New(slog.NewTextHandler(d.log, nil)))
	d.executor = d.resolver.Executor()
	d.owner = d.hire("Olga", inbox.RoleOwner, inbox.VisibilityAll)
	h, err := d.engine.ChannelCreate(t.Context(), d.owner.Caller, engine.ChannelCreateInput{Name: "Website", Kind: inbox.ChannelAPI})
	d.must(err)
	d.channel = h.ID
	return d
}

func (d *desk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// hire adds an agent with a session. It bypasses the hashing of passwords, which would take most of the time.
func (d *desk) hire(name string, role inbox.Role, visibility inbox.Visibility) person {
	d.Helper()
	random := sha256.Sum256([]byte(name))
	token := "fs_" + base64.RawURLEncoding.EncodeToString(random[:])
	a, err := store.Update(d.Context(), d.db, func(tx *store.Tx) (*inbox.Agent, error) {
		a := &inbox.Agent{Name: name, Email: name + "@example.com", Role: role, Visibility: visibility,
			Presence: inbox.PresenceOffline, CreatedAt: tx.Now()}
		if err := tx.InsertAgent(a, strings.ToLower(a.Email), "none"); err != nil {
			return nil, err
		}
		hash := sha256.Sum256([]byte(token))
		return a, tx.InsertSession(hash[:], &inbox.Session{AgentID: a.ID, CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(240 * time.Hour)})
	})
	d.must(err)
	return person{a.Caller(), token}
}

func (d *desk) team(name string, members ...person) inbox.TeamID {
	d.Helper()
	in := engine.NewTeam{Name: name}
	for _, m := range members {
		in.MemberIDs = append(in.MemberIDs, m.Actor.Agent())
	}
	change, err := d.engine.TeamCreate(d.Context(), d.owner.Caller, in)
	d.must(err)
	return change.Team.ID
}

// receive receives a message of a contact whom the channel knows by a name.
func (d *desk) receive(contact, text string) *engine.MessageReceived {
	d.Helper()
	received, err := d.engine.MessageReceive(d.Context(), d.owner.Caller, engine.MessageReceiveInput{ChannelID: d.channel,
		Contact: engine.InboundContactInput{ExternalID: contact, FirstName: &contact}, Message: engine.InboundMessageInput{Text: &text}})
	d.must(err)
	return received
}

// answer is a response.
type answer struct {
	t          *testing.T
	Data       any
	Errors     gqlerror.List
	Extensions map[string]any
}

type variables = map[string]any

// ask runs an operation. The zero person is anonymous.
func (d *desk) ask(who person, query string, vars variables) answer {
	d.Helper()
	return d.askWith(d.executor, who, query, vars)
}

func (d *desk) askWith(e *resolvers.Executor, who person, query string, vars variables) answer {
	d.Helper()
	ctx, err := d.resolver.Authenticate(d.Context(), who.token)
	d.must(err)
	return d.askIn(ctx, e, query, vars)
}

func (d *desk) askIn(ctx context.Context, e *resolvers.Executor, query string, vars variables) answer {
	d.Helper()
	// The form they have in JSON.
	text, err := json.Marshal(vars)
	d.must(err)
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	var read variables
	d.must(decoder.Decode(&read))
	ctx = graphql.StartOperationTrace(ctx)
	operation, errs := e.CreateOperationContext(ctx, &graphql.RawParams{Query: query, Variables: read})
	if len(errs) > 0 {
		response := e.DispatchError(graphql.WithOperationContext(ctx, operation), errs)
		return answer{t: d.T, Errors: response.Errors, Extensions: response.Extensions}
	}
	next, ctx := e.DispatchOperation(ctx, operation)
	response := next(ctx)
	a := answer{t: d.T, Errors: response.Errors, Extensions: response.Extensions}
	if len(response.Data) > 0 {
		d.must(json.Unmarshal(response.Data, &a.Data))
	}
	return a
}

// ok fails the test if the answer has errors.
func (a answer) ok() answer {
	a.t.Helper()
	if len(a.Errors) > 0 {
		a.t.Fatalf("unexpected errors: %v", a.Errors)
	}
	return a
}

// at returns the value at a path, such as conversations.nodes.0.id, or nil if the path ends early.
func (a answer) at(path string) any {
	a.t.Helper()
	value := a.Data
	for part := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			found, ok := v[part]
			if !ok {
				a.t.Fatalf("%s: there is no %s", path, part)
			}
			value = found
		case []any:
			var i int
			if _, err := fmt.Sscan(part, &i); err != nil || i >= len(v) {
				a.t.Fatalf("%s: there is no %s of %d", path, part, len(v))
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}

// text returns the value at a path as a text.
func (a answer) text(path string) string {
	a.t.Helper()
	s, ok := a.at(path).(string)
	if !ok {
		a.t.Fatalf("%s is %v", path, a.at(path))
	}
	return s
}

// each returns one field of each member of a list.
func (a answer) each(path, field string) []string {
	a.t.Helper()
	list, ok := a.at(path).([]any)
	if !ok {
		a.t.Fatalf("%s is %v", path, a.at(path))
	}
	found := make([]string, len(list))
	for i, member := range list {
		found[i] = fmt.Sprint(member.(map[string]any)[field])
	}
	return found
}

// code returns the code of the only error, or an empty text if there is none.
func (a answer) code() string {
	a.t.Helper()
	switch len(a.Errors) {
	case 0:
		return ""
	case 1:
		code, _ := a.Errors[0].Extensions["code"].(string)
		return code
	default:
		a.t.Fatalf("several errors: %v", a.Errors)
		return ""
	}
}

// wantCode fails the test unless the only error has this code. An empty code stands for no error.
func (a answer) wantCode(want string) {
	a.t.Helper()
	if got := a.code(); got != want {
		a.t.Errorf("got code %q (%v), want %q", got, a.Errors, want)
	}
}

// wantUserError fails the test unless the payload has one user error, with this code and path.
func (a answer) wantUserError(mutation, code, field string) {
	a.t.Helper()
	a.ok()
	errs := a.at(mutation + ".userErrors").([]any)
	if len(errs) != 1 {
		a.t.Fatalf("got user errors %v, want one", errs)
	}
	got := errs[0].(map[string]any)
	var path []string
	if list, ok := got["field"].([]any); ok {
		for _, part := range list {
			path = append(path, part.(string))
		}
	}
	if got["code"] != code || strings.Join(path, ".") != field {
		a.t.Errorf("got %v at %v, want %s at %s", got["code"], path, code, field)
	}
}

// testKey seals the secrets of tests.
func testKey(t testing.TB) *vault.Key {
	t.Helper()
	key, err := vault.ParseKey(vault.GenerateKey())
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// firstCode returns the code of the first error, or "" if there is none.
func (a answer) firstCode() string {
	if len(a.Errors) == 0 {
		return ""
	}
	code, _ := a.Errors[0].Extensions["code"].(string)
	return code
}
