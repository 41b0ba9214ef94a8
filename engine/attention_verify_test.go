package engine_test

import (
	"database/sql"
	"strings"
	"testing"

	"foyer/engine/verify"
)

func TestVerifyFindsWhatCannotBeAmongWhatAgentsHaveSeenAndAreNotifiedOf(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	id, other := d.opened("c1"), d.opened("c2")
	d.see(ana, id, d.say("c1", "One").Message.ID)
	note := d.mention(d.owner, id, ana)
	must(d.ConversationWatch(d.ctx(), d.caller(ana), id))
	d.verify()
	raw := must(sql.Open("sqlite3", d.path))
	defer func() { _ = raw.Close() }()
	for _, test := range []struct{ do, undo, want string }{
		{`UPDATE seen SET message_id = 99`, `UPDATE seen SET message_id = 1`, "has seen of " + id.String()},
		{`UPDATE seen SET note_id = 99`, `UPDATE seen SET note_id = 0`, "has seen of " + id.String()},
		{`UPDATE notes SET mentions = '[]'`, `UPDATE notes SET mentions = '[2]'`, note.ID.String() + " mentions others"},
		{`DELETE FROM mentions`, `INSERT INTO mentions VALUES (2, 1, 1)`, note.ID.String() + " mentions others"},
		{`UPDATE conversations SET watchers = 2 WHERE id = 1`, `UPDATE conversations SET watchers = 1 WHERE id = 1`, id.String() + " is watched by another number"},
		{`UPDATE watches SET conversation_id = 2`, `UPDATE watches SET conversation_id = 1`, other.String() + " is watched by another number"},
		{`UPDATE notifications SET conversation_id = 2`, `UPDATE notifications SET conversation_id = 1`, "ntf_1 is of a message or a note"},
		{`UPDATE notifications SET read_at = at - 1`, `UPDATE notifications SET read_at = NULL`, "ntf_1 is of a message or a note"},
	} {
		must(raw.Exec(test.do))
		report := must(verify.Run(d.ctx(), d.db))
		must(raw.Exec(test.undo))
		if found := strings.Join(report.Findings, "\n"); !strings.Contains(found, test.want) {
			t.Errorf("%s: got %q, want %q", test.do, found, test.want)
		}
	}
}
