package engine_test

import (
	"compress/gzip"
	"database/sql"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/account"
	"foyer/engine"
	"foyer/inbox"
	"foyer/internal/version"
	"foyer/store"
	"foyer/vault"
)

// released is the folder of the databases that releases wrote, each with rows in every table. One never changes after its
// release.
const released = "../store/testdata/released"

// TestTheReleasedDatabaseHasDataInEveryTable makes a database with rows in every table. With FOYER_UPDATE_FIXTURE=1 it
// stores it as the one of this release.
func TestTheReleasedDatabaseHasDataInEveryTable(t *testing.T) {
	d := newDesk(t)
	d.liveThrough()
	copied := filepath.Join(t.TempDir(), "copy.db")
	if err := store.Backup(d.ctx(), d.path, copied, nil); err != nil {
		t.Fatal(err)
	}
	for table, n := range tableCounts(t, copied) {
		if n == 0 && !strings.HasPrefix(table, "search_") {
			t.Errorf("%s is empty", table)
		}
	}
	raw := openRaw(t, copied)
	for column, want := range map[string][]string{
		"conversations.status":        {"CLOSED", "OPEN"},
		"conversations.closed_source": {"", "AGENT", "API", "AUTO", "BLOCK", "WORKFLOW"},
		"messages.status":             {"DELIVERED", "FAILED", "QUEUED", "READ", "RECEIVED", "SENT"},
		"workflow_runs.status":        {"CANCELLED", "COMPLETED", "FAILED", "TAKEN_OVER", "WAITING"},
		"workflows.status":            {"DRAFT", "PUBLISHED", "STOPPED"},
		"timers.kind":                 {"AWAY", "CANCEL", "FIELD", "PRESENCE", "RUN", "TRIGGER", "WAKE"},
		"agents.presence":             {"BUSY", "OFFLINE", "ONLINE"},
	} {
		table, name, _ := strings.Cut(column, ".")
		if got := slices.Compact(rows(t, raw, `SELECT DISTINCT coalesce(`+name+`, '') FROM `+table)); !slices.Equal(got, want) {
			t.Errorf("%s has the values %q, want %q", column, got, want)
		}
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	if os.Getenv("FOYER_UPDATE_FIXTURE") == "1" {
		if err := compress(copied, filepath.Join(released, version.Number+".db.gz")); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEveryReleasedDatabaseIsUpgradedWithItsData(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(released, "*.db.gz"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no released databases: %v", err)
	}
	if newest := filepath.Join(released, version.Number+".db.gz"); !slices.Contains(files, newest) {
		t.Errorf("%s is not there: see the test above", newest)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".db.gz"), func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "foyer.db")
			if err := decompress(file, path); err != nil {
				t.Fatal(err)
			}
			before := tableCounts(t, path)
			clock := newClock()
			clock.move(365 * 24 * time.Hour)
			d := openReleased(t, path, clock)
			after := tableCounts(t, path)
			for table, n := range before {
				if _, isThere := after[table]; !isThere || after[table] < n {
					t.Errorf("%s had %d rows and has %d", table, n, after[table])
				}
			}
			raw := openRaw(t, path)
			same(t, rows(t, raw, `PRAGMA integrity_check`), []string{"ok"})
			same(t, rows(t, raw, `PRAGMA foreign_key_check`), []string(nil))
			if err := raw.Close(); err != nil {
				t.Error(err)
			}
			d.verify()
			d.worksOn()
		})
	}
}

// openReleased opens the database of a release with this program, as the owner that liveThrough had.
func openReleased(t *testing.T, path string, clock *clock) *desk {
	t.Helper()
	d := openDesk(t, path, clock)
	d.owner, d.channel = d.caller(1), 1
	d.key = inbox.Caller{Actor: inbox.ByAPIKey(1), Role: inbox.RoleManager, Visibility: inbox.VisibilityAll}
	return d
}

