package store

import "foyer/inbox"

var noteRows = rowsOf[inbox.Note]("notes n")

// Notes returns the notes with these ids, in no particular order. Unknown ids are left out.
func (r *Reader) Notes(ids []inbox.NoteID) ([]*inbox.Note, error) {
	return noteRows.all(r, `FROM notes n WHERE n.id IN `+inList, list(ids))
}

// NotesOf returns a stretch of a conversation's notes, oldest first.
func (r *Reader) NotesOf(conversation inbox.ConversationID, page Range) ([]*inbox.Note, error) {
	where := newCondition(`n.conversation_id = ?`, conversation)
	order := page.narrow(&where, `n.id`)
	notes, err := noteRows.all(r, `FROM notes n`+where.sql()+order, where.args...)
	return oldestFirst(notes, page), err
}

// InsertNote stores a note in a conversation of a contact, and sets its id if it is zero.
func (tx *Tx) InsertNote(n *inbox.Note, contact inbox.ContactID) error {
	number(tx, &n.ID, NoteIDs)
	if err := noteRows.insert(tx, n); err != nil {
		return err
	}
	tx.Index(int64(n.ID)*4+docNote, n.Text, n.ConversationID, contact)
	return nil
}

// UpdateNote stores what can change of a note in a conversation of a contact. What it said before is not found any more.
func (tx *Tx) UpdateNote(n *inbox.Note, contact inbox.ContactID) error {
	if err := noteRows.set(tx, n, `text, mentions, attachments, edited_at, deleted_at`); err != nil {
		return err
	}
	tx.Index(int64(n.ID)*4+docNote, n.Text, n.ConversationID, contact)
	return nil
}
