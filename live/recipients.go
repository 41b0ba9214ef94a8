package live

import "foyer/inbox"

// crowd is a set of members.
type crowd map[*Member]struct{}

// recipients finds the members of a group that an event may concern, so that the others need not be asked. A viewer who gains
// or loses access to a conversation by an event is a member of its team or its assignee, before the event or after it.
type recipients struct {
	everyone crowd
	seeing   crowd                   // those who see everything
	agents   map[inbox.AgentID]crowd // also those who see everything
	teams    map[inbox.TeamID]crowd  // zero: those who see conversations without team and assignee
}

func newRecipients() recipients {
	return recipients{everyone: make(crowd), seeing: make(crowd),
		agents: make(map[inbox.AgentID]crowd), teams: make(map[inbox.TeamID]crowd)}
}

func (r *recipients) add(m *Member) {
	access := m.visibility.access
	r.everyone[m] = struct{}{}
	if access.Visibility == inbox.VisibilityAll {
		r.seeing[m] = struct{}{}
	}
	if access.Agent != 0 {
		addTo(r.agents, access.Agent, m)
	}
	if access.Visibility == inbox.VisibilityTeam {
		addTo(r.teams, 0, m)
		for _, team := range access.Teams {
			addTo(r.teams, team, m)
		}
	}
}

func (r *recipients) remove(m *Member) {
	access := m.visibility.access
	delete(r.everyone, m)
	delete(r.seeing, m)
	removeFrom(r.agents, access.Agent, m)
	removeFrom(r.teams, 0, m)
	for _, team := range access.Teams {
		removeFrom(r.teams, team, m)
	}
}

func addTo[K comparable](crowds map[K]crowd, key K, m *Member) {
	if crowds[key] == nil {
		crowds[key] = make(crowd)
	}
	crowds[key][m] = struct{}{}
}

func removeFrom[K comparable](crowds map[K]crowd, key K, m *Member) {
	delete(crowds[key], m)
	if len(crowds[key]) == 0 {
		delete(crowds, key)
	}
}

// limited reports whether there is a member who does not see everything.
func (r *recipients) limited() bool { return len(r.seeing) < len(r.everyone) }

// each calls visit for the members that a slot may concern, for some more than once, until it returns false.
func (r *recipients) each(s *slot, visit func(*Member) bool) {
	for _, c := range r.of(s) {
		for m := range c {
			if !visit(m) {
				return
			}
		}
	}
}

// has reports whether a slot may concern a member.
func (r *recipients) has(s *slot, m *Member) bool {
	for _, c := range r.of(s) {
		if _, ok := c[m]; ok {
			return true
		}
	}
	return false
}

// of returns the members that a slot may concern.
func (r *recipients) of(s *slot) []crowd {
	if s.err != nil {
		return []crowd{r.everyone}
	}
	var crowds []crowd
	if s.wanted {
		crowds = append(crowds, r.seeing)
	}
	switch event := s.event.(type) {
	case inbox.ConversationEvent:
		where := event.Where()
		if where.ConversationID == 0 {
			return crowds
		}
		crowds = r.around(crowds, where.Before)
		if where.After != where.Before {
			crowds = r.around(crowds, where.After)
		}
	case *inbox.ContactChanged:
		around := s.around.Load()
		if around == nil {
			return []crowd{r.everyone}
		}
		for _, scope := range around.scopes {
			crowds = r.around(crowds, scope)
		}
	default:
		return []crowd{r.everyone}
	}
	return crowds
}

// around appends the members who see a scope and not everything.
func (r *recipients) around(crowds []crowd, scope inbox.Scope) []crowd {
	if scope.Assignee != 0 {
		crowds = append(crowds, r.agents[scope.Assignee])
	}
	if scope.Team != 0 || scope.Assignee == 0 {
		crowds = append(crowds, r.teams[scope.Team])
	}
	return crowds
}
