package resolvers_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"foyer/account"
	"foyer/engine"
	"foyer/inbox"
	"foyer/resolvers"
	"foyer/store"
)

// The authorisation matrix: every caller × every root field of the schema × visible and not visible. It is generated from
// schema.graphql: a field, an input's id or a kind of node without its row in the tables of matrix_rows_test.go, matrix_inputs_test.go and matrix_nodes_test.go fails.

// asker is a caller, with the properties that the tables go by.
type asker struct {
	name string
	person
	out     bool // not logged in, or no longer
	manages bool
	owns    bool
	key     bool
	all     bool // sees every conversation
}

// matrix is a desk with everybody who could ask.
type matrix struct {
	*broadcast
	schema   *ast.Schema
	askers   []asker
	own      person // sees only what is theirs
	busy     person // has what the others do not see
	sales    inbox.TeamID
	support  inbox.TeamID
	writer   person // an API key that writes messages and notes
	greeter  inbox.WorkflowID
	shortcut inbox.WorkflowID
	hook     inbox.WorkflowID
	field    inbox.ContactFieldID
	n        int
	selected map[string]string
}

// loadSchema reads what the matrix is generated from.
func loadSchema(t *testing.T) *ast.Schema {
	t.Helper()
	text, err := os.ReadFile("../schema.graphql")
	if err != nil {
		t.Fatal(err)
	}
	return gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphql", Input: string(text)})
}

func newMatrix(t *testing.T) *matrix {
	t.Helper()
	m := &matrix{broadcast: newBroadcast(t, resolvers.Limits{MaxDepth: 100, MaxAliases: 1 << 20, MaxCost: 1 << 30, MaxTokens: 1 << 20}),
		schema: loadSchema(t), selected: map[string]string{}}
	m.own = m.hire("Oscar", inbox.RoleAgent, inbox.VisibilityAssigned)
	m.busy = m.hire("Berta", inbox.RoleAgent, inbox.VisibilityAll)
	team := m.hire("Tom", inbox.RoleAgent, inbox.VisibilityTeam)
	gone, dead := m.hire("Gerd", inbox.RoleAgent, inbox.VisibilityAll), m.newKey("dead", inbox.RoleOwner)
	m.sales, m.support = m.team("Sales", team), m.team("Support", m.busy)
	m.writer = m.newKey("writer", inbox.RoleAgent)
	m.greeter = m.publish("Greeter", `{"format":1,"name":"Greeter","trigger":{"on":"conversation.opened"},
		"steps":[{"key":"keep","set":{"variable":"v","value":"kept"}},{"key":"greet","note":{"text":"New."}}]}`)
	m.shortcut = m.publish("Shortcut", `{"format":1,"name":"Shortcut","trigger":{"on":"shortcut","title":"Do it"},"steps":[{"key":"a","end":{}}]}`)
	m.hook = m.publish("Hook", `{"format":1,"name":"Hook","trigger":{"on":"webhook","contact":{"email":"email"}},"steps":[{"key":"a","end":{}}]}`)
	added, err := m.engine.ContactFieldCreate(t.Context(), m.owner.Caller, engine.ContactFieldCreateInput{Name: "plan", Type: inbox.FieldText})
	m.must(err)
	m.field = added.ID
	m.askers = []asker{
		{name: "a stranger", out: true},
		{name: "an agent who sees all", person: m.hire("Alma", inbox.RoleAgent, inbox.VisibilityAll), all: true},
		{name: "an agent who sees their teams'", person: team},
		{name: "an agent who sees their own", person: m.own},
		{name: "a manager", person: m.hire("Mara", inbox.RoleManager, inbox.VisibilityAll), manages: true, all: true},
		{name: "an owner", person: m.owner, manages: true, owns: true, all: true},
		{name: "a disabled agent", person: gone, out: true},
		{name: "a key of role AGENT", person: m.newKey("agent", inbox.RoleAgent), key: true, all: true},
		{name: "a key of role MANAGER", person: m.newKey("manager", inbox.RoleManager), key: true, manages: true, all: true},
		{name: "a key of role OWNER", person: m.newKey("owner", inbox.RoleOwner), key: true, manages: true, owns: true, all: true},
		{name: "a revoked key", person: dead, out: true},
	}
	_, err = m.engine.AgentUpdate(t.Context(), m.owner.Caller, engine.AgentPatch{ID: gone.Actor.Agent(), Disabled: new(true)})
	m.must(err)
	_, err = m.engine.Accounts().RevokeKey(t.Context(), m.owner.Caller, inbox.APIKeyID(dead.Actor.ID))
	m.must(err)
	return m
}

// next returns a new number, for names.
func (m *matrix) next() int { m.n++; return m.n }

