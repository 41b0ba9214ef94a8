package assign

import (
	"time"

	"foyer/inbox"
)

// Override is what an assign step asks for in place of its team's policy; nil parts leave the policy as it is.
type Override struct {
	Strategy   *inbox.AssignmentStrategy `json:"strategy,omitempty"`
	OnlineOnly *bool                     `json:"onlineOnly,omitempty"`
	MaxOpen    *int32                    `json:"maxOpen,omitempty"`
}

// Over returns the policy with the override laid over it.
func (o *Override) Over(policy inbox.AssignmentPolicy) inbox.AssignmentPolicy {
	if o == nil {
		return policy
	}
	if o.Strategy != nil {
		policy.Strategy = *o.Strategy
	}
	if o.OnlineOnly != nil {
		policy.OnlineOnly = *o.OnlineOnly
	}
	if o.MaxOpen != nil {
		policy.MaxOpen = o.MaxOpen
	}
	return policy
}

// Default is the policy of a team that was given none, and of the workspace as a whole.
func Default() inbox.AssignmentPolicy {
	return inbox.AssignmentPolicy{
		Strategy: inbox.StrategyRoundRobin, OnlineOnly: true, Sticky: inbox.StickyOff, KeepOwner: true,
		OutsideHours: inbox.OutsideHoursKeep, HeadStarts: inbox.HeadStarts{Low: -4 * hour, High: 4 * hour, Urgent: 24 * hour},
	}
}

const hour inbox.Duration = 3600 // seconds

// QueueKey is a conversation's place in its queue, lowest first: when it began to wait, less its priority's head start.
func QueueKey(waitsSince inbox.Time, priority inbox.Priority) inbox.Time {
	return waitsSince.Add(-HeadStart(priority))
}

// HeadStart is how much longer than in truth a conversation of this priority counts as waiting.
func HeadStart(priority inbox.Priority) time.Duration {
	switch priority {
	case inbox.PriorityUrgent:
		return 24 * time.Hour
	case inbox.PriorityHigh:
		return 4 * time.Hour
	case inbox.PriorityLow:
		return -4 * time.Hour
	default:
		return 0
	}
}
