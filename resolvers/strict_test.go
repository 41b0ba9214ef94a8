package resolvers_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	_ "github.com/mattn/go-sqlite3" // the driver
	"github.com/vektah/gqlparser/v2/ast"

	"foyer/inbox"
)

// shownColumns are the columns of texts that answers show. % stands for the text, which the column has either unchanged or
// within JSON.
var shownColumns = map[string]string{
	"teams.name": "%", "workspace.name": "%", "workspace.acknowledgements": `["%"]`, "workspace.lifecycle_stages": `["%"]`,
	"agents.name": "%", "agents.email": "%", "api_keys.name": "%", "channels.name": "%", "contacts.first_name": "%",
	"contacts.last_name": "%", "contacts.email": "%", "contacts.phone": "%", "contacts.language": "%", "contacts.country": "%",
	"contacts.avatar": "%", "contacts.tags": `["%"]`, "contacts.lifecycle_stage": "%", "contacts.first_identity": "%",
	"contacts.field_values": `{"1":"%"}`, "contact_identities.external_id": "%", "conversations.category": "%",
	"conversations.summary": "%", "messages.text": "%", "message_extras.full_text": "%", "messages.attachments": `[{"url":"%","name":"%","mimeType":"%"}]`,
	"messages.failure_reason": "%", "messages.external_id": "%", "messages.idempotency_key": "%", "notes.text": "%",
	"drafts.text": "%", "saved_replies.shortcut": "%", "saved_replies.title": "%", "saved_replies.texts": `[{"language":"%","text":"%"}]`,
	"notes.attachments": `[{"url":"%","name":"%","mimeType":"%"}]`, "files.name": "%", "files.mime_type": "%",
	"decisions.reason": "%", "workflows.name": "%", "workflows.description": "%",
	"workflows.definition":         `{"format":1,"name":"%","trigger":{"on":"conversation.closed"},"steps":[{"key":"a","note":{"text":"%"}},{"key":"%","go":"%"}]}`,
	"workflow_versions.definition": `{"format":1,"name":"%"}`, "workflow_runs.current_step": "%", "workflow_runs.error": "%", "workflow_runs.end_reason": "%",
	"agent_profiles.signature": "%", "preferences.settings": `{"%":"%"}`,
	"saved_views.name": "%", "saved_views.filter": `{"search":"%"}`,
	"workflow_runs.variables": `{"%":"%"}`,
	"workflow_runs.steps":     `[{"key":"%","type":"%","exit":"%","at":0,"detail":{"%":["%"]},"error":"%"}]`,
	"teams.require_skills":    `["%"]`, "agents.skills": `["%"]`, "agents.languages": `["%"]`, "sessions.user_agent": "%", "sessions.network": "%", "secrets.name": "%", "contact_fields.label": "%", "contact_fields.options": `["%"]`,
}

// otherColumns are the columns that no answer shows, and those that only contain what the server writes for itself.
var otherColumns = []string{"teams.name_key", "workspace.time_zone", "agents.email_key", "agents.password_hash", "channels.name_key",
	"conversations.opened_by_kind", "conversations.closed_by_kind", "conversations.queue_policy", "messages.author_kind", "messages.status",
	"notes.author_kind", "notes.mentions", "decisions.candidates", "decisions.passed_over", "workflows.name_key", "workflows.trigger_on",
	"workflow_versions.names", "workflow_runs.state", "trigger_events.state", "idempotency_keys.caller", "idempotency_keys.key",
	"idempotency_keys.result", "events.type", "events.subject_kind", "events.actor_kind", "events.data", "log_epochs.epoch", "lanes.key",
	"lanes.token", "tasks.lane", "tasks.idempotency_key", "tasks.payload", "contact_fields.name", "teams.hours",
	"drafts.files", "saved_replies.shortcut_key", "saved_replies.files", "saved_replies.search_key",
	"teams.head_starts", "agents.skill_keys", "agents.language_keys",
	"conversations.taken_from", "notifications.actor_kind", "workflow_runs.ended_by_kind", "agent_networks.network", "connections.node", "message_extras.warnings",
	"jobs.starter_kind", "jobs.action", "job_items.undo", "job_items.error", "files.uploader_kind", "view_orders.view_ids",
	"agent_profiles.time_zone"}

