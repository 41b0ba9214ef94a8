package engine_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/mattn/go-sqlite3" // dump reads with it

	"foyer/engine"
	"foyer/engine/verify"
	"foyer/engine/workflow/exchange"
	"foyer/inbox"
	"foyer/store"
	"foyer/vault"
)

// clock is a clock that stands still until it is moved, or moves a step each time it is read.
type clock struct {
	mu   sync.Mutex
	now  time.Time
	step time.Duration
}

func newClock() *clock { return &clock{now: time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(c.step)
	return c.now
}

// tick makes the clock move a step each time it is read.
func (c *clock) tick(step time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.step = step
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// desk is a help desk with an owner, an API key and a channel.
type desk struct {
	*testing.T
	*engine.Engine
	db      *store.DB
	path    string
	clock   *clock
	owner   inbox.Caller
	key     inbox.Caller
	channel inbox.ChannelID
	files   engine.FileLimits
	uploads int64 // how many files there have been
}

// newDesk opens one, and lets the test run in parallel. Its history is verified at the end of the test.
func newDesk(t *testing.T) *desk {
	t.Helper()
	t.Parallel()
	return newDeskHere(t)
}

// newDeskHere is newDesk for a test that opens several desks.
func newDeskHere(t *testing.T) *desk {
	t.Helper()
	d := openDesk(t, filepath.Join(t.TempDir(), "foyer.db"), newClock())
	d.owner = d.caller(d.hire("Olga", func(a *inbox.Agent) { a.Role, a.Presence = inbox.RoleOwner, inbox.PresenceOffline }))
	d.key = d.newKey(inbox.RoleManager)
	d.channel = d.newChannel("Website", 0)
	return d
}

// openDesk opens the desk in a file, with nobody in it yet.
func openDesk(t *testing.T, path string, clock *clock) *desk {
	t.Helper()
	d := &desk{T: t, path: path, clock: clock}
	d.open()
	t.Cleanup(func() {
		d.verify()
		d.shut()
	})
	return d
}

func (d *desk) open() {
	d.Helper()
	silent := slog.New(slog.DiscardHandler)
	db, err := store.Open(d.Context(), store.Options{Path: d.path, Clock: d.clock.Now, Logger: silent})
	if err != nil {
		d.Fatal(err)
	}
	d.db, d.Engine = db, engine.New(db, engine.Options{Clock: d.clock.Now, Logger: silent, Files: d.files, Secrets: vault.New(db, testKey(d.T), d.clock.Now)})
}

func (d *desk) shut() {
	d.Helper()
	if err := d.db.Close(); err != nil {
		d.Errorf("close: %v", err)
	}
}

func (d *desk) verify() {
	d.Helper()
	report, err := verify.Run(context.Background(), d.db)
	if err != nil {
		d.Errorf("verify: %v", err)
		return
	}
	for _, finding := range report.Findings {
		d.Errorf("verify: %s", finding)
	}
}

func (d *desk) ctx() context.Context { return d.Context() }

// must returns a result, or ends the test if there is an error.
func must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("unexpected error: %v", err))
	}
	return v
}

// refused checks that an operation failed with a code, at a field (dotted; empty for none).
func refused(t testing.TB, err error, code inbox.Code, field string) {
	t.Helper()
	var own *inbox.Error
	if !errors.As(err, &own) {
		t.Errorf("got %v, want the error %s", err, code)
		return
	}
	if own.Code != code || strings.Join(own.Field, ".") != field {
		t.Errorf("got %v at %q, want %s at %q", own, strings.Join(own.Field, "."), code, field)
	}
	if own.Message == "" {
		t.Errorf("%s has no message", own.Code)
	}
}

