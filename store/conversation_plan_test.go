package store

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"foyer/inbox"
)

// plan returns how SQLite reads the conversations of one walk, a line for each scan, and what it sorts on the way.
func plan(t *testing.T, db *DB, access inbox.Access, f ConversationFilter, w walk, after *ListPlace) []string {
	t.Helper()
	sql, args := f.walkSQL(access, w, span{after: after}, f.residual(access, w), 26)
	return planOf(t, db, sql, args...)
}

// planOf returns how SQLite reads the conversations of a statement.
func planOf(t *testing.T, db *DB, sql string, args ...any) []string {
	t.Helper()
	reads := regexp.MustCompile(`^(SCAN|SEARCH) v|TEMP B-TREE`)
	return slices.DeleteFunc(wholePlanOf(t, db, sql, args...), func(line string) bool { return !reads.MatchString(line) })
}

// wholePlanOf returns how SQLite runs a statement.
func wholePlanOf(t *testing.T, db *DB, sql string, args ...any) []string {
	t.Helper()
	lines, err := View(t.Context(), db, func(r *ReadTx) ([]string, error) {
		return query(&r.Reader, func(from row) (string, error) {
			var id, parent, unused int64
			var detail string
			return detail, from.Scan(&id, &parent, &unused, &detail)
		}, `EXPLAIN QUERY PLAN `+sql, args...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// orders are the orders of lists.
func orders() []inbox.ConversationOrder {
	return []inbox.ConversationOrder{inbox.OrderLastActivity, inbox.OrderFirstActivity, inbox.OrderLongestWaiting, inbox.OrderShortestWaiting,
		inbox.OrderNewest, inbox.OrderOldest, inbox.OrderQueue, inbox.OrderQueueEnd, inbox.OrderPriority, inbox.OrderLowPriority}
}

// forEachList calls fn with every way in which the indexes narrow lists, and order them.
func forEachList(fn func(name string, access inbox.Access, f ConversationFilter, w walk)) {
	statuses := map[string]*inbox.ConversationStatus{"any": nil, "open": new(inbox.Open), "closed": new(inbox.Closed)}
	for _, visibility := range []inbox.Visibility{inbox.VisibilityAll, inbox.VisibilityTeam, inbox.VisibilityAssigned} {
		for by, f := range map[string]ConversationFilter{
			"all": {}, "team": {TeamIDs: []inbox.TeamID{1, 2}}, "assignee": {AssigneeIDs: []inbox.AgentID{1}},
			"unassigned": {Unassigned: new(true)}, "team and unassigned": {TeamIDs: []inbox.TeamID{1, 2}, Unassigned: new(true)},
		} {
			for status := range statuses {
				f.Status = statuses[status]
				for _, order := range orders() {
					for _, w := range f.walks(order) {
						access := inbox.Access{Visibility: visibility, Agent: 1, Teams: []inbox.TeamID{1, 2}}
						fn(fmt.Sprintf("%s by %s, %s, %s (part %d)", status, by, visibility, order, w.part), access, f, w)
					}
				}
			}
		}
	}
}

func TestEveryListWalksOnTheIndexThatHasItsOrder(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	unused := map[string]bool{}
	indexes, err := View(t.Context(), db, func(r *ReadTx) ([]string, error) {
		return query(&r.Reader, scanValue[string], `SELECT name FROM sqlite_master WHERE tbl_name = 'conversations'
			AND (name GLOB '*_activity' OR name GLOB '*_newest' OR name GLOB '*_waiting' OR name GLOB '*_priority' OR name IN ('conversations_queue', 'conversations_all_queued'))`)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range indexes {
		unused[name] = true
	}
	forEachList(func(name string, access inbox.Access, f ConversationFilter, w walk) {
		for _, after := range []*ListPlace{nil, {Key: 5, ID: 5}} {
			for _, line := range plan(t, db, access, f, w, after) {
				_, index, _ := strings.Cut(line, " INDEX ")
				index, by, _ := strings.Cut(index, " ")
				delete(unused, index)
				switch {
				case w.priority == inbox.PriorityNormal && strings.Contains(line, "INTEGER PRIMARY KEY (rowid=?)"): // what the scan has found
				case !strings.HasPrefix(index, "conversations_"):
					t.Errorf("%s: %s", name, line)
				case w.queued() && index != "conversations_queue" && index != "conversations_all_queued":
					t.Errorf("%s is not in the order of queues: %s", name, line)
				case w.priority != "" && w.priority != inbox.PriorityNormal && (!strings.HasSuffix(index, "_priority") || !strings.Contains(by, "priority=?")):
					t.Errorf("%s is not in the order of priorities: %s", name, line)
				case f.Unassigned != nil && !w.queued() && access.Visibility != inbox.VisibilityAssigned && !strings.Contains(by, "assignee_id=?"):
					t.Errorf("%s looks at what is assigned too: %s", name, line)
				}
			}
		}
	})
	for name := range unused {
		t.Errorf("no list needs the index %s", name)
	}
}

func TestConversationsOfContactsAreFoundByContact(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	for _, status := range []*inbox.ConversationStatus{nil, new(inbox.Open), new(inbox.Closed)} {
		for _, order := range orders() {
			for _, w := range (ConversationFilter{Status: status}).walks(order) {
				f := ConversationFilter{ContactIDs: []inbox.ContactID{1, 2}, Status: status}
				for _, access := range []inbox.Access{{Visibility: inbox.VisibilityAll},
					{Visibility: inbox.VisibilityTeam, Agent: 1, Teams: []inbox.TeamID{1, 2}}, {Visibility: inbox.VisibilityAssigned, Agent: 1}} {
					for _, line := range plan(t, db, access, f, w, nil) {
						found := w.priority == inbox.PriorityNormal && strings.Contains(line, "INTEGER PRIMARY KEY (rowid=?)") // by the scans
						if strings.Contains(line, " v ") && !strings.Contains(line, "contact_id=?") && !found {
							t.Errorf("%s, %v: %s", order, status, line)
						}
					}
				}
			}
		}
	}
}

func TestWhetherContactsAreSeenIsFoundByContact(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	for _, access := range []inbox.Access{{Visibility: inbox.VisibilityTeam, Agent: 1, Teams: []inbox.TeamID{1, 2}}, {Visibility: inbox.VisibilityAssigned, Agent: 1}} {
		sql, args := contactsSeenSQL(access, []inbox.ContactID{1, 2})
		if lines := planOf(t, db, sql, args...); len(lines) != 1 || !strings.Contains(lines[0], "contact_id=?") {
			t.Errorf("%s: %q", access.Visibility, lines)
		}
	}
}

func TestSilentConversationsAreFoundByTheIndexOfThoseThatMayClose(t *testing.T) {
	t.Parallel()
	for _, line := range planOf(t, openTest(t), silentSQL, 5, 5) {
		if strings.Contains(line, " v ") && !strings.Contains(line, "INDEX conversations_answered (answered_at<?)") || strings.Contains(line, "B-TREE") {
			t.Error(line)
		}
	}
}

func TestTheOldestOfAQueueIsReadFromAnIndexAlone(t *testing.T) {
	t.Parallel()
	lines := planOf(t, openTest(t), oldestQueuedSQL, "[1,2]")
	if len(lines) != 1 || !strings.Contains(lines[0], "SEARCH v USING COVERING INDEX conversations_queued (team_id=?") {
		t.Errorf("%q", lines)
	}
}
