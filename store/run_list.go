package store

import (
	"strings"

	"foyer/inbox"
)

// RunFilter narrows RunList. Nil parts narrow nothing; an empty list lets nothing through.
type RunFilter struct {
	WorkflowIDs    []inbox.WorkflowID
	Status         *inbox.WorkflowRunStatus
	ContactID      *inbox.ContactID
	ConversationID *inbox.ConversationID
	StartedAfter   *inbox.Time // or at that time
	StartedBefore  *inbox.Time
}

// RunPage is a stretch of a list of runs.
type RunPage struct {
	Runs []*inbox.WorkflowRun
	More inbox.WorkflowRunID // the run after which the list goes on; zero at its end
}

// RunList returns at most limit runs, at least 1, that the viewer sees and that pass the filter, older than before (zero: from
// the newest), newest first. A run is visible with its conversation or, if it has none, with any conversation of its contact.
// If the filter asks for what no index narrows it may return fewer than there are: More then goes on.
func (r *Reader) RunList(access inbox.Access, f RunFilter, before inbox.WorkflowRunID, limit int) (*RunPage, error) {
	page := &RunPage{}
	residual := f.residual(access)
	var end inbox.WorkflowRunID // the last that is looked at
	if residual.parts != nil {
		sql, args := f.walkSQL(before, 0, scanLimit)
		last, err := queryValue[inbox.WorkflowRunID](r, sql+` OFFSET ?`, append(args, scanLimit-1)...)
		if err != nil {
			return nil, err
		}
		end, page.More = last, last
	}
	sql, args := f.walkSQL(before, end, scanLimit)
	found, err := runRows.all(r, `FROM (`+sql+`) w CROSS JOIN workflow_runs r ON r.id = w.id`+
		residual.sql()+` ORDER BY w.id DESC`+limited, append(append(args, residual.args...), limit+1)...)
	if err != nil {
		return nil, err
	}
	if len(found) > limit {
		found = found[:limit]
		page.More = found[limit-1].ID
	}
	page.Runs = found
	return page, nil
}

// walkSQL returns the SQL of the ids that an index narrows, newest first: older than before, down to end, where these are not
// zero.
func (f RunFilter) walkSQL(before, end inbox.WorkflowRunID, limit int) (string, []any) {
	var (
		parts []string
		args  []any
	)
	for _, scan := range f.scans() {
		if before != 0 {
			scan.and(`i.id < ?`, before)
		}
		if end != 0 {
			scan.and(`i.id >= ?`, end)
		}
		parts = append(parts, `SELECT i.id AS id FROM workflow_runs i`+scan.sql())
		args = append(args, scan.args...)
	}
	return strings.Join(parts, ` UNION ALL `) + ` ORDER BY 1 DESC` + limited, append(args, limit)
}

// scans returns the condition by which each scan is on its index. No run is found by two scans.
func (f RunFilter) scans() []condition {
	switch {
	case f.ConversationID != nil:
		return []condition{newCondition(`i.conversation_id = ?`, *f.ConversationID)}
	case f.ContactID != nil: // runs of a contact are in the contact's conversations, or in none
		return []condition{
			newCondition(`i.conversation_id IN (SELECT id FROM conversations WHERE contact_id = ?)`, *f.ContactID),
			newCondition(`i.contact_id = ? AND i.conversation_id IS NULL`, *f.ContactID),
		}
	case f.Status != nil && *f.Status == inbox.RunFailed: // written out: SQLite does not use a partial index by an argument
		return []condition{newCondition(`i.status = 'FAILED'`)}
	case f.WorkflowIDs != nil:
		return scansOf(`i.workflow_id = ?`, f.WorkflowIDs)
	default:
		return []condition{{}}
	}
}

// residual is the part of the filter that no index narrows.
func (f RunFilter) residual(access inbox.Access) condition {
	var c condition
	byContact := f.ConversationID != nil || f.ContactID != nil
	failed := f.Status != nil && *f.Status == inbox.RunFailed
	if f.WorkflowIDs != nil && (byContact || failed) {
		c.and(`r.workflow_id IN `+inList, list(f.WorkflowIDs))
	}
	if f.ContactID != nil && f.ConversationID != nil {
		c.and(`r.contact_id = ?`, *f.ContactID)
	}
	if f.Status != nil && (byContact || !failed) {
		c.and(`r.status = ?`, *f.Status)
	}
	if f.StartedAfter != nil {
		c.and(`r.started_at >= ?`, *f.StartedAfter)
	}
	if f.StartedBefore != nil {
		c.and(`r.started_at < ?`, *f.StartedBefore)
	}
	if access.Visibility != inbox.VisibilityAll {
		conversation := newCondition(`(v.id = r.conversation_id OR (r.conversation_id IS NULL AND v.contact_id = r.contact_id))`)
		conversationScope.visible(&conversation, access)
		c.and(`EXISTS (SELECT 1 FROM conversations v`+conversation.sql()+`)`, conversation.args...)
	}
	return c
}