// worksOn checks that work goes on in the database: timers fire, requests are sent, secrets open, contacts write.
func (d *desk) worksOn() {
	d.Helper()
	for range 5 {
		d.later(24 * time.Hour)
		if err := d.Outbox().PerformDue(d.ctx()); err != nil {
			d.Errorf("perform tasks: %v", err)
		}
	}
	left := slices.DeleteFunc(view(d, func(r *store.ReadTx) ([]store.Timer, error) { return r.Timers(1000) }), func(t store.Timer) bool {
		return t.Kind == store.TimerOpening // the team is closed now, and opens on Monday
	})
	if len(left) > 0 {
		d.Errorf("timers never fire: %v", left)
	}
	if unreadable := must(d.Secrets().Unreadable(d.ctx())); len(unreadable) > 0 {
		d.Errorf("the secrets %v cannot be read", unreadable)
	}
	if said := d.say("Carla", "Here again"); said.Conversation == nil {
		d.Error("a message opens no conversation")
	}
	d.verify()
}

// liveThrough fills every table.
func (d *desk) liveThrough() {
	ana, ben, bob := d.hire("Ana"), d.hire("Ben", being(inbox.PresenceBusy), capped(3)), d.hire("Bob", seeing(inbox.VisibilityTeam))
	team := must(d.TeamCreate(d.ctx(), d.owner, engine.NewTeam{Name: "Support", MemberIDs: []inbox.AgentID{ana, ben, bob}, Policy: new(limit(2)),
		Hours: &inbox.Hours{TimeZone: "Europe/Vienna", Week: inbox.Week{Mon: []string{"08:00-18:00"}, Tue: []string{"08:00-18:00"}}}})).Team.ID
	d.team("Sales", by(inbox.StrategyManual), bob)
	d.defaultTeam(team)
	must(d.WorkspaceUpdate(d.ctx(), d.owner, engine.WorkspacePatch{LifecycleStages: []string{"Lead", "Customer"}}))
	d.autoClose(minute)
	d.answered(ana, "Silent")
	d.later(time.Minute)
	d.autoClose(365 * day)
	failing := d.publish(overrunning())
	failed := d.opened("Failed")
	d.FireDue(d.ctx()) // it goes on where it had to make way, and nothing else is due yet
	must(d.WorkflowStop(d.ctx(), d.owner, failing.ID, false))
	d.account()
	d.contacts()
	d.conversations(team, ana)
	d.workflows()
	must(d.NoteAdd(d.ctx(), d.owner, engine.NoteAddInput{ConversationID: failed, Text: "See this.",
		Attachments: []engine.AttachmentInput{{FileID: &d.upload(d.owner).ID}}}))
	d.connect(ana)
	d.connect(ben)()
	d.chooses(ben, inbox.PresenceBusy, 48*time.Hour)
	must(d.ViewerUpdate(d.ctx(), d.caller(ana), engine.ViewerPatch{Avatar: engine.SetTo(d.portrait(d.caller(ana)).ID), Signature: engine.SetTo("Ana"),
		TimeZone: engine.SetTo("Europe/Vienna")}))
	must(d.PreferencesSet(d.ctx(), d.caller(ana), engine.Preference{Namespace: "console", Value: inbox.JSON(`{"dense":true}`)}))
	view := must(d.SavedViewCreate(d.ctx(), d.caller(ana), engine.NewSavedView{Name: "Mine", Filter: inbox.JSON(`{"mine":true}`), Order: inbox.OrderNewest}))
	must(d.SavedViewUpdate(d.ctx(), d.caller(ana), engine.SavedViewPatch{ID: view.ID, Position: new(1)}))
	must(d.ConversationsChange(d.ctx(), d.owner, engine.ConversationsChange{IDs: []inbox.ConversationID{failed}, Action: engine.JobAction{Tags: &engine.TagsAction{AddTags: []string{"failed"}}}}))
	d.clock.move(time.Second)
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: bob, Disabled: new(true)}))
}

