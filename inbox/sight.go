package inbox

import "slices"

// Sight is which conversations a viewer sees.
type Sight struct {
	Visibility Visibility
	Agent      AgentID  // zero for an API key
	Teams      []TeamID // the agent's own teams, where Visibility is TEAM
}

// SeesAll is the sight of managers, owners and API keys.
func SeesAll() Sight { return Sight{Visibility: VisibilityAll} }

// Sees tells whether a conversation with this team and assignee is in sight.
func (s Sight) Sees(where Scope) bool {
	if s.Visibility == VisibilityAll {
		return true
	}
	if where.Assignee != 0 && where.Assignee == s.Agent {
		return true
	}
	if s.Visibility != VisibilityTeam {
		return false
	}
	if where.Team == 0 {
		return where.Assignee == 0
	}
	return slices.Contains(s.Teams, where.Team)
}

// Caller is who asks for something, and with what right.
type Caller struct {
	Actor      ActorRef
	Role       Role
	Visibility Visibility // ALL unless the actor is an agent of role AGENT
}

// Manages tells whether the caller may do what managers may.
func (c Caller) Manages() bool { return c.Role == RoleOwner || c.Role == RoleManager }

// IsKey tells whether an API key asks.
func (c Caller) IsKey() bool { return c.Actor.Kind == ActorAPIKey }

// MayIntake tells whether the caller may hand in contacts' messages and report on outbound ones.
func (c Caller) MayIntake() bool { return c.Manages() || c.IsKey() }

// SeesAll tells whether no conversation is hidden from the caller.
func (c Caller) SeesAll() bool { return c.Visibility == VisibilityAll }

// Rank orders roles: who may do more has the higher one.
func (r Role) Rank() int {
	switch r {
	case RoleOwner:
		return 2
	case RoleManager:
		return 1
	default:
		return 0
	}
}
