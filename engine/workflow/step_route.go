package workflow

import (
	"encoding/json"

	"foyer/inbox"
)

// routeKind is `route`: {team, priority}. null means no team; what is left out does not change.
var routeKind = kind{name: "route", exits: []exit{{name: ExitFailure}}, compile: compileRoute,
	references: map[string]ReferenceKind{"team": ReferenceTeam}}

// Route changes the team and the priority of the conversation.
type Route struct {
	// SetTeam is true if the team changes. A nil Team then means no team.
	SetTeam bool
	Team    *inbox.TeamID
	// Priority is nil if it does not change.
	Priority *inbox.Priority
}

func (r Route) on(host Host) (*Outcome, error) { return host.Route(r) }

func compileRoute(s *stepCompiler, body json.RawMessage) action {
	var doc struct {
		Team     *string         `json:"team"`
		Priority *inbox.Priority `json:"priority"`
	}
	at := s.at.to("route")
	s.decode(at, body, &doc)
	written, _ := s.source.lookup(at).(map[string]any)
	_, setTeam := written["team"] // it may be null
	effect := Route{SetTeam: setTeam, Priority: doc.Priority}
	detail := map[string]any{}
	var frees care
	switch {
	case doc.Team != nil:
		effect.Team = new(s.team(at.to("team"), *doc.Team))
		detail["team"] = *doc.Team
	case setTeam:
		detail["team"] = nil
		frees = byTeam
	}
	if doc.Priority != nil {
		detail["priority"] = string(*doc.Priority)
	}
	return fixed{effect, detail, frees}
}
