package verify

import (
	"foyer/inbox"
)

// applyAssigned checks an assignment and applies it.
func (m *model) applyAssigned(e *inbox.ConversationAssigned, c *conversation, known evidence) {
	if valueOf(e.PreviousAssigneeID) != c.scope.Assignee {
		m.find("Event %d assigns %s, which it says %s had; it had %s.", e.Number, e.ConversationID, valueOf(e.PreviousAssigneeID), scopeText(c.scope))
	}
	if c.scope.Assignee == e.AssigneeID {
		m.find("Event %d assigns %s to %s, who had it already.", e.Number, e.ConversationID, e.AssigneeID)
	}
	if a := m.agent(e.AssigneeID, e); a != nil {
		m.checkAssignee(e, c, a, known)
		m.checkOrder(e, c, known)
		m.release(c)
		if c.snoozedUntil == 0 {
			a.open++
		}
	}
	c.scope.Assignee = e.AssigneeID
	// What a step asked for stays with the conversation.
	c.overriding = e.DecisionID != nil && (c.overriding || known.overriding[e.Actor.Run()])
	c.endWait()
	c.waitsUnknown, c.queued, c.moving = false, false, false
}

// checkAssignee checks that the agent could be assigned the conversation.
func (m *model) checkAssignee(e *inbox.ConversationAssigned, c *conversation, a *agent, known evidence) {
	if a.disabled {
		m.find("Event %d assigns %s to %s, who is disabled.", e.Number, e.ConversationID, e.AssigneeID)
	}
	if e.Actor.IsPerson() && e.DecisionID == nil {
		return // a person may exceed the limits
	}
	overriding := c.overriding || known.overriding[e.Actor.Run()]
	chosenFor := c.scope.Team
	if e.DecisionID != nil {
		d := known.decisions[*e.DecisionID]
		if d == nil {
			m.find("Event %d refers to %s, which does not exist.", e.Number, *e.DecisionID)
			return
		}
		m.checkDecision(e, d, a)
		chosenFor = valueOf(d.TeamID)
	}
	named := e.DecisionID != nil && known.decisions[*e.DecisionID].Strategy == nil // by a step, or as the contact's owner
	policy := inbox.DefaultPolicy()
	if t := m.teams[chosenFor]; t != nil {
		policy = t.policy
		if e.DecisionID != nil && !named && !t.members[e.AssigneeID] {
			m.find("Event %d assigns %s to %s, who is not in %s.", e.Number, e.ConversationID, e.AssigneeID, chosenFor)
		}
	}
	if limit := m.limit(a, policy, overriding); limit != nil && a.open >= *limit && c.snoozedUntil == 0 {
		m.find("Event %d assigns %s to %s, who has %d open conversations and may have %d.", e.Number, e.ConversationID,
			e.AssigneeID, a.open, *limit)
	}
	if e.DecisionID != nil && policy.OnlineOnly && !overriding && e.Number > m.floor && a.presence != inbox.PresenceOnline {
		m.find("Event %d assigns %s to %s, who is %s.", e.Number, e.ConversationID, e.AssigneeID, a.presence)
	}
	if e.DecisionID != nil && policy.Strategy == inbox.StrategyManual && !overriding && !named {
		m.find("Event %d assigns %s out of the queue of %s, which is handed out by hand.", e.Number, e.ConversationID, chosenFor)
	}
}

func (m *model) limit(a *agent, policy inbox.AssignmentPolicy, overriding bool) *int32 {
	switch {
	case a.maxOpen != nil:
		return a.maxOpen
	case overriding:
		return nil // the log does not say which one
	default:
		return policy.MaxOpen
	}
}

// checkDecision checks that a decision explains the assignment.
func (m *model) checkDecision(e *inbox.ConversationAssigned, d *inbox.AssignmentDecision, a *agent) {
	if d.ConversationID != e.ConversationID || valueOf(d.AssigneeID) != e.AssigneeID {
		m.find("Event %d assigns %s to %s by %s, which is about %s and chose %s.", e.Number, e.ConversationID, e.AssigneeID, d.ID,
			d.ConversationID, valueOf(d.AssigneeID))
	}
	if len(d.Candidates) == 0 || d.Candidates[0].AgentID != e.AssigneeID || d.Candidates[0].PassedOver != nil {
		m.find("%s does not name %s as its first candidate and winner.", d.ID, e.AssigneeID)
		return
	}
	if seen := d.Candidates[0].OpenConversations; seen != a.open {
		m.find("%s counted %d open conversations of %s, who had %d.", d.ID, seen, e.AssigneeID, a.open)
	}
}