// account makes an agent who has logged in, keys and secrets.
func (d *desk) account() {
	must(d.AgentCreate(d.ctx(), d.owner, engine.AgentCreateInput{Name: "Eva", Email: "eva@example.org", Password: "correct horse",
		Role: inbox.RoleManager, IdempotencyKey: new("eva")}))
	must(d.Accounts().Login(d.ctx(), account.LoginInput{Email: "eva@example.org", Password: "correct horse", From: netip.MustParseAddr("192.0.2.7")}))
	gone := must(d.APIKeyCreate(d.ctx(), d.owner, engine.NewAPIKey{Name: "Old site", Role: inbox.RoleAgent}))
	must(d.Accounts().RevokeKey(d.ctx(), d.owner, gone.Key.ID))
	must(d.Secrets().Set(d.ctx(), d.owner, vault.SetInput{Name: "CRM", Value: "t0ken-of-the-crm"}))
	must(d.ChannelUpdate(d.ctx(), d.owner, engine.ChannelPatch{ID: d.newChannel("Chat", 0), Disabled: new(true)}))
}

// contacts creates contacts with custom fields. One field is deleted while contacts have values for it.
func (d *desk) contacts() {
	d.field("plan", inbox.FieldText, "Gold", "Silver")
	shoe := d.field("shoe_size", inbox.FieldNumber)
	carla := must(d.ContactCreate(d.ctx(), d.owner, engine.ContactCreateInput{
		FirstName: new("Carla"), LastName: new("Caruso"), Email: new("carla@example.org"), Phone: new("+431234567"),
		Country: new("AT"), Avatar: new(inbox.URL("https://example.org/carla.png")),
		Identities: []engine.ContactIdentityInput{{ChannelID: d.channel, ExternalID: "Carla"}}, Tags: []string{"vip"},
		LifecycleStage: new("Lead"), Language: new("de-AT"), Fields: inbox.JSON(`{"plan": "Gold", "shoe_size": 39}`)}))
	must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: carla.Contact.ID, AddTags: []string{"new"}}))
	must(d.ContactFieldDelete(d.ctx(), d.owner, shoe.ID))
}

// conversations makes conversations in each state, with messages in each status.
func (d *desk) conversations(team inbox.TeamID, ana inbox.AgentID) {
	long := d.message("Long", strings.Repeat("word ", 5000))
	long.Message.Attachments = []engine.InboundAttachment{{URL: "https://example.org/a.png", Name: new("a.png")}}
	must(d.MessageReceive(d.ctx(), d.key, long))
	must(d.MessageReceive(d.ctx(), d.key, engine.MessageReceiveInput{ChannelID: d.channel, Contact: engine.InboundContactInput{ExternalID: "Empty"}}))
	d.queuedIn(team, "Queued")
	d.snooze(d.opened("Snoozed"), 240*time.Hour)

	assigned := d.opened("Assigned")
	d.give(assigned, ana)
	for _, status := range []inbox.MessageStatus{inbox.StatusSent, inbox.StatusDelivered, inbox.StatusRead, inbox.StatusFailed, ""} {
		sent := d.send(d.caller(ana), assigned, fmt.Sprint("Hello ", status))
		if status != "" {
			must(d.MessageStatusReport(d.ctx(), d.key, engine.MessageStatusReportInput{MessageID: sent.Message.ID, Status: status,
				FailureReason: new("No such number"), ExternalID: new(fmt.Sprint("out-", status))}))
		}
	}
	must(d.ConversationWatch(d.ctx(), d.caller(ana), assigned))
	must(d.ConversationRead(d.ctx(), d.caller(ana), assigned, d.say("Assigned", "Thanks").Message.ID))
	must(d.NoteAdd(d.ctx(), d.caller(ana), engine.NoteAddInput{ConversationID: assigned, Text: "Call them", MentionIDs: []inbox.AgentID{ana}}))
	d.draft(ana, assigned, "I have called them.")
	d.newReply("thanks", nil, in("en", "Thank you"))

	d.close(d.opened("Closed"))
	must(d.ConversationClose(d.ctx(), d.key, engine.ConversationCloseInput{ConversationID: d.opened("Closed"), Category: new("Order"), Summary: new("Sent again")}))
	must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: d.say("Blocked", "Buy this").Contact.ID, Blocked: new(true)}))
}