// hire adds an agent of role AGENT who is online, unless a change says otherwise. It does not set a password, which
// takes long to hash: such an agent cannot log in.
func (d *desk) hire(name string, changes ...func(*inbox.Agent)) inbox.AgentID {
	d.Helper()
	at := inbox.At(d.clock.Now())
	return must(store.Update(d.ctx(), d.db, func(tx *store.Tx) (inbox.AgentID, error) {
		a := &inbox.Agent{Name: name, Email: strings.ToLower(name) + "@example.org", Role: inbox.RoleAgent,
			Visibility: inbox.VisibilityAll, Presence: inbox.PresenceOnline, PresenceSince: at, LastActivityAt: at, CreatedAt: at}
		for _, change := range changes {
			change(a)
		}
		if err := tx.InsertAgent(a, a.Email, "none"); err != nil {
			return 0, err
		}
		meta := inbox.EventMeta{At: at, Actor: inbox.BySystem()}
		tx.Append(&inbox.AgentChanged{EventMeta: meta, AgentID: a.ID, Role: a.Role, Visibility: a.Visibility, MaxOpen: a.MaxOpen})
		if a.Presence != inbox.PresenceOffline {
			tx.Append(&inbox.PresenceChanged{EventMeta: meta, AgentID: a.ID, Presence: a.Presence})
		}
		return a.ID, nil
	}))
}

// capped limits an agent's open conversations.
func capped(n int32) func(*inbox.Agent) { return func(a *inbox.Agent) { a.MaxOpen = &n } }

// being sets an agent's presence.
func being(p inbox.Presence) func(*inbox.Agent) { return func(a *inbox.Agent) { a.Presence = p } }

// seeing sets an agent's visibility.
func seeing(v inbox.Visibility) func(*inbox.Agent) { return func(a *inbox.Agent) { a.Visibility = v } }

func (d *desk) caller(id inbox.AgentID) inbox.Caller { return d.agent(id).Caller() }

func (d *desk) newKey(role inbox.Role) inbox.Caller {
	caller := inbox.Caller{Actor: inbox.BySystem(), Role: inbox.RoleOwner, Visibility: inbox.VisibilityAll}
	key := must(d.APIKeyCreate(d.ctx(), caller, engine.NewAPIKey{Name: "Key", Role: role})).Key
	return inbox.Caller{Actor: inbox.ByAPIKey(key.ID), Role: role, Visibility: inbox.VisibilityAll}
}

func (d *desk) newChannel(name string, grace inbox.Duration) inbox.ChannelID {
	return must(d.ChannelCreate(d.ctx(), d.owner, engine.ChannelCreateInput{Name: name, Kind: inbox.ChannelAPI, GraceAfterClose: &grace})).ID
}

// team adds a team with the default policy, changed.
func (d *desk) team(name string, policy engine.PolicyPatch, members ...inbox.AgentID) inbox.TeamID {
	d.Helper()
	return must(d.TeamCreate(d.ctx(), d.owner, engine.NewTeam{Name: name, MemberIDs: members, Policy: &policy})).Team.ID
}

// limit is a policy that limits open conversations.
func limit(n int32) engine.PolicyPatch { return engine.PolicyPatch{MaxOpen: engine.SetTo(n)} }

// by is a policy with a strategy.
func by(s inbox.AssignmentStrategy) engine.PolicyPatch { return engine.PolicyPatch{Strategy: &s} }

// defaultTeam makes a team the workspace's default.
func (d *desk) defaultTeam(id inbox.TeamID) {
	d.Helper()
	must(d.WorkspaceUpdate(d.ctx(), d.owner, engine.WorkspacePatch{DefaultTeam: engine.SetTo(id)}))
}

// message is what a contact writes.
func (d *desk) message(contact, text string) engine.MessageReceiveInput {
	return engine.MessageReceiveInput{ChannelID: d.channel, Contact: engine.InboundContactInput{ExternalID: contact},
		Message: engine.InboundMessageInput{Text: &text}}
}

// say sends a message of a contact.
func (d *desk) say(contact, text string) *engine.MessageReceived {
	d.Helper()
	return must(d.MessageReceive(d.ctx(), d.key, d.message(contact, text)))
}