// scene is a conversation with one of everything that can be reached through it.
type scene struct {
	text, external string
	number         int64
	ids            map[string]string // by type
	sent           string            // a message that a key has sent
}

// play makes a conversation of Oscar's, who is in no team, in Tom's team: everybody sees it. A hidden one is Berta's, in
// her team: only callers who see everything see it.
func (m *matrix) play(hidden bool) *scene {
	m.Helper()
	ctx, owner := m.Context(), m.owner.Caller
	s := &scene{text: fmt.Sprintf("words-of-%d", m.next()), external: fmt.Sprintf("contact-%d", m.n), ids: map[string]string{}}
	received := m.receive(s.external, s.text)
	id := received.Conversation.ID
	team, agent := m.sales, m.own
	if hidden {
		team, agent = m.support, m.busy
	}
	_, err := m.engine.ConversationRoute(ctx, owner, engine.RoutePatch{ConversationID: id, Team: engine.SetTo(team)})
	m.must(err)
	change, err := m.engine.ConversationAssign(ctx, owner, engine.ConversationAssignInput{ConversationID: id})
	m.must(err)
	m.give(id, agent)
	sent, err := m.engine.MessageSend(ctx, m.writer.Caller, engine.MessageSendInput{ConversationID: id, Text: &s.text})
	m.must(err)
	file, err := m.engine.FileAdd(ctx, m.writer.Caller, inbox.File{ID: inbox.FileID(m.next()), Name: s.text, ThumbnailBytes: new(int32(1)), SHA256: []byte{}})
	m.must(err)
	note, err := m.engine.NoteAdd(ctx, m.writer.Caller, engine.NoteAddInput{ConversationID: id, Text: s.text, Attachments: []engine.AttachmentInput{{FileID: &file.ID}}})
	m.must(err)
	runs := m.ask(m.owner, `query($id: ID!) { conversation(id: $id) { runs { id } } }`, variables{"id": id.String()}).ok()
	s.number, s.sent = received.Conversation.Number, sent.Message.ID.String()
	s.ids = map[string]string{"Conversation": id.String(), "Contact": received.Contact.ID.String(), "Message": received.Message.ID.String(),
		"Note": note.Note.ID.String(), "File": file.ID.String(), "AssignmentDecision": change.Decision.ID.String(), "WorkflowRun": runs.text("conversation.runs.0.id")}
	return s
}

func (m *matrix) give(id inbox.ConversationID, to person) {
	m.Helper()
	agent := to.Actor.Agent()
	_, err := m.engine.ConversationAssign(m.Context(), m.owner.Caller, engine.ConversationAssignInput{ConversationID: id, AgentID: &agent, OverCapacity: true})
	m.must(err)
}

// move hides a conversation from everybody who does not see everything.
func (m *matrix) move(s *scene) {
	m.Helper()
	id := inbox.ID(s.ids["Conversation"]).Conversation()
	_, err := m.engine.ConversationRoute(m.Context(), m.owner.Caller, engine.RoutePatch{ConversationID: id, Team: engine.SetTo(m.support)})
	m.must(err)
	m.give(id, m.busy)
}

// session logs an agent in once more: some operations end the session that asks.
func (m *matrix) session(who person) person {
	m.Helper()
	if who.Actor.Kind != inbox.ActorAgent {
		return who
	}
	secret := sha256.Sum256(fmt.Appendf(nil, "again %d", m.next()))
	who.token = "fs_" + base64.RawURLEncoding.EncodeToString(secret[:])
	_, err := store.Update(m.Context(), m.db, func(tx *store.Tx) (struct{}, error) {
		hash := sha256.Sum256([]byte(who.token))
		return struct{}{}, tx.InsertSession(hash[:], &inbox.Session{AgentID: who.Actor.Agent(), CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(24 * time.Hour)})
	})
	m.must(err)
	return who
}

// spareSession returns the id of a further session of an agent, or of another agent for somebody who can have none.
func (m *matrix) spareSession(who person) string {
	m.Helper()
	if who.Actor.Kind != inbox.ActorAgent {
		who = m.own
	}
	s, err := store.View(m.Context(), m.db, func(r *store.ReadTx) (*inbox.Session, error) {
		return r.Session(account.HashToken(m.session(who).token))
	})
	m.must(err)
	return s.ID.String()
}