// workflows creates workflows and runs in each state, and leaves a trigger event and a request that are still to be
// handled.
func (d *desk) workflows() {
	must(d.WorkflowCreate(d.ctx(), d.owner, engine.WorkflowCreateInput{Name: "Draft", Description: new("Not ready"), Definition: definition(d.T, `{ format: 1, name: Draft, trigger: { on: conversation.opened }, steps: [{ key: a, note: { text: "{{ nobody }}" } }] }`)}))
	d.webhook(orderWebhook)
	once := d.publish(`{ format: 1, name: Made, trigger: { on: conversation.opened, oncePerContact: true }, steps: [{ key: tell, note: { text: New } }] }`)
	d.opened("Once")
	must(d.WorkflowStop(d.ctx(), d.owner, once.ID, false))

	// Each contact has a run that waits until the next workflow is stopped: the runs end in parts.
	waits := d.publish(`{ format: 1, name: Made, trigger: { on: conversation.opened }, steps: [{ key: wait, wait: { for: P30D } }] }`)
	for i := range 25 {
		d.opened(fmt.Sprint("Waits ", i))
	}
	d.send(d.caller(1), d.conversationOf("Waits 24"), "I take over")
	must(d.WorkflowStop(d.ctx(), d.owner, waits.ID, true))

	d.stopAfter(`{ key: ask, ask: { text: "Which order?", answer: text, timeout: P30D, saveTo: { variable: order } } }`, "Asked")
	d.stopAfter(`{ key: call, http: { url: "https://127.0.0.1/{{ secrets.CRM }}" } }`, "Request")
	d.stopAfter(`{ key: route, route: { team: Sales } }, { key: assign, assign: { by: team, policy: { strategy: MANUAL } } }`, "Policy")
	d.stopAfter(`{ key: close, close: { summary: Done } }`, "Completed")

	d.tellings(40, "message.received", "{{ message.text }}")
	d.clock.tick(time.Millisecond)
	d.opened("Later")
	d.clock.tick(0)
}

// stopAfter publishes a workflow of some steps, lets it run for one new contact, and stops it.
func (d *desk) stopAfter(steps, contact string) {
	f := d.publish(`{ format: 1, name: Made, trigger: { on: conversation.opened }, steps: [` + steps + `] }`)
	d.opened(contact)
	must(d.WorkflowStop(d.ctx(), d.owner, f.ID, false))
}

// conversationOf returns the conversation that a contact writes in.
func (d *desk) conversationOf(contact string) inbox.ConversationID {
	return d.say(contact, "Hello?").Conversation.ID
}

func openRaw(t *testing.T, path string) *sql.DB {
	t.Helper()
	return must(sql.Open("sqlite3", "file:"+path+"?mode=ro"))
}

// tableCounts returns how many rows each table has.
func tableCounts(t *testing.T, path string) map[string]int {
	t.Helper()
	raw := openRaw(t, path)
	defer func() { _ = raw.Close() }()
	counts := map[string]int{}
	for _, table := range rows(t, raw, `SELECT name FROM sqlite_master WHERE type = 'table'`) {
		counts[table] = len(rows(t, raw, `SELECT 1 FROM "`+table+`"`))
	}
	return counts
}

func compress(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	file, err := os.Create(to)
	if err != nil {
		return err
	}
	z, err := gzip.NewWriterLevel(file, gzip.BestCompression)
	if err == nil {
		_, err = z.Write(data)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		return err
	}
	return file.Close()
}

func decompress(from, to string) error {
	file, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	z, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	data, err := io.ReadAll(z)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o600)
}
