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
	Unassigned  *bool
	Snoozed     *bool
	Waiting     *bool
	Stranded    *bool
	ContactIDs  []inbox.ContactID
	ChannelIDs  []inbox.ChannelID
	Priorities  []inbox.Priority
	Search      string
}

// ListPlace is a conversation's place in a list: lists go by key, then by id.
type ListPlace struct {
	Resting bool // in the second part of LONGEST_WAITING: those that do not wait
	Key     int64
	ID      inbox.ConversationID
}

// ConversationPage is a stretch of a list.
type ConversationPage struct {
	Conversations []*inbox.Conversation
	Places        []ListPlace // one for each conversation
	More          *ListPlace  // where the list goes on after this page; nil at its end
}

// scanLimit is how many rows of an ordered index are looked at for what the index itself does not narrow.
const scanLimit = 10_000

// scan is one ordered walk over an index.
type scan struct {
	order   inbox.ConversationOrder
	key     string // the expression that orders, with the id behind it
	desc    bool
	only    string // what must hold for the walk to be on its index
	resting bool
}

// scansOf returns the walks that make up a list in this order.
func scansOf(order inbox.ConversationOrder) []scan {
	activity := scan{order: inbox.OrderLastActivity, key: `v.last_activity_at`, desc: true}
	switch order {
	case inbox.OrderNewest:
		return []scan{{order: order, key: `v.id`, desc: true}}
	case inbox.OrderLongestWaiting:
		activity.only, activity.resting = `v.waiting_since IS NULL`, true
		return []scan{{order: order, key: `v.waiting_since`, only: `v.waiting_since IS NOT NULL`}, activity}
	default:
		return []scan{activity}
	}
}

func (s scan) direction() string {
	if s.desc {
		return ` DESC`
	}
	return ``
}

// place returns where a conversation stands in the walk.
func (s scan) place(v *inbox.Conversation) ListPlace {
	p := ListPlace{Resting: s.resting, ID: v.ID}
	switch s.order {
	case inbox.OrderNewest:
		p.Key = int64(v.ID)
	case inbox.OrderLongestWaiting:
		p.Key = int64(*v.WaitingSince)
	default:
		p.Key = int64(v.LastActivityAt)
	}
	return p
}

// ConversationList returns at most limit conversations visible, at least 1, that pass the filter, after the given place
// (nil: from the start). It may give fewer than there are where the filter asks for what no index narrows: then More
// goes on.
func (r *Reader) ConversationList(access inbox.Access, f ConversationFilter, order inbox.ConversationOrder, after *ListPlace, limit int) (
	*ConversationPage, error) {
	f = f.implied()
	page := &ConversationPage{}
	for _, s := range scansOf(order) {
		if after != nil && after.Resting && !s.resting {
			continue
		}
		from := after
		if after != nil && after.Resting != s.resting {
			from = nil
		}
		if err := r.walk(page, access, f, s, from, limit); err != nil {
			return nil, err
		}
		if page.More != nil {
			break
		}
	}
	return page, nil
}

// walk adds to the page what one ordered walk finds.
func (r *Reader) walk(page *ConversationPage, access inbox.Access, f ConversationFilter, s scan, after *ListPlace, limit int) error {
	end, err := r.scanEnd(access, f, s, after)
	if err != nil {
		return err
	}
	want := limit - len(page.Places) + 1 // one more reports whether the list goes on
	sql, args := f.walks(access, s, stretch{after, end}, want)
	found, err := query(r, scanConversation, `SELECT `+conversationColumns+`
		FROM (`+sql+`) w CROSS JOIN conversations v ON v.id = w.id ORDER BY w.key`+s.direction()+`, v.id`+s.direction(), args...)
	if err != nil {
		return err
	}
	page.More = end
	more := len(found) == want
	if more {
		found = found[:want-1]
	}
	for _, v := range found {
		page.Conversations = append(page.Conversations, v)
		page.Places = append(page.Places, s.place(v))
	}
	if more {
		page.More = &page.Places[len(page.Places)-1]
	}
	return nil
}

// scanEnd returns the place up to which a walk with conditions outside its index looks, or nil where it looks at
// everything. All scans of the walk end there: one that went further than another would leave out what the other has
// yet to find.
func (r *Reader) scanEnd(access inbox.Access, f ConversationFilter, s scan, after *ListPlace) (*ListPlace, error) {
	if f.rest().parts == nil {
		return nil, nil
	}
	f.ChannelIDs, f.Priorities, f.Snoozed, f.Waiting, f.Stranded, f.Search = nil, nil, nil, nil, nil, ""
	sql, args := f.walks(access, s, stretch{after: after}, scanLimit)
	return queryOne(r, func(r row) (*ListPlace, error) {
		p := ListPlace{Resting: s.resting}
		return &p, r.Scan(&p.Key, &p.ID)
	}, sql+` OFFSET ?`, append(args, scanLimit-1)...)
}

