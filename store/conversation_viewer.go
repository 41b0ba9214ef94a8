package store

import (
	"strings"

	"foyer/inbox"
)

// Filters by what the viewer has yet to see, and by who mentions them, find few conversations. Their one scan begins at the
// rows of the viewer and sorts what it finds, where others are on an index that has the order.

// ofViewer reports whether the list is found by the viewer's own rows.
func (f ConversationFilter) ofViewer() bool {
	return f.Unread != nil && *f.Unread || f.Mentions != nil && *f.Mentions
}

// asksOfViewer reports whether what passes depends on who the viewer is, besides what they see.
func (f ConversationFilter) asksOfViewer() bool { return f.Unread != nil || f.Mentions != nil }

// from returns what scans read from.
func (f ConversationFilter) from(access inbox.Access) (sql string, args []any) {
	if !f.ofViewer() {
		return `conversations v`, nil
	}
	var own []string
	if f.Unread != nil && *f.Unread {
		own, args = append(own, mayBeUnread), append(args, access.Agent, access.Agent)
	}
	if f.Mentions != nil && *f.Mentions {
		own, args = append(own, mentioned), append(args, access.Agent)
	}
	// The scan of a compound is read before what is joined across to it.
	return `(SELECT conversation_id FROM (` + strings.Join(own, `) INTERSECT SELECT conversation_id FROM (`) +
		`)) own CROSS JOIN conversations v ON v.id = own.conversation_id`, args
}

// viewersScan returns the condition of the one scan of such a list.
func (f ConversationFilter) viewersScan(access inbox.Access) condition {
	var scan condition
	conversationScope.visible(&scan, access)
	if f.Status != nil {
		scan.and(`v.status = ?`, *f.Status)
	}
	if f.ContactIDs != nil {
		scan.and(`v.contact_id IN `+inList, list(f.ContactIDs))
	}
	if f.AssigneeIDs != nil {
		scan.and(`v.assignee_id IN `+inList, list(f.AssigneeIDs))
	}
	if f.TeamIDs != nil {
		scan.and(`v.team_id IN `+inList, list(f.TeamIDs))
	}
	return scan
}

// unseen adds to the residual what the filter asks of the viewer. Nothing is unread to an API key, and nobody mentions one.
func (f ConversationFilter) unseen(c *condition, access inbox.Access) {
	if f.Unread != nil {
		c.and(not(!*f.Unread)+`(`+unread+`)`, unreadArgs(access.Agent)...)
	}
	if f.Mentions != nil && !*f.Mentions { // else the scan has it
		c.and(`v.id NOT IN (`+mentioned+`)`, access.Agent)
	}
}

func not(negate bool) string {
	if negate {
		return `NOT `
	}
	return ``
}
