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

// RunList returns at most limit of the runs visible that pass the filter, at least 1, older than before (zero: from the
// newest), newest first. A run is seen with its conversation or, where it has none, with any of its contact. The page may be
// short of what there is where the filter asks for what no index narrows: then More goes on.
func (r *Reader) RunList(access inbox.Access, f RunFilter, before inbox.WorkflowRunID, limit int) (*RunPage, error) {
	page := &RunPage{}
	rest := f.rest(access)
	var end inbox.WorkflowRunID // the last that is looked at
	if rest.parts != nil {
		sql, args := f.walk(before, 0, scanLimit)
		last, err := queryValue[inbox.WorkflowRunID](r, sql+` OFFSET ?`, append(args, scanLimit-1)...)
		if err != nil {
			return nil, err
		}
		end, page.More = last, last
	}
	sql, args := f.walk(before, end, scanLimit)
	found, err := query(r, scanRun, `SELECT `+runColumns+` FROM (`+sql+`) w CROSS JOIN workflow_runs r ON r.id = w.id`+
		rest.sql()+` ORDER BY w.id DESC`+limited, append(append(args, rest.args...), limit+1)...)
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

// walk returns the SQL of the ids that an index narrows, newest first: older than before, down to end, where these are not
// zero.
func (f RunFilter) walk(before, end inbox.WorkflowRunID, limit int) (string, []any) {
	var (
		parts []string
		args  []any
	)
	for _, branch := range f.branches() {
		if before != 0 {
			branch.and(`i.id < ?`, before)
		}
		if end != 0 {
			branch.and(`i.id >= ?`, end)
		}
		parts = append(parts, `SELECT i.id AS id FROM workflow_runs i`+branch.sql())
		args = append(args, branch.args...)
	}
	return strings.Join(parts, ` UNION ALL `) + ` ORDER BY 1 DESC` + limited, append(args, limit)
}

// branches returns what narrows each walk on its index; no run is in two of them.
func (f RunFilter) branches() []condition {
	switch {
	case f.ConversationID != nil:
		return []condition{{[]string{`i.conversation_id = ?`}, []any{*f.ConversationID}}}
	case f.ContactID != nil: // runs of a contact are in the contact's conversations, or in none
		return []condition{
			{[]string{`i.conversation_id IN (SELECT id FROM conversations WHERE contact_id = ?)`}, []any{*f.ContactID}},
			{[]string{`i.contact_id = ? AND i.conversation_id IS NULL`}, []any{*f.ContactID}},
		}
	case f.Status != nil && *f.Status == inbox.RunFailed: // written out, as the index is a partial one
		return []condition{{[]string{`i.status = 'FAILED'`}, nil}}
	case f.WorkflowIDs != nil:
		branches := make([]condition, len(f.WorkflowIDs))
		for i, id := range f.WorkflowIDs {
			branches[i].and(`i.workflow_id = ?`, id)
		}
		if len(branches) > 0 {
			return branches
		}
		return []condition{{[]string{`FALSE`}, nil}}
	default:
		return []condition{{}}
	}
}

// rest is what no index narrows, for a run that a walk has found.
func (f RunFilter) rest(access inbox.Access) condition {
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
		var conversation condition
		conversation.and(`(v.id = r.conversation_id OR (r.conversation_id IS NULL AND v.contact_id = r.contact_id))`)
		seen(&conversation, access)
		c.and(`EXISTS (SELECT 1 FROM conversations v`+conversation.sql()+`)`, conversation.args...)
	}
	return c
}