// ConversationCount counts what ConversationList would give, up to limit. It gives limit too where the filter asks for
// what no index narrows, and there is more to look at than a page would.
func (r *Reader) ConversationCount(access inbox.Access, f ConversationFilter, limit int) (int, error) {
	f = f.implied()
	newest := scan{order: inbox.OrderNewest, key: `v.id`, desc: true}
	end, err := r.scanEnd(access, f, newest, nil)
	if err != nil {
		return 0, err
	}
	if end != nil {
		return limit, nil
	}
	sql, args := f.walks(access, newest, stretch{}, limit)
	return queryCount(r, `SELECT COUNT(*) FROM (`+sql+`)`, args...)
}

// stretch is the part of a walk behind one place and up to another; nil for an open end.
type stretch struct{ after, until *ListPlace }

// walks returns the SQL of a walk: one ordered and limited scan for each team, assignee or contact that the filter or,
// where it names none, the viewer's access asks for, and one merge over them. Written as one scan with OR, each page
// would sort everything visible.
func (f ConversationFilter) walks(access inbox.Access, s scan, part stretch, limit int) (string, []any) {
	direction, beyond, upTo := s.direction(), `>`, `<=`
	if s.desc {
		beyond, upTo = `<`, `>=`
	}
	rest := f.rest()
	var (
		branches []string
		args     []any
	)
	scans := f.branches(access)
	if f.ContactIDs != nil {
		scans = f.contactStatus(scans)
	} else {
		scans = f.byStatus(scans, s)
	}
	for _, branch := range scans {
		if s.only != "" {
			branch.and(s.only)
		}
		if f.Unassigned != nil && *f.Unassigned {
			branch.and(`v.assignee_id IS NULL`)
		} else if f.Unassigned != nil {
			branch.and(`v.assignee_id IS NOT NULL`)
		}
		if part.after != nil {
			branch.and(`(`+s.key+`, v.id) `+beyond+` (?, ?)`, part.after.Key, part.after.ID)
		}
		if part.until != nil {
			branch.and(`(`+s.key+`, v.id) `+upTo+` (?, ?)`, part.until.Key, part.until.ID)
		}
		branches = append(branches, `SELECT `+s.key+` AS key, v.id AS id FROM conversations v`+branch.sql())
		args = append(args, branch.args...)
	}
	merge := ` UNION ALL `
	if f.overlap(access) {
		merge = ` UNION `
	}
	merged := strings.Join(branches, merge) + ` ORDER BY 1` + direction + `, 2` + direction + limited
	if rest.parts == nil {
		return merged, append(args, limit)
	}
	// On what the indexes have found in their order, which SQLite keeps, or the planner would look for another index; and
	// once for all scans, since a search is looked up for each place where it is written.
	return `SELECT s.key AS key, v.id AS id FROM (` + merged + `) s CROSS JOIN conversations v ON v.id = s.id` + rest.sql() + limited,
		append(append(append(args, scanLimit), rest.args...), limit)
}

// maxBranches keeps a walk below the 500 parts that SQLite lets a statement have.
const maxBranches = 400

// contactStatus adds the status to scans of single contacts, so that they stay on the index of contacts: SQLite would take
// that of the status, which has the order, and go through everybody's conversations.
func (f ConversationFilter) contactStatus(branches []condition) []condition {
	if f.Status == nil {
		return branches
	}
	for i := range branches {
		if *f.Status == inbox.Open {
			branches[i].and(`v.status = 'OPEN'`) // there is one at most, and an index for it
		} else {
			branches[i].and(`+v.status = ?`, *f.Status)
		}
	}
	return branches
}

