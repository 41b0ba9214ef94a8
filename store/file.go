package store

import (
	"slices"

	"foyer/inbox"
)

var fileRows = rowsOf[inbox.File]("files f")

// Files returns the files with these ids, in no particular order. Unknown ids are left out.
func (r *Reader) Files(ids []inbox.FileID) ([]*inbox.File, error) {
	return fileRows.all(r, `FROM files f WHERE f.id IN `+inList, list(ids))
}

// File returns one file, or nil.
func (r *Reader) File(id inbox.FileID) (*inbox.File, error) {
	return fileRows.one(r, `FROM files f WHERE f.id = ?`, id)
}

// FileList returns files in the order of their ids, those after the given one.
func (r *Reader) FileList(after inbox.FileID, limit int) ([]*inbox.File, error) {
	return fileRows.all(r, `FROM files f WHERE f.id > ? ORDER BY f.id LIMIT ? + 0`, after, limit)
}

// FileTotal returns how many bytes all files take with their thumbnails.
func (r *Reader) FileTotal() (int64, error) {
	return queryValue[int64](r, `SELECT bytes FROM file_total`)
}

// UnusedBytes returns how many bytes of somebody's uploads nothing uses, with their thumbnails.
func (r *Reader) UnusedBytes(uploader inbox.ActorRef) (int64, error) {
	return queryValue[int64](r, `SELECT COALESCE(SUM(bytes + COALESCE(thumbnail_bytes, 0)), 0) FROM files
		WHERE uploader_kind = ? AND uploader_id = ? AND unused_since IS NOT NULL`, uploader.Kind, uploader.ID)
}

// InternalFiles returns those of the files that notes use and nothing that leaves the workspace does.
func (r *Reader) InternalFiles(ids []inbox.FileID) ([]inbox.FileID, error) {
	return query(r, scanValue[inbox.FileID], `SELECT f.id FROM files f WHERE f.id IN `+inList+`
		AND EXISTS (SELECT 1 FROM file_uses u WHERE u.file_id = f.id AND u.kind = 'NOTE')
		AND NOT EXISTS (SELECT 1 FROM file_uses u WHERE u.file_id = f.id AND u.kind IN ('MESSAGE', 'REPLY', 'AVATAR'))`, list(ids))
}

// VisibleFiles returns those of the files that somebody sees: as their uploader, until something that others see uses them,
// and then as one of those who see that.
func (r *Reader) VisibleFiles(ids []inbox.FileID, actor inbox.ActorRef, access inbox.Access) ([]inbox.FileID, error) {
	var reply, message, note condition
	reply.and(`u.file_id = f.id AND u.kind = 'REPLY'`)
	ReplyReader{All: access.Visibility == inbox.VisibilityAll, Agent: access.Agent}.sees(&reply)
	message.and(`u.file_id = f.id AND u.kind = 'MESSAGE'`)
	note.and(`u.file_id = f.id AND u.kind = 'NOTE'`)
	conversationScope.visible(&message, access)
	conversationScope.visible(&note, access)
	args := slices.Concat([]any{list(ids), actor.Kind, actor.ID}, reply.args, message.args, note.args)
	return query(r, scanValue[inbox.FileID], `SELECT f.id FROM files f WHERE f.id IN `+inList+` AND (
		f.uploader_kind = ? AND f.uploader_id = ?
			AND NOT EXISTS (SELECT 1 FROM file_uses u WHERE u.file_id = f.id AND u.kind <> 'DRAFT')
		OR EXISTS (SELECT 1 FROM file_uses u WHERE u.file_id = f.id AND u.kind = 'AVATAR')
		OR EXISTS (SELECT 1 FROM file_uses u JOIN saved_replies s ON s.id = u.subject_id`+reply.sql()+`)
		OR EXISTS (SELECT 1 FROM file_uses u JOIN messages m ON m.id = u.subject_id
			JOIN conversations v ON v.id = m.conversation_id`+message.sql()+`)
		OR EXISTS (SELECT 1 FROM file_uses u JOIN notes n ON n.id = u.subject_id
			JOIN conversations v ON v.id = n.conversation_id`+note.sql()+`))`, args...)
}

// FilesUsed returns the files that something uses.
func (r *Reader) FilesUsed(by inbox.FileUse) ([]inbox.FileID, error) {
	return query(r, scanValue[inbox.FileID], `SELECT file_id FROM file_uses WHERE kind = ? AND subject_id = ?`, by.Kind, by.Subject)
}

// InsertFile stores a new file.
func (tx *Tx) InsertFile(f *inbox.File) error { return fileRows.insert(tx, f) }