// opened sends a message of a contact and returns the open conversation.
func (d *desk) opened(contact string) inbox.ConversationID {
	d.Helper()
	return d.say(contact, "Hello").Conversation.ID
}

// queuedIn opens a conversation and asks for an agent of a team.
func (d *desk) queuedIn(team inbox.TeamID, contact string) inbox.ConversationID {
	d.Helper()
	id := d.opened(contact)
	d.route(id, team)
	d.assign(id)
	return id
}

func (d *desk) route(id inbox.ConversationID, team inbox.TeamID) {
	d.Helper()
	must(d.ConversationRoute(d.ctx(), d.key, engine.RoutePatch{ConversationID: id, Team: engine.SetTo(team)}))
}

// assign lets automation assign.
func (d *desk) assign(id inbox.ConversationID) *engine.ConversationChange {
	d.Helper()
	return must(d.ConversationAssign(d.ctx(), d.key, engine.ConversationAssignInput{ConversationID: id}))
}

// give assigns by hand, whatever the capacity.
func (d *desk) give(id inbox.ConversationID, to inbox.AgentID) {
	d.Helper()
	must(d.ConversationAssign(d.ctx(), d.owner, engine.ConversationAssignInput{ConversationID: id, AgentID: &to, OverCapacity: true}))
}

func (d *desk) close(id inbox.ConversationID) {
	d.Helper()
	must(d.ConversationClose(d.ctx(), d.owner, engine.ConversationCloseInput{ConversationID: id}))
}

func (d *desk) send(from inbox.Caller, id inbox.ConversationID, text string) *engine.MessageChange {
	d.Helper()
	return must(d.MessageSend(d.ctx(), from, engine.MessageSendInput{ConversationID: id, Text: &text}))
}

func (d *desk) presence(id inbox.AgentID, p inbox.Presence) {
	d.Helper()
	must(d.PresenceSet(d.ctx(), d.owner, engine.PresenceSetInput{Presence: p, AgentID: &id}))
}

func (d *desk) snooze(id inbox.ConversationID, length time.Duration) {
	d.Helper()
	must(d.ConversationSnooze(d.ctx(), d.owner, engine.ConversationSnoozeInput{ConversationID: id, Until: new(inbox.At(d.clock.Now().Add(length)))}))
}

// later moves the clock and fires what is due by then.
func (d *desk) later(length time.Duration) {
	d.clock.move(length)
	d.FireDue(d.ctx())
}

// publish adds a workflow from YAML and publishes it.
func (d *desk) publish(document string) *inbox.Workflow {
	d.Helper()
	f := must(d.WorkflowCreate(d.ctx(), d.owner, engine.WorkflowCreateInput{
		Name: fmt.Sprintf("Workflow %d", d.db.HeadNumber()) + document[:min(len(document), 60)], Definition: definition(d.T, document)}))
	return must(d.WorkflowPublish(d.ctx(), d.owner, f.ID))
}

func definition(t testing.TB, document string) inbox.JSON {
	t.Helper()
	text, err := exchange.FromYAML([]byte(document))
	if err != nil {
		t.Fatalf("%v in\n%s", err, document)
	}
	return inbox.JSON(text)
}

func view[T any](d *desk, fn func(*store.ReadTx) (T, error)) T {
	d.Helper()
	return must(store.View(d.ctx(), d.db, fn))
}

func (d *desk) conversation(id inbox.ConversationID) *inbox.Conversation {
	d.Helper()
	return view(d, func(r *store.ReadTx) (*inbox.Conversation, error) { return r.Conversation(id) })
}

func (d *desk) agent(id inbox.AgentID) *inbox.Agent {
	d.Helper()
	return view(d, func(r *store.ReadTx) (*inbox.Agent, error) { return r.Agent(id) })
}