// byStatus adds the status to what narrows each scan. The indexes begin with it, so where both are asked for each has a
// scan of its own; it is written out, since a partial index is of no use where it is an argument.
func (f ConversationFilter) byStatus(branches []condition, s scan) []condition {
	statuses := []inbox.ConversationStatus{inbox.Open, inbox.Closed}
	switch {
	case f.Status != nil:
		statuses = []inbox.ConversationStatus{*f.Status}
	case len(branches)*len(statuses) > maxBranches:
		return branches
	}
	if s.order == inbox.OrderLongestWaiting { // only open ones wait
		if statuses[0] == inbox.Open {
			return branches
		}
		return []condition{{parts: []string{`FALSE`}}}
	}
	narrowed := make([]condition, 0, len(branches)*len(statuses))
	for _, branch := range branches {
		for _, status := range statuses {
			with := condition{parts: slices.Clone(branch.parts), args: slices.Clone(branch.args)}
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

// overlap reports whether branches may find the same conversation: an agent's own is mostly with one of their teams too. To
// leave these out of the agent's own scan would make it go through all of them, in search of one that is not.
func (f ConversationFilter) overlap(access inbox.Access) bool {
	return f.ContactIDs == nil && f.AssigneeIDs == nil && f.TeamIDs == nil && access.Visibility == inbox.VisibilityTeam
}

// branches returns what narrows each scan on its index.
func (f ConversationFilter) branches(access inbox.Access) []condition {
	switch {
	case f.ContactIDs != nil:
		return f.each(len(f.ContactIDs), access, func(c *condition, i int) { c.and(`v.contact_id = ?`, f.ContactIDs[i]) })
	case f.AssigneeIDs != nil:
		return f.each(len(f.AssigneeIDs), access, func(c *condition, i int) { c.and(`v.assignee_id = ?`, f.AssigneeIDs[i]) })
	case f.TeamIDs != nil:
		return f.each(len(f.TeamIDs), access, func(c *condition, i int) { c.and(`v.team_id = ?`, f.TeamIDs[i]) })
	}
	switch access.Visibility {
	case inbox.VisibilityAll:
		return []condition{{}}
	case inbox.VisibilityTeam:
		branches := make([]condition, len(access.Teams), len(access.Teams)+2)
		for i, team := range access.Teams {
			branches[i].and(`v.team_id = ?`, team)
		}
		var free, own condition
		free.and(`v.team_id IS NULL AND v.assignee_id IS NULL`)
		own.and(`v.assignee_id = ?`, access.Agent)
		if f.Unassigned == nil || *f.Unassigned {
			branches = append(branches, free)
		}
		if f.Unassigned == nil || !*f.Unassigned {
			branches = append(branches, own)
		}
		if len(branches) == 0 {
			return []condition{{parts: []string{`FALSE`}}}
		}
		return branches
	default:
		var own condition
		own.and(`v.assignee_id = ?`, access.Agent)
		return []condition{own}
	}
}

// each returns one condition for each of n named things, with the filter's other names and the access as residue. With
// nothing named, nothing passes.
func (f ConversationFilter) each(n int, access inbox.Access, narrow func(*condition, int)) []condition {
	if n == 0 {
		var none condition
		none.and(`FALSE`)
		return []condition{none}
	}
	branches := make([]condition, n)
	for i := range branches {
		narrow(&branches[i], i)
		if f.ContactIDs != nil && f.AssigneeIDs != nil {
			branches[i].and(`v.assignee_id IN `+inList, list(f.AssigneeIDs))
		}
		if (f.ContactIDs != nil || f.AssigneeIDs != nil) && f.TeamIDs != nil {
			branches[i].and(`v.team_id IN `+inList, list(f.TeamIDs))
		}
		if f.ContactIDs != nil && access.Visibility == inbox.VisibilityAssigned {
			branches[i].and(`+v.assignee_id = ?`, access.Agent) // a contact has fewer than an agent
		} else {
			seen(&branches[i], access)
		}
	}
	return branches
}

// seen adds that a conversation is visible.
func seen(c *condition, access inbox.Access) {
	switch access.Visibility {
	case inbox.VisibilityAll:
	case inbox.VisibilityTeam:
		c.and(`(v.team_id IN `+inList+` OR v.assignee_id = ? OR (v.team_id IS NULL AND v.assignee_id IS NULL))`,
			list(access.Teams), access.Agent)
	default:
		c.and(`v.assignee_id = ?`, access.Agent)
	}
}

// searched tells of a conversation whether its messages, its notes or its contact's name match. What matches is looked up
// once, by number alone: to read to which conversation each belongs would take several times as long.
const searched = `EXISTS (SELECT 1 FROM (
		SELECT m.id * 4 AS doc FROM messages m WHERE m.conversation_id = v.id
		UNION ALL SELECT n.id * 4 + 1 FROM notes n WHERE n.conversation_id = v.id
		UNION ALL SELECT v.contact_id * 4 + 2) d
	WHERE d.doc IN (SELECT docid FROM search WHERE search MATCH ?))`

// rest is what no index narrows.
func (f ConversationFilter) rest() condition {
	var c condition
	if f.Snoozed != nil && *f.Snoozed {
		c.and(`v.snoozed_until IS NOT NULL`)
	} else if f.Snoozed != nil {
		c.and(`v.snoozed_until IS NULL`)
	}
	if f.Waiting != nil && *f.Waiting {
		c.and(`v.waiting_since IS NOT NULL`)
	} else if f.Waiting != nil {
		c.and(`v.waiting_since IS NULL`)
	}
	if f.Stranded != nil && *f.Stranded {
		c.and(stranded)
	} else if f.Stranded != nil {
		c.and(`NOT (` + stranded + `)`)
	}
	if f.ChannelIDs != nil {
		c.and(`v.channel_id IN `+inList, list(f.ChannelIDs))
	}
	if f.Priorities != nil {
		c.and(`v.priority IN `+inList, list(f.Priorities))
	}
	if f.Search != "" {
		match := MatchExpression(f.Search)
		if match == "" {
			c.and(`FALSE`)
			return c
		}
		c.and(searched, match)
	}
	return c
}

// accessCounts is the part of the kept numbers that is visible.
func accessCounts(access inbox.Access) condition {
	var c condition
	switch access.Visibility {
	case inbox.VisibilityAll:
	case inbox.VisibilityTeam:
		c.and(`(team_id IN `+inList+` OR agent_id = ? OR (team_id = 0 AND agent_id = 0))`, list(access.Teams), access.Agent)
	default:
		c.and(`agent_id = ?`, access.Agent)
	}
	return c
}