// plainFields are the fields whose texts only the server chooses, and those that no scene of this test has.
var plainFields = []string{
	"Workspace.timeZone", "Hours.timeZone", "Agent.timeZone", "System.name", "WorkflowRunStep.type", "ContactField.name", "Change.field", "Change.from", "Change.to",
	"Shortcut.title", "ShortcutField.name", "ShortcutField.label", "ShortcutField.default", "ShortcutField.values",
	"Hours.holidays", "Week.mon", "Week.tue", "Week.wed", "Week.thu", "Week.fri", "Week.sat", "Week.sun", "ConversationClosed.category", "ConversationClosed.summary",
	"Server.version", "Server.build", "QueueState.sentence", "InputWarning.field", "InputWarning.message", "InputWarning.value",
	"RenderedReply.text", "RenderedReply.language", "RenderedReply.missing", "RenderedReply.problem", "QueueState.sentence", "InputWarning.field", "InputWarning.message", "InputWarning.value",
}

// nasty returns texts that have broken writers of JSON, some of which are not valid text. The mark distinguishes them
// from other texts.
const mark = "NASTY"

func nasty() []string {
	var low, bidi strings.Builder
	for c := range rune(0x300) {
		low.WriteRune(c)
	}
	for c := rune(0x2000); c < 0x2100; c++ {
		bidi.WriteRune(c)
	}
	return []string{
		low.String() + mark, mark + bidi.String(), mark + "\U0001F3F4\U000E0067\U000E0062\U000E007F\U0010FFFF\uFDD0\uFFFE\uFEFF",
		mark + "\xff\xfe \xed\xa0\x80\xed\xb0\x80 \xc0\xaf \xf4\x90\x80\x80 \xe2", "\xf0\x9f" + mark + `\ud800 \" \U0001F3F4 \x00 \`, mark + `</script>"}]`,
	}
}

// inJSON returns a text to put between the quotes of JSON, with nothing escaped that JSON allows unescaped.
func inJSON(text string) string {
	var out strings.Builder
	for _, b := range []byte(text) {
		switch {
		case b == '"' || b == '\\':
			out.Write([]byte{'\\', b})
		case b < ' ':
			fmt.Fprintf(&out, `\u%04x`, b)
		default:
			out.WriteByte(b)
		}
	}
	return out.String()
}

// post sends a query over HTTP and returns the answer unchanged.
func (b *broadcast) post(who person, query string) []byte {
	b.Helper()
	body, err := json.Marshal(map[string]any{"query": query})
	b.must(err)
	request, err := http.NewRequestWithContext(b.Context(), http.MethodPost, "http"+strings.TrimPrefix(b.url, "ws"), bytes.NewReader(body))
	b.must(err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+who.token)
	response, err := http.DefaultClient.Do(request)
	b.must(err)
	answer, err := io.ReadAll(response.Body)
	b.must(err)
	b.must(response.Body.Close())
	return answer
}

// strictly reads JSON as a strict parser does, and notes the fields that contain the mark.
func strictly(t *testing.T, what string, answer []byte, found map[string]bool) {
	t.Helper()
	var value any
	if !utf8.Valid(answer) {
		t.Errorf("%s: not UTF-8", what)
	}
	if err := json.Unmarshal(answer, &value); err != nil {
		t.Errorf("%s: %v: %.300s", what, err, answer)
		return
	}
	noteMarks(value, "", found)
}

func noteMarks(value any, field string, found map[string]bool) {
	switch value := value.(type) {
	case string:
		if strings.Contains(value, mark) {
			found[field] = true
		}
	case []any:
		for _, item := range value {
			noteMarks(item, field, found)
		}
	case map[string]any:
		for name, inner := range value {
			if kind, own, ok := strings.Cut(name, "_"); ok && kind != "" && kind[0] >= 'A' && kind[0] <= 'Z' {
				noteMarks(inner, kind+"."+own, found)
				continue
			}
			if strings.Contains(name, mark) {
				found[field] = true
			}
			noteMarks(inner, field, found)
		}
	}
}

