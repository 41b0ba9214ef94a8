package inbox

import "time"

// Agent is a person who answers contacts.
type Agent struct {
	ID                AgentID
	Name              string
	Email             string
	Role              Role
	Visibility        Visibility
	Skills            []string
	Languages         []string // BCP 47
	Presence          Presence
	PresenceSince     Time
	PresenceUntil     *Time     // when PresenceThen follows; nil: it stays until it is changed
	PresenceThen      *Presence // nil unless PresenceUntil is set
	FormerPresence    *Presence // they are away, and the next connection brings it back; nil: they are not, or chose to be OFFLINE
	LastSeenAt        *Time     // when they last connected or disconnected
	MaxOpen           *int32    // own capacity; nil: the team's
	OpenConversations int32     // open and not snoozed
	LastActivityAt    Time      // when they last did anything themselves: what LONGEST_IDLE compares
	LastAssignedAt    *Time
	CreatedAt         Time
	DisabledAt        *Time
}

// SeenAt returns when they last connected, disconnected or did anything themselves, or nil if they never have.
func (a *Agent) SeenAt() *Time {
	switch {
	case a.LastActivityAt <= a.CreatedAt:
		return a.LastSeenAt
	case a.LastSeenAt == nil || *a.LastSeenAt < a.LastActivityAt:
		return &a.LastActivityAt
	default:
		return a.LastSeenAt
	}
}

// PresenceEnds returns when the presence ends that was set until a time, or nil if it does not, or if they are away.
func (a *Agent) PresenceEnds() *Time {
	if a.FormerPresence != nil {
		return nil
	}
	return a.PresenceUntil
}

// PresenceSpan is a time throughout which an agent had one presence.
type PresenceSpan struct {
	ID       int64
	Presence Presence
	Since    Time
	Until    *Time    // nil: they still have it
	Duration Duration // until now, if they still have it
}

// APIKey is what an integration authenticates with.
type APIKey struct {
	ID         APIKeyID
	Name       string
	Role       Role
	CreatedAt  Time
	LastUsedAt *Time
	RevokedAt  *Time
}

// Team is a group of agents who share a queue and an assignment policy.
type Team struct {
	ID          TeamID
	Name        string
	Policy      AssignmentPolicy `db:",inline"`
	Hours       *Hours           // when it is open; nil: always
	QueueLength int32
	CreatedAt   Time
}

// AssignmentPolicy is how a team chooses an agent.
type AssignmentPolicy struct {
	Strategy            AssignmentStrategy
	OnlineOnly          bool
	MaxOpen             *int32   // open conversations a member may have, not snoozed; nil: no limit
	RequireSkills       []string // an agent needs all of them
	MatchLanguage       bool     // an agent has to speak the contact's language, if any does
	Sticky              Stickiness
	StickyWait          *Duration // how long REQUIRE_UNTIL waits for the owner
	KeepOwner           bool      // the contact keeps its owner after a close
	ReassignWhenOffline *Duration
	ReassignWhenNoReply *Duration
	OutsideHours        OutsideHours
	HeadStarts          HeadStarts
}

// DefaultPolicy returns the policy of a team without one of its own, and of the workspace as a whole.
func DefaultPolicy() AssignmentPolicy {
	const hour = 3600 // seconds
	return AssignmentPolicy{Strategy: StrategyRoundRobin, OnlineOnly: true, Sticky: StickyOff, KeepOwner: true,
		OutsideHours: OutsideHoursKeep, HeadStarts: HeadStarts{Low: -4 * hour, High: 4 * hour, Urgent: 24 * hour}}
}

// HeadStarts is how much longer than in truth a conversation of each priority counts as waiting.
type HeadStarts struct {
	Low    Duration `json:"low"`
	Normal Duration `json:"normal"`
	High   Duration `json:"high"`
	Urgent Duration `json:"urgent"`
}

// Of returns the head start of a priority.
func (h HeadStarts) Of(p Priority) time.Duration {
	switch p {
	case PriorityLow:
		return h.Low.Std()
	case PriorityHigh:
		return h.High.Std()
	case PriorityUrgent:
		return h.Urgent.Std()
	default:
		return h.Normal.Std()
	}
}

// AssignmentDecision is an automatic assignment with its reason. It never changes.
type AssignmentDecision struct {
	ID             DecisionID
	At             Time
	ConversationID ConversationID
	TeamID         *TeamID
	Strategy       *AssignmentStrategy // nil: by owner, or by name
	AssigneeID     *AgentID
	Reason         string
	Trigger        *DecisionTrigger      `db:"made_by"` // nil: not known of older decisions
	QueuedFor      *Duration             // how long it had waited; nil: it was not in a queue
	Position       *int32                // its place in the queue, from 1; nil likewise
	Candidates     []AssignmentCandidate // the first MaxCandidates
	PassedOver     []PassedOverCount
}

// MaxCandidates is how many candidates a decision lists; the others are counted.
const MaxCandidates = 50

// AssignmentCandidate is one agent that a decision considered.
type AssignmentCandidate struct {
	AgentID           AgentID           `json:"agent"`
	PassedOver        *PassedOverReason `json:"passedOver,omitempty"` // nil: the winner
	OpenConversations int32             `json:"open"`
	LastAssignedAt    *Time             `json:"lastAssignedAt,omitempty"`
}

// Eligible reports whether the policy's rules allow the candidate.
func (c AssignmentCandidate) Eligible() bool {
	return c.PassedOver == nil || *c.PassedOver == PassedOverNotChosen
}

// PassedOverCount is how many candidates were passed over for one reason.
type PassedOverCount struct {
	Reason PassedOverReason `json:"reason"`
	Count  int32            `json:"count"`
}

// Taken is when an agent got a conversation from a queue, and how long it had waited.
type Taken struct {
	At        Time
	QueuedFor Duration
}

// Workspace has the settings that apply to everybody.
type Workspace struct {
	Name             string
	TimeZone         string
	DefaultTeamID    *TeamID
	Acknowledgements []string
	LifecycleStages  []string
	AutoClose        *Duration // how long after an agent's last message a conversation without an answer closes; nil: never
	PresenceGrace    Duration  // how long an agent without a connection keeps their presence
}

// Channel is a connection to a messaging service.
type Channel struct {
	ID              ChannelID
	Name            string
	Kind            ChannelKind
	GraceAfterClose Duration
	CreatedAt       Time
	DisabledAt      *Time
}