// UseFiles makes these files, which must exist, the ones that something uses: others that it used are released.
func (tx *Tx) UseFiles(by inbox.FileUse, ids []inbox.FileID, at inbox.Time) error {
	released, err := query(&tx.Reader, scanValue[inbox.FileID], `SELECT file_id FROM file_uses
		WHERE kind = ? AND subject_id = ? AND file_id NOT IN `+inList, by.Kind, by.Subject, list(ids))
	if err != nil {
		return err
	}
	if len(released) > 0 {
		if err := tx.change(`DELETE FROM file_uses WHERE kind = ? AND subject_id = ? AND file_id IN `+inList,
			by.Kind, by.Subject, list(released)); err != nil {
			return err
		}
		if err := tx.change(`UPDATE files SET unused_since = ? WHERE id IN `+inList+`
			AND NOT EXISTS (SELECT 1 FROM file_uses u WHERE u.file_id = files.id)`, at, list(released)); err != nil {
			return err
		}
	}
	for _, id := range ids {
		if err := tx.change(`INSERT INTO file_uses (kind, subject_id, file_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
			by.Kind, by.Subject, id); err != nil {
			return err
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return tx.change(`UPDATE files SET unused_since = NULL WHERE unused_since IS NOT NULL AND id IN `+inList, list(ids))
}

// DeleteUnusedFiles deletes files that nothing has used since before a time, and returns their ids.
func (tx *Tx) DeleteUnusedFiles(before inbox.Time, limit int) ([]inbox.FileID, error) {
	ids, err := query(&tx.Reader, scanValue[inbox.FileID],
		`SELECT id FROM files WHERE unused_since < ? ORDER BY unused_since LIMIT ? + 0`, before, limit)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return ids, tx.change(`DELETE FROM files WHERE id IN `+inList, list(ids))
}

// The following are for package verify: what should not be there.

// MiscountedFiles returns the files that are said to be used and are not, or the other way round.
func (r *Reader) MiscountedFiles() ([]inbox.FileID, error) {
	return query(r, scanValue[inbox.FileID], `SELECT f.id FROM files f
		WHERE (f.unused_since IS NULL) <> EXISTS (SELECT 1 FROM file_uses u WHERE u.file_id = f.id)`)
}

// FileBytes returns how many bytes the files take with their thumbnails, added up.
func (r *Reader) FileBytes() (int64, error) {
	return queryValue[int64](r, `SELECT COALESCE(SUM(bytes + COALESCE(thumbnail_bytes, 0)), 0) FROM files`)
}

// StrayFileUses returns the uses of files by messages, notes, drafts, saved replies and agents that do not have them.
func (r *Reader) StrayFileUses() ([]inbox.FileUse, error) {
	return query(r, scanFileUse, `SELECT u.kind, u.subject_id FROM file_uses u
		WHERE u.kind = 'MESSAGE' AND NOT EXISTS (SELECT 1 FROM messages m, json_each(m.attachments) a
			WHERE m.id = u.subject_id AND a.value ->> 'file' = u.file_id)
		OR u.kind = 'NOTE' AND NOT EXISTS (SELECT 1 FROM notes n, json_each(n.attachments) a
			WHERE n.id = u.subject_id AND a.value ->> 'file' = u.file_id)
		OR u.kind = 'DRAFT' AND NOT EXISTS (SELECT 1 FROM drafts d, json_each(d.files) a
			WHERE d.id = u.subject_id AND a.value = u.file_id)
		OR u.kind = 'REPLY' AND NOT EXISTS (SELECT 1 FROM saved_replies s, json_each(s.files) a
			WHERE s.id = u.subject_id AND a.value = u.file_id)
		OR u.kind = 'AVATAR' AND NOT EXISTS (SELECT 1 FROM agent_profiles p WHERE p.agent_id = u.subject_id AND p.avatar_id = u.file_id)`)
}

// MissingFileUses returns the messages, notes, drafts, saved replies and agents with a file that they are not known to use.
func (r *Reader) MissingFileUses() ([]inbox.FileUse, error) {
	return query(r, scanFileUse, `SELECT 'MESSAGE', m.id FROM messages m, json_each(m.attachments) a
		WHERE m.attachments <> '[]' AND a.value ->> 'file' > 0 AND a.value ->> 'file' NOT IN
			(SELECT u.file_id FROM file_uses u WHERE u.kind = 'MESSAGE' AND u.subject_id = m.id)
		UNION ALL SELECT 'NOTE', n.id FROM notes n, json_each(n.attachments) a
		WHERE n.attachments <> '[]' AND a.value ->> 'file' > 0 AND a.value ->> 'file' NOT IN
			(SELECT u.file_id FROM file_uses u WHERE u.kind = 'NOTE' AND u.subject_id = n.id)
		UNION ALL SELECT 'DRAFT', d.id FROM drafts d, json_each(d.files) a
		WHERE a.value NOT IN (SELECT u.file_id FROM file_uses u WHERE u.kind = 'DRAFT' AND u.subject_id = d.id)
		UNION ALL SELECT 'REPLY', s.id FROM saved_replies s, json_each(s.files) a
		WHERE a.value NOT IN (SELECT u.file_id FROM file_uses u WHERE u.kind = 'REPLY' AND u.subject_id = s.id)
		UNION ALL SELECT 'AVATAR', p.agent_id FROM agent_profiles p
		WHERE p.avatar_id IS NOT NULL AND p.avatar_id NOT IN (SELECT u.file_id FROM file_uses u WHERE u.kind = 'AVATAR' AND u.subject_id = p.agent_id)`)
}

func scanFileUse(r row) (inbox.FileUse, error) {
	var u inbox.FileUse
	return u, r.Scan(&u.Kind, &u.Subject)
}
