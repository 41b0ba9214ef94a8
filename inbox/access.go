package inbox

import "slices"

// Access says which conversations a viewer sees.
type Access struct {
	Visibility Visibility
	Agent      AgentID  // zero for an API key
	Teams      []TeamID // the agent's own teams, where Visibility is TEAM
}

// SeesAll is the access of managers, owners and API keys.
func SeesAll() Access { return Access{Visibility: VisibilityAll} }

// Sees reports whether a conversation with this team and assignee is visible.
func (a Access) Sees(where Scope) bool {
	if a.Visibility == VisibilityAll {
		return true
	}
	if where.Assignee != 0 && where.Assignee == a.Agent {
		return true
	}
	if a.Visibility != VisibilityTeam {
		return false
	}
	if where.Team == 0 {
		return where.Assignee == 0
	}
	return slices.Contains(a.Teams, where.Team)
}

// Caller is an agent or an API key that makes a request, with its rights.
type Caller struct {
	Actor      ActorRef
	Role       Role
	Visibility Visibility // ALL unless the actor is an agent of role AGENT
}

// Caller returns the agent as a caller. Owners and managers see everything, whatever their visibility.
func (a *Agent) Caller() Caller {
	c := Caller{Actor: ByAgent(a.ID), Role: a.Role, Visibility: a.Visibility}
	if c.Manages() {
		c.Visibility = VisibilityAll
	}
	return c
}

// Caller returns the key as a caller.
func (k *APIKey) Caller() Caller {
	return Caller{Actor: ByAPIKey(k.ID), Role: k.Role, Visibility: VisibilityAll}
}

// Manages reports whether the caller may do what managers may.
func (c Caller) Manages() bool { return c.Role == RoleOwner || c.Role == RoleManager }

// IsKey reports whether the caller is an API key.
func (c Caller) IsKey() bool { return c.Actor.Kind == ActorAPIKey }

// MayIntake reports whether the caller may receive contacts' messages and report the status of outbound ones.
func (c Caller) MayIntake() bool { return c.Manages() || c.IsKey() }

// SeesAll reports whether no conversation is hidden from the caller.
func (c Caller) SeesAll() bool { return c.Visibility == VisibilityAll }

// Rank orders roles: a role that may do more has a higher rank.
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
