package workflow

import (
	"encoding/json"

	"foyer/inbox"
)

// routeKind is `route`: {team, priority}. A team of null means no team; what is left out stays as it is.
var routeKind = kind{name: "route", exits: []exit{{name: ExitFailure}}, compile: compileRoute,
	references: map[string]ReferenceKind{"team": ReferenceTeam}}

// Route changes team and priority of the conversation.
type Route struct {
	// SetTeam reports whether the team changes at all; then a nil Team means no team.
	SetTeam bool
	Team    *inbox.TeamID
	// Priority is nil where it stays as it is.
	Priority *inbox.Priority
}

func (r Route) on(host Host) (*Outcome, error) { return host.Route(r) }

type route struct {
	fixed
	unsets bool // the conversation's team
}

func compileRoute(s *stepCompiler, body json.RawMessage) action {
	var doc struct {
		Team     nullable[string] `json:"team"`
		Priority *inbox.Priority  `json:"priority"`
	}
	at := s.at.to("route")
	s.decode(at, body, &doc)
	if !doc.Team.given && doc.Priority == nil {
		s.add(at, "name a team or a priority to route to")
	}
	effect := Route{SetTeam: doc.Team.given, Priority: doc.Priority}
	detail := map[string]any{}
	if doc.Team.given {
		detail["team"] = nil
	}
	if doc.Team.value != nil {
		id := s.team(at.to("team"), *doc.Team.value)
		effect.Team = &id
		detail["team"] = *doc.Team.value
	}
	if doc.Priority != nil {
		detail["priority"] = string(*doc.Priority)
	}
	return &route{fixed{effect, detail}, doc.Team.given && doc.Team.value == nil}
}

// after says that nobody is asked to take a conversation without a team.
func (r *route) after(entered care) care {
	if r.unsets && entered&byTeam != 0 {
		return entered&^byTeam | byNobody
	}
	return entered
}
