package verify

import (
	"fmt"

	"foyer/engine/assign"
	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

// winners returns, for the first conversation of each policy in each queue, and of those that wait for the same owner alone, the
// agent who could be assigned it at this time, if any.
func winners(r *store.Reader, t tables, at inbox.Time) (map[inbox.ConversationID]inbox.AgentID, error) {
	type queue struct {
		team   inbox.TeamID
		policy string
		owner  inbox.AgentID
	}
	first := make(map[queue]*inbox.Conversation)
	for _, c := range t.open {
		q := queue{c.Scope().Team, string(c.QueuePolicy), valueOf(c.QueueOwner)}
		if c.QueueKey != nil && (first[q] == nil || *c.QueueKey < *first[q].QueueKey) {
			first[q] = c
		}
	}
	found := make(map[inbox.ConversationID]inbox.AgentID)
	for _, c := range first {
		demand, err := assign.DecodeDemand(c.QueuePolicy)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.ID, err)
		}
		by := store.Choosing{Team: c.TeamID, Policy: inbox.DefaultPolicy(), Alone: c.QueueOwner}
		for _, team := range t.teams {
			if team.ID == c.Scope().Team {
				by.Policy = team.Policy
				if by.Closed, err = closed(team, at); err != nil {
					return nil, err
				}
			}
		}
		by.Policy = demand.Over(by.Policy)
		if by.Policy.MatchLanguage {
			by.Language = demand.Language
		}
		if by.Policy.Strategy == inbox.StrategyManual {
			continue
		}
		choice, err := r.Choose(by)
		if err != nil {
			return nil, err
		}
		if choice.Winner != nil {
			found[c.ID] = *choice.Winner
		}
	}
	return found, nil
}

// closed reports whether a team does not work at this time.
func closed(t *inbox.Team, at inbox.Time) (bool, error) {
	if t.Hours == nil {
		return false, nil
	}
	schedule, err := workflow.Hours{TimeZone: t.Hours.TimeZone, Week: t.Hours.Week.Days(), Holidays: t.Hours.Holidays}.Schedule()
	if err != nil {
		return false, fmt.Errorf("the hours of %s: %w", t.ID, err)
	}
	return !schedule.Open(at.Std()), nil
}
