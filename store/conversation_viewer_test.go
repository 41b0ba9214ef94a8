package store

import (
	"slices"
	"strings"
	"testing"

	"foyer/inbox"
)

func TestListsOfTheViewersOwnRowsBeginAtThem(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	filters := map[string]ConversationFilter{
		"unread": {Unread: new(true)}, "mentions": {Mentions: new(true)}, "unread mentions": {Unread: new(true), Mentions: new(true)},
		"unread of a contact": {Unread: new(true), ContactIDs: []inbox.ContactID{1}},
	}
	forEachList(func(name string, access inbox.Access, f ConversationFilter, w walk) {
		for own, filter := range filters {
			f.Unread, f.Mentions, f.ContactIDs = filter.Unread, filter.Mentions, filter.ContactIDs
			for _, line := range plan(t, db, access, f, w, &ListPlace{Key: 5, ID: 5}) {
				if strings.Contains(line, " v ") && !strings.Contains(line, "rowid=?") {
					t.Errorf("%s, %s: %s", own, name, line)
				}
			}
		}
	})
	sql, args := ConversationFilter{Unread: new(true), Mentions: new(true)}.walkSQL(inbox.Access{Visibility: inbox.VisibilityAll, Agent: 1},
		walksOf(inbox.OrderNewest)[0], span{}, condition{}, 25)
	lines := wholePlanOf(t, db, sql, args...)
	for _, index := range []string{"s USING COVERING INDEX seen_agent (agent_id=?", "o USING COVERING INDEX conversations_assignee_", "x USING PRIMARY KEY (agent_id=?"} {
		if !slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, index) }) {
			t.Errorf("nothing is read by %s: %q", index, lines)
		}
	}
}

func TestWhatIsUnreadIsLookedUpByIndexes(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	for _, line := range wholePlanOf(t, db, unreadSQL, append(unreadArgs(1), "[1,2]")...) {
		if strings.HasPrefix(line, "SCAN") && !strings.Contains(line, "json_each") || strings.Contains(line, "B-TREE") {
			t.Error(line)
		}
	}
}
