package store

import (
	"slices"
	"strings"

	"foyer/inbox"
)

// ConversationFilter narrows ConversationList. Nil parts narrow nothing; an empty list lets nothing through.
type ConversationFilter struct {
	Status      *inbox.ConversationStatus
	TeamIDs     []inbox.TeamID
	AssigneeIDs []inbox.AgentID
	Mine        *Mine
	Unassigned  *bool
	Snoozed     *bool
	Waiting     *bool
	Stranded    *bool
	Queued      *bool
	Unread      *bool // to the viewer: an agent, or nothing is
	Mentions    *bool // the viewer, likewise
	ContactIDs  []inbox.ContactID
	ChannelIDs  []inbox.ChannelID
	Priorities  []inbox.Priority
	Search      string
}

// Mine selects what is assigned to an agent, or everything else.
type Mine struct {
	Agent inbox.AgentID // zero: nobody
	Is    bool
}

// implied adds OPEN and unassigned to a filter for stranded or queued conversations, so that an index can be used, and to one
// for stranded ones that they are not queued. What is assigned to an agent becomes a list of assignees.
func (f ConversationFilter) implied() ConversationFilter {
	if f.Mine != nil && f.Mine.Is {
		if f.AssigneeIDs == nil || slices.Contains(f.AssigneeIDs, f.Mine.Agent) {
			f.AssigneeIDs = []inbox.AgentID{f.Mine.Agent}
		} else {
			f.AssigneeIDs = []inbox.AgentID{}
		}
		f.Mine = nil
	}
	stranded := f.Stranded != nil && *f.Stranded
	if !stranded && (f.Queued == nil || !*f.Queued) {
		return f
	}
	if stranded && f.Queued == nil {
		f.Queued = new(false)
	}
	if f.Status == nil {
		f.Status = new(inbox.Open)
	}
	if f.Unassigned == nil {
		f.Unassigned = new(true)
	}
	return f
}

// about returns the filter with the status that a walk is about: walks has left out those that cannot pass.
func (f ConversationFilter) about(w walk) ConversationFilter {
	if w.status != nil {
		f.Status = w.status
	}
	return f
}

// span is the part of a walk between two places, up to and including a third. An end that is nil is open.
type span struct{ after, before, until *ListPlace }

// walkSQL returns the SQL of a walk. It merges ordered and limited scans: one for each team, assignee or contact that the
// filter names or, if it names none, that the viewer sees conversations of. As one scan with OR, each page would sort
// everything visible. What the scans find is then narrowed by the residual.
func (f ConversationFilter) walkSQL(access inbox.Access, w walk, part span, residual condition, limit int) (string, []any) {
	own := f.about(w)
	scans, overlap := own.scans(access, w)
	switch {
	case own.ofViewer(): // looked up one by one
	case own.ContactIDs != nil:
		own.narrowContactScans(scans)
	default:
		scans = own.scansByStatus(scans, w)
	}
	var (
		texts []string
		args  []any
	)
	from, fromArgs := own.from(access)
	for _, scan := range scans {
		own.narrowScan(&scan, w, part)
		texts = append(texts, `SELECT `+w.key+` AS key, v.id AS id FROM `+from+scan.sql())
		args = append(append(args, fromArgs...), scan.args...)
	}
	union := ` UNION ALL `
	if overlap {
		union = ` UNION `
	}
	merged := strings.Join(texts, union) + ` ORDER BY 1` + w.direction() + `, 2` + w.direction() + limited
	if residual.parts == nil {
		return merged, append(args, limit)
	}
	// The residual is checked on what the scans have found, in their order, which SQLite keeps: inside them it would make
	// the planner choose another index, and a search would be looked up once for each scan.
	return `SELECT s.key AS key, v.id AS id FROM (` + merged + `) s CROSS JOIN conversations v ON v.id = s.id` + residual.sql() + limited,
		append(append(append(args, scanLimit), residual.args...), limit)
}

