package store

import "foyer/inbox"

// inbox.Access.Sees is the rule that decides which conversations a viewer sees. Here it is in SQL, twice: as a condition
// for rows that were found in another way, and as the index scans that find all visible rows. A test compares the three.

// scopeColumns is where a table has the team and assignee of a conversation.
type scopeColumns struct {
	team, assignee string
	nobody         string // the condition that there is neither
}

// visible adds the condition that a viewer sees a row.
func (s scopeColumns) visible(where *condition, access inbox.Access) {
	switch access.Visibility {
	case inbox.VisibilityAll:
	case inbox.VisibilityTeam:
		where.and(`(`+s.team+` IN `+inList+` OR `+s.assignee+` = ? OR (`+s.nobody+`))`, list(access.Teams), access.Agent)
	default:
		where.and(s.assignee+` = ?`, access.Agent)
	}
}

var (
	conversationScope = scopeColumns{`v.team_id`, `v.assignee_id`, `v.team_id IS NULL AND v.assignee_id IS NULL`}
	countScope        = scopeColumns{`team_id`, `agent_id`, `team_id = 0 AND agent_id = 0`}
)

// visibleScans returns one condition for each index scan that finds conversations a viewer sees, of those that are
// unassigned or not (nil: both). An agent's own conversation may be found by two: that of its team and that of the agent.
func visibleScans(access inbox.Access, unassigned *bool) []condition {
	own := newCondition(`v.assignee_id = ?`, access.Agent)
	switch access.Visibility {
	case inbox.VisibilityAll:
		return []condition{{}}
	case inbox.VisibilityTeam:
		scans := make([]condition, 0, len(access.Teams)+2)
		for _, team := range access.Teams {
			scans = append(scans, newCondition(`v.team_id = ?`, team))
		}
		if unassigned == nil || *unassigned {
			scans = append(scans, newCondition(conversationScope.nobody))
		}
		if unassigned == nil || !*unassigned {
			scans = append(scans, own)
		}
		return scans
	default:
		return []condition{own}
	}
}

// visibleQueues returns one condition for each index scan that finds queued conversations a viewer sees.
func visibleQueues(access inbox.Access) []condition {
	switch access.Visibility {
	case inbox.VisibilityAll:
		return []condition{{}}
	case inbox.VisibilityTeam:
		return append(scansOf(`v.team_id = ?`, access.Teams), newCondition(`v.team_id IS NULL`))
	default:
		return []condition{newCondition(`FALSE`)}
	}
}
