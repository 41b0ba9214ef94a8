package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// note adds a note.
func (d *desk) note(who inbox.Caller, id inbox.ConversationID, text string, mentions ...inbox.AgentID) *inbox.Note {
	d.Helper()
	return must(d.NoteAdd(d.ctx(), who, engine.NoteAddInput{ConversationID: id, Text: text, MentionIDs: mentions})).Note
}

// finds reports whether a search finds a conversation.
func (d *desk) finds(word string, id inbox.ConversationID) bool {
	d.Helper()
	return view(d, func(r *store.ReadTx) (bool, error) {
		page, err := r.ConversationList(inbox.SeesAll(), store.ConversationFilter{Search: word}, inbox.OrderNewest, store.ListRange{Limit: 10})
		return slices.ContainsFunc(page.Conversations, func(c *inbox.Conversation) bool { return c.ID == id }), err
	})
}

// noteChanges returns the changes of notes in the log.
func (d *desk) noteChanges() []*inbox.NoteChanged {
	d.Helper()
	var changes []*inbox.NoteChanged
	for _, record := range view(d, func(r *store.ReadTx) ([]inbox.EventRecord, error) { return r.Events(0, 10_000) }) {
		if changed, ok := must(record.Event()).(*inbox.NoteChanged); ok {
			changes = append(changes, changed)
		}
	}
	return changes
}

func TestANoteIsEditedByItsAuthorAndDeletedByItsAuthorOrAManager(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana"), d.hire("Ben")
	hidden := d.hire("Hidden", seeing(inbox.VisibilityAssigned))
	manager := d.hire("Manager", func(a *inbox.Agent) { a.Role = inbox.RoleManager })
	id := d.opened("contact")
	d.close(id) // notes of closed conversations can be edited too
	otherKey := d.newKey(inbox.RoleAgent)
	const ok, seen, unseen = "", "FORBIDDEN", "NOT_FOUND"
	for _, test := range []struct {
		name           string
		author, who    inbox.Caller
		edits, removes string
	}{
		{"the author", d.caller(ana), d.caller(ana), ok, ok},
		{"a colleague", d.caller(ana), d.caller(ben), seen, seen},
		{"who does not see it", d.caller(ana), d.caller(hidden), unseen, unseen},
		{"a manager", d.caller(ana), d.caller(manager), seen, ok},
		{"a manager's key", d.caller(ana), d.key, seen, ok},
		{"the key that wrote it", otherKey, otherKey, ok, ok},
		{"another key", d.key, otherKey, seen, seen},
	} {
		n := d.note(test.author, id, "As it was")
		_, err := d.NoteUpdate(d.ctx(), test.who, engine.NotePatch{NoteID: n.ID, Text: new("As it is")})
		if got := refusalOf(err); got != test.edits {
			t.Errorf("%s edits: %q, want %q", test.name, got, test.edits)
		}
		_, err = d.NoteDelete(d.ctx(), test.who, n.ID)
		if got := refusalOf(err); got != test.removes {
			t.Errorf("%s deletes: %q, want %q", test.name, got, test.removes)
		}
	}
	n := d.note(d.caller(ana), id, "Here")
	for field, patch := range map[string]engine.NotePatch{"text": {NoteID: n.ID, Text: new(" ")}, "mentionIds": {NoteID: n.ID, MentionIDs: []inbox.AgentID{99}}, "id": {NoteID: 99}} {
		if _, err := d.NoteUpdate(d.ctx(), d.caller(ana), patch); !strings.Contains(refusalOf(err), map[string]string{"text": "REQUIRED"}[field]) || err == nil {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestAnEditedNoteSaysSoAndNothingOfADeletedOneIsLeft(t *testing.T) {
	d := newDesk(t)
	ana, ben, cleo := d.hire("Ana"), d.hire("Ben"), d.hire("Cleo")
	id := d.opened("contact")
	n := d.note(d.caller(ana), id, "aardvark", ben)
	before := d.conversation(id)
	d.clock.move(time.Minute)
	same := must(d.NoteUpdate(d.ctx(), d.caller(ana), engine.NotePatch{NoteID: n.ID, Text: new("aardvark"), MentionIDs: []inbox.AgentID{ben, ben}}))
	if same.Cursor != nil || same.Note.EditedAt != nil {
		t.Error("saying the same again is an edit")
	}
	edited := must(d.NoteUpdate(d.ctx(), d.caller(ana), engine.NotePatch{NoteID: n.ID, Text: new("buffalo"), MentionIDs: []inbox.AgentID{cleo}}))
	if edited.Note.Text != "buffalo" || edited.Note.EditedAt.Std() != d.clock.Now() || edited.Cursor == nil || !slices.Equal(edited.Note.MentionIDs, []inbox.AgentID{cleo}) {
		t.Errorf("edited to %+v", edited.Note)
	}
	if d.finds("aardvark", id) || !d.finds("buffalo", id) {
		t.Error("a search finds what the note said before, or not what it says now")
	}
	if after := d.conversation(id); after.LastActivityAt != before.LastActivityAt {
		t.Error("an edit counts as activity")
	}
	d.verify() // that the mentions agree
	deleted := must(d.NoteDelete(d.ctx(), d.owner, n.ID))
	if again := must(d.NoteDelete(d.ctx(), d.owner, n.ID)); again.Cursor != nil || deleted.Cursor == nil {
		t.Error("it is deleted twice")
	}
	late := must(d.NoteUpdate(d.ctx(), d.caller(ana), engine.NotePatch{NoteID: n.ID, Text: new("back")}))
	if late.Refused == nil || late.Refused.Code != inbox.CodeConflict {
		t.Errorf("a deleted note is edited: %+v", late)
	}
	kept := view(d, func(r *store.ReadTx) ([]*inbox.Note, error) { return r.NotesOf(id, store.Range{Limit: 10}) })
	if len(kept) != 1 || kept[0].Text != "" || len(kept[0].MentionIDs) > 0 || kept[0].DeletedAt == nil || kept[0].Author != n.Author || d.finds("buffalo", id) {
		t.Errorf("left is %+v", kept)
	}
	changes := d.noteChanges()
	if len(changes) != 2 || changes[0].Deleted || !changes[1].Deleted || changes[0].Actor != inbox.ByAgent(ana) || changes[1].Actor != d.owner.Actor {
		t.Errorf("the log has %+v", changes)
	}
	for table, rows := range d.dump() {
		for _, row := range rows {
			if !strings.HasPrefix(table, "search") && (strings.Contains(row, "aardvark") || strings.Contains(row, "buffalo")) {
				t.Errorf("%s still has %s", table, row)
			}
		}
	}
}