// narrowScan adds what holds for every scan of a walk.
func (f ConversationFilter) narrowScan(scan *condition, w walk, part span) {
	beyond, short, upTo := `>`, `<`, `<=`
	if w.desc {
		beyond, short, upTo = `<`, `>`, `>=`
	}
	if w.only != "" {
		scan.and(w.only)
	}
	f.narrowPriority(scan, w)
	if !w.queued() { // otherwise scans already has the condition
		isNull(scan, f.Unassigned, `v.assignee_id`)
	}
	if part.after != nil {
		scan.and(`(`+w.key+`, v.id) `+beyond+` (?, ?)`, part.after.Key, part.after.ID)
	}
	if part.before != nil {
		scan.and(`(`+w.key+`, v.id) `+short+` (?, ?)`, part.before.Key, part.before.ID)
	}
	if part.until != nil {
		scan.and(`(`+w.key+`, v.id) `+upTo+` (?, ?)`, part.until.Key, part.until.ID)
	}
}

// narrowPriority adds the priority of a walk that has an index for it. A walk of NORMAL conversations has none: they are part of
// its residual. What a contact or the viewer's own rows find is not looked up by priority.
func (f ConversationFilter) narrowPriority(scan *condition, w walk) {
	switch {
	case w.priority == "", w.priority == inbox.PriorityNormal:
	case f.ContactIDs != nil, f.ofViewer():
		scan.and(`+v.priority = ?`, w.priority)
	default: // both written out, since SQLite does not use a partial index by an argument
		scan.and(`v.priority <> 'NORMAL' AND v.priority = '` + string(w.priority) + `'`)
	}
}

// scans returns the condition by which each scan is on its index, and whether two scans may find the same conversation.
// The two scans of TEAM may overlap: excluding team conversations from the agent's own would read all of them.
func (f ConversationFilter) scans(access inbox.Access, w walk) (scans []condition, overlap bool) {
	switch {
	case w.queued() && (f.AssigneeIDs != nil || f.Unassigned != nil && !*f.Unassigned):
		return []condition{newCondition(`FALSE`)}, false // what is queued has no assignee
	case f.ofViewer():
		return []condition{f.viewersScan(access)}, false
	case f.ContactIDs != nil:
		scans = scansOf(`v.contact_id = ?`, f.ContactIDs)
	case f.AssigneeIDs != nil:
		scans = scansOf(`v.assignee_id = ?`, f.AssigneeIDs)
	case f.TeamIDs != nil:
		scans = scansOf(`v.team_id = ?`, f.TeamIDs)
	case w.queued():
		return visibleQueues(access), false
	default:
		scans, overlap = visibleScans(access, f.Unassigned), access.Visibility == inbox.VisibilityTeam
		if len(scans) == 0 {
			return []condition{newCondition(`FALSE`)}, false
		}
		return scans, overlap
	}
	for i := range scans {
		if f.ContactIDs != nil && f.AssigneeIDs != nil {
			scans[i].and(`v.assignee_id IN `+inList, list(f.AssigneeIDs))
		}
		if (f.ContactIDs != nil || f.AssigneeIDs != nil) && f.TeamIDs != nil {
			scans[i].and(`v.team_id IN `+inList, list(f.TeamIDs))
		}
		if f.ContactIDs != nil && access.Visibility == inbox.VisibilityAssigned {
			scans[i].and(`+v.assignee_id = ?`, access.Agent) // not by its index: a contact has fewer conversations than an agent
		} else {
			conversationScope.visible(&scans[i], access)
		}
	}
	return scans, false
}

// scansOf returns one condition for each id. Without ids nothing passes.
func scansOf[ID ~int64](narrow string, ids []ID) []condition {
	if len(ids) == 0 {
		return []condition{newCondition(`FALSE`)}
	}
	scans := make([]condition, len(ids))
	for i, id := range ids {
		scans[i].and(narrow, id)
	}
	return scans
}