func (d *desk) contact(id inbox.ContactID) *inbox.Contact {
	d.Helper()
	return view(d, func(r *store.ReadTx) (*inbox.Contact, error) { return r.Contact(id) })
}

func (d *desk) runs(id inbox.ConversationID) []*inbox.WorkflowRun {
	d.Helper()
	runs := view(d, func(r *store.ReadTx) ([]*inbox.WorkflowRun, error) { return r.RunsOf(id, 100) })
	slices.Reverse(runs)
	return runs
}

// run returns the only run of a conversation.
func (d *desk) run(id inbox.ConversationID) *inbox.WorkflowRun {
	d.Helper()
	runs := d.runs(id)
	if len(runs) != 1 {
		d.Fatalf("the conversation has %d runs, want 1", len(runs))
	}
	return runs[0]
}

// assignee returns the assignee of a conversation, or zero.
func (d *desk) assignee(id inbox.ConversationID) inbox.AgentID {
	d.Helper()
	return d.conversation(id).Scope().Assignee
}

// decision returns the newest decision about a conversation.
func (d *desk) decision(id inbox.ConversationID) *inbox.AssignmentDecision {
	d.Helper()
	found := view(d, func(r *store.ReadTx) ([]*inbox.AssignmentDecision, error) { return r.DecisionsOf(id, 1) })
	if len(found) == 0 {
		d.Fatalf("nothing was decided about %s", id)
	}
	return found[0]
}

// messages returns the texts of a conversation, oldest first, each with its author's kind.
func (d *desk) messages(id inbox.ConversationID) []string {
	d.Helper()
	list := view(d, func(r *store.ReadTx) ([]*inbox.Message, error) { return r.MessagesOf(id, store.Range{Limit: 100}) })
	var texts []string
	for _, m := range list {
		texts = append(texts, fmt.Sprintf("%s: %s", m.Author.Kind, *m.Text))
	}
	return texts
}

// events returns the events of the log that have a higher number than after.
func (d *desk) events(after int64) []inbox.Event {
	d.Helper()
	records := view(d, func(r *store.ReadTx) ([]inbox.EventRecord, error) { return r.Events(after, 1_000_000) })
	list := make([]inbox.Event, len(records))
	for i, record := range records {
		list[i] = must(record.Event())
	}
	return list
}

// during returns the types of the events that fn causes, each with its actor.
func (d *desk) during(fn func()) []string {
	d.Helper()
	before := d.db.HeadNumber()
	fn()
	var types []string
	for _, e := range d.events(before) {
		types = append(types, fmt.Sprintf("%s by %s", e.Type(), e.Meta().Actor.Kind))
	}
	return types
}

func same(t testing.TB, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// dump returns every row of every table.
func (d *desk) dump() map[string][]string {
	d.Helper()
	raw := must(sql.Open("sqlite3", "file:"+d.path+"?mode=ro"))
	defer func() { _ = raw.Close() }()
	tables := rows(d.T, raw, `SELECT name FROM sqlite_master WHERE type = 'table'`)
	all := make(map[string][]string, len(tables))
	for _, table := range tables {
		all[table] = rows(d.T, raw, `SELECT * FROM "`+table+`"`)
	}
	return all
}

func rows(t testing.TB, raw *sql.DB, query string) []string {
	t.Helper()
	found, err := raw.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = found.Close() }()
	columns := must(found.Columns())
	var list []string
	for found.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		if err := found.Scan(values...); err != nil {
			t.Fatal(err)
		}
		texts := make([]string, len(values))
		for i, v := range values {
			texts[i] = fmt.Sprint(*v.(*any))
		}
		list = append(list, strings.Join(texts, "|"))
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(list)
	return list
}

// unchanged checks that fn changes no row of any table.
func (d *desk) unchanged(fn func()) {
	d.Helper()
	before := d.dump()
	fn()
	same(d.T, d.dump(), before)
}