// asks runs an operation as somebody. It returns UNAUTHENTICATED, the code of the request error, the code and the place of the
// user error of the root field, null, or ok; and the answer as a text.
func (m *matrix) asks(who asker, field, query string, vars variables) (outcome, text string) {
	m.Helper()
	if _, err := m.resolver.Authenticate(m.Context(), who.token); err != nil {
		return "UNAUTHENTICATED", ""
	}
	a := m.ask(who.person, query, vars)
	encoded, err := json.Marshal(a.Data)
	m.must(err)
	text = string(encoded)
	if len(a.Errors) > 0 {
		return a.Errors[0].Extensions["code"].(string), text
	}
	data, _ := a.Data.(map[string]any)
	payload, isObject := data[field].(map[string]any)
	if problems, _ := payload["userErrors"].([]any); isObject && len(problems) > 0 {
		problem := problems[0].(map[string]any)
		saysAll(m.T, problem)
		var path []string
		list, _ := problem["field"].([]any)
		for _, part := range list {
			path = append(path, fmt.Sprint(part))
		}
		return fmt.Sprintf("%s %s", problem["code"], strings.Join(path, ".")), text
	}
	if data[field] == nil {
		return "null", text
	}
	return "ok", text
}

// saysAll fails the test if the message of a user error cannot be made of its template and its values.
func saysAll(t *testing.T, problem map[string]any) {
	t.Helper()
	params, _ := problem["params"].(map[string]any)
	if params == nil {
		return
	}
	message, _ := params["template"].(string)
	for name, value := range params {
		text, isText := value.(string)
		switch n, _ := value.(float64); {
		case isText:
		case name == "bytes":
			text = inbox.Bytes(n).String()
		default:
			text = inbox.Thousands(int(n))
		}
		message = strings.ReplaceAll(message, "{"+name+"}", text)
	}
	if message != problem["message"] {
		t.Errorf("%v makes %q, the message is %q", params, message, problem["message"])
	}
}

// shows fails the test if an answer has anything of a scene, unless it may.
func (m *matrix) shows(t *testing.T, who asker, s *scene, answer string) {
	t.Helper()
	if who.all {
		return
	}
	secret := append([]string{s.text, s.external}, s.sent)
	for _, id := range s.ids {
		secret = append(secret, id)
	}
	for _, part := range secret {
		if strings.Contains(answer, `"`+part+`"`) {
			t.Errorf("%s sees %s of what is out of access: %s", who.name, part, answer)
		}
	}
}

// wants fails the test if an outcome is another.
func wants(t *testing.T, who asker, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s, %s: got %q, want %q", what, who.name, got, want)
	}
}

// wantsOut expects that callers who are not logged in are refused, either for that or because the document is longer than
// theirs may be.
func wantsOut(t *testing.T, who asker, what, got string) {
	t.Helper()
	if got != "UNAUTHENTICATED" && got != "BAD_REQUEST" {
		t.Errorf("%s, %s: got %q, want UNAUTHENTICATED or BAD_REQUEST", what, who.name, got)
	}
}

// governed returns the places of an input's ids whose objects may be hidden, each with the type of the object.
func (m *matrix) governed(t *testing.T, input *ast.Definition, at ...string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, f := range input.Fields {
		inner := m.schema.Types[f.Type.Name()]
		place := append(slices.Clone(at), f.Name)
		if f.Type.Elem != nil {
			place = append(place, "0") // the first of a list stands for all
		}
		if inner.Kind == ast.InputObject {
			maps.Copy(found, m.governed(t, inner, place...))
		}
		if f.Type.Name() != "ID" {
			continue
		}
		kind, known := idsOfInputs[input.Name+"."+f.Name]
		if !known {
			t.Errorf("%s.%s has no row in idsOfInputs: say of what kind the id is", input.Name, f.Name)
		}
		if isGoverned(kind) {
			found[strings.Join(place, ".")] = kind
		}
	}
	return found
}

// holder returns what holds the value at a place of an input, an object or a list, and its key or index there. It returns nil if
// there is nothing.
func holder(in any, place string) (where any, last string) {
	parent, last, nested := cutLast(place)
	if !nested {
		return in, last
	}
	where, key := holder(in, parent)
	return valueAt(where, key), last
}

func cutLast(place string) (parent, last string, nested bool) {
	dot := strings.LastIndexByte(place, '.')
	if dot < 0 {
		return "", place, false
	}
	return place[:dot], place[dot+1:], true
}

// valueAt returns the value of a key in an object, or the first of a list.
func valueAt(where any, key string) any {
	switch where := where.(type) {
	case object:
		return where[key]
	case []object:
		return where[0]
	case []string:
		return where[0]
	default:
		return nil
	}
}

// replaceAt replaces the value at a place of an input by the one that another input has there. It returns false if there is
// none.
func replaceAt(in, other object, place string) bool {
	from, key := holder(other, place)
	text, _ := valueAt(from, key).(string)
	if text == "" {
		return false
	}
	switch into, key := holder(in, place); into := into.(type) {
	case object:
		into[key] = text
	case []string:
		into[0] = text
	}
	return true
}

func isGoverned(kind string) bool { _, governed := governedKinds[kind]; return governed }