// narrowContactScans adds the status to scans of single contacts. They must stay on the index of contacts: that of the
// status has the order, and SQLite would take it and go through everybody's conversations.
func (f ConversationFilter) narrowContactScans(scans []condition) {
	if f.Status == nil {
		return
	}
	for i := range scans {
		if *f.Status == inbox.Open {
			scans[i].and(`v.status = 'OPEN'`) // a contact has one at most, and there is an index for it
		} else {
			scans[i].and(`+v.status = ?`, *f.Status)
		}
	}
}

// maxScans keeps a walk below the 500 parts that SQLite lets a statement have.
const maxScans = 400

// scansByStatus adds the status to each scan, and doubles the scans if both statuses are asked for: the indexes begin with
// the status. It is written out, since SQLite does not use a partial index by an argument.
func (f ConversationFilter) scansByStatus(scans []condition, w walk) []condition {
	statuses := []inbox.ConversationStatus{inbox.Open, inbox.Closed}
	switch {
	case f.Status != nil:
		statuses = []inbox.ConversationStatus{*f.Status}
	case len(scans)*len(statuses) > maxScans:
		return scans
	}
	if w.waits { // only open conversations do
		if statuses[0] == inbox.Open {
			return scans
		}
		return []condition{newCondition(`FALSE`)}
	}
	narrowed := make([]condition, 0, len(scans)*len(statuses))
	for _, scan := range scans {
		for _, status := range statuses {
			with := condition{parts: slices.Clone(scan.parts), args: slices.Clone(scan.args)}
			switch status {
			case inbox.Open:
				with.and(`v.status = 'OPEN'`)
			case inbox.Closed:
				with.and(`v.status = 'CLOSED'`)
			default:
				with.and(`FALSE`)
			}
			narrowed = append(narrowed, with)
		}
	}
	return narrowed
}

// residual returns the condition that the scans leave to be checked on what they find. Whatever scans and narrowScan do not
// narrow by belongs here.
func (f ConversationFilter) residual(access inbox.Access, w walk) condition {
	var c condition
	if f.Queued != nil && !w.byQueue {
		isNull(&c, new(!*f.Queued), `v.queue_key`)
	}
	if f.Mine != nil {
		c.and(`v.assignee_id IS NOT ?`, f.Mine.Agent)
	}
	if f.Snoozed != nil {
		isNull(&c, new(!*f.Snoozed), `v.snoozed_until`)
	}
	if f.Waiting != nil {
		isNull(&c, new(!*f.Waiting), `v.waiting_since`)
	}
	if f.Stranded != nil && *f.Stranded {
		c.and(stranded)
	} else if f.Stranded != nil {
		c.and(`NOT (` + stranded + `)`)
	}
	f.unseen(&c, access)
	if f.ChannelIDs != nil {
		c.and(`v.channel_id IN `+inList, list(f.ChannelIDs))
	}
	if w.priority == inbox.PriorityNormal {
		c.and(`v.priority = 'NORMAL'`)
	} else if f.Priorities != nil && w.priority == "" {
		c.and(`v.priority IN `+inList, list(f.Priorities))
	}
	if match := MatchExpression(f.Search); match != "" {
		c.and(searched, match)
	} else if f.Search != "" {
		c.and(`FALSE`)
	}
	return c
}

// isNull adds that a column is NULL, or is not, if that is asked for.
func isNull(c *condition, asked *bool, column string) {
	switch {
	case asked == nil:
	case *asked:
		c.and(column + ` IS NULL`)
	default:
		c.and(column + ` IS NOT NULL`)
	}
}

// searched is the condition that the messages, the notes or the contact's name of a conversation match. What matches is
// looked up once and by number alone: reading the conversation of each document would take several times as long.
const searched = `EXISTS (SELECT 1 FROM (
		SELECT m.id * 4 AS doc FROM messages m WHERE m.conversation_id = v.id
		UNION ALL SELECT n.id * 4 + 1 FROM notes n WHERE n.conversation_id = v.id
		UNION ALL SELECT v.contact_id * 4 + 2) d
	WHERE d.doc IN (SELECT docid FROM search WHERE search MATCH ?))`