func TestEveryAnswerAndItemIsJSONWhateverTheRowsHold(t *testing.T) {
	m := newMatrix(t)
	s := m.play(false)
	raw, err := sql.Open("sqlite3", "file:"+m.path+"?_busy_timeout=10000")
	m.must(err)
	t.Cleanup(func() { m.must(raw.Close()) })
	m.knowsColumns(t, raw)
	queries := map[string]string{
		"lists": "{ workspace { " + m.selection("Workspace", 2, false) + "} secrets { " + m.selection("Secret", 1, false) + "} drafts { " +
			m.selection("Draft", 1, false) + "} me { " + m.selection("Agent", 1, false) + "} }",
	}
	for kind := range governedKinds {
		queries[kind] = fmt.Sprintf("{ node(id: %q) { ... on %s { %s } } }", s.ids[kind], kind, m.selection(kind, 3, false))
	}
	for kind, of := range nodes() {
		id, _ := of(m)
		queries[kind] = fmt.Sprintf("{ node(id: %q) { ... on %s { %s } } }", id, kind, m.selection(kind, 3, false))
	}
	stream := "subscription($after: Cursor) { events(after: $after) { " + m.selection("StreamItem", 3, true) + "} }"
	m.ask(m.owner, `mutation { secretSet(input: {name: "S", value: "long enough"}) { secret { name } } }`, nil).ok()
	m.ask(m.owner, `mutation($c: ID!) { draftSet(input: {conversationId: $c, kind: REPLY, text: "Hi"}) { draft { text } } }`, variables{"c": s.ids["Conversation"]}).ok()
	picture, err := m.engine.FileAdd(t.Context(), m.owner.Caller, inbox.File{ID: inbox.FileID(m.next()), Name: "a.png", ThumbnailBytes: new(int32(1)), SHA256: []byte{}})
	m.must(err)
	m.ask(m.owner, `mutation($f: ID!) { viewerUpdate(input: {signature: "Ann", avatarFileId: $f}) { agent { avatar } userErrors { message } }
		preferencesSet(input: {namespace: "a", value: 1}) { userErrors { message } } }`, variables{"f": picture.ID.String()}).ok()
	first := m.db.CursorAt(1)
	found := map[string]bool{}
	for _, text := range nasty() {
		m.writeDirectly(raw, text)
		for kind, query := range queries {
			strictly(t, kind, m.post(m.owner, query), found)
		}
		follower := m.follow(m.owner, stream, variables{"after": first})
		for ready := false; !ready; {
			_ = follower.SetReadDeadline(time.Now().Add(patience))
			_, item, err := follower.ReadMessage()
			m.must(err)
			strictly(t, "item", item, found)
			if !bytes.Contains(item, []byte(`"type":"next"`)) {
				t.Fatalf("the stream of %q ended: %s", text, item)
			}
			ready = bytes.Contains(item, []byte(`"StreamReady_cursor"`))
		}
	}
	m.sawAll(t, found)
}

// writeDirectly puts a text into all columns that answers show.
func (m *matrix) writeDirectly(raw *sql.DB, text string) {
	m.Helper()
	for column, form := range shownColumns {
		table, name, _ := strings.Cut(column, ".")
		value := text
		if form != "%" {
			value = strings.ReplaceAll(form, "%", inJSON(text))
		}
		// In a unique column, one row gets the text.
		_, err := raw.ExecContext(m.Context(), fmt.Sprintf(`UPDATE OR IGNORE %s SET %s = CAST(? AS TEXT)`, table, name), []byte(value))
		if err != nil {
			m.Fatalf("%s: %v", column, err)
		}
	}
}

// knowsColumns fails the test if a column of texts is in neither list.
func (m *matrix) knowsColumns(t *testing.T, raw *sql.DB) {
	t.Helper()
	rows, err := raw.QueryContext(t.Context(), `SELECT m.name || '.' || c.name, m.sql FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND c.type = 'TEXT' AND m.name NOT LIKE '%search%' AND m.name NOT LIKE 'schema_%'`)
	m.must(err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var column, definition string
		m.must(rows.Scan(&column, &definition))
		_, name, _ := strings.Cut(column, ".")
		if _, shown := shownColumns[column]; !shown && !slices.Contains(otherColumns, column) && !strings.Contains(definition, "CHECK ("+name+" IN") {
			t.Errorf("the column %s is in neither list: say whether answers show it", column)
		}
	}
	m.must(rows.Err())
}

// sawAll fails the test if a field of text was never seen with the text in it.
func (m *matrix) sawAll(t *testing.T, found map[string]bool) {
	t.Helper()
	for _, d := range m.schema.Types {
		if d.Kind != ast.Object || d.BuiltIn || d == m.schema.Query || strings.HasSuffix(d.Name, "Payload") || slices.Contains([]string{"UserError", "PageInfo", "WorkflowProblem"}, d.Name) {
			continue
		}
		for _, f := range d.Fields {
			field := d.Name + "." + f.Name
			isText := slices.Contains([]string{"String", "URL", "JSON"}, f.Type.Name()) && !strings.HasSuffix(d.Name, "Edge")
			if isText && !found[field] && !slices.Contains(plainFields, field) {
				t.Errorf("%s was never seen with the text in it", field)
			}
		}
	}
}
