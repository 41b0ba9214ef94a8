package workflow

import (
	"encoding/json"

	"foyer/inbox"
)

// routeKind is `route`: {team, priority}. A team of null means no team; what is left out stays as it is.
var routeKind = kind{name: "route", exits: []exit{{name: ExitFailure}}, compile: compileRoute}

type route struct {
	effect Effect
	detail map[string]any
}

func compileRoute(s *stepCompiler, body json.RawMessage) action {
	var doc struct {
		Team     nullable[string] `json:"team"`
		Priority *inbox.Priority  `json:"priority"`
	}
	at := s.at.to("route")
	s.decode(at, body, &doc)
	if !doc.Team.given && doc.Priority == nil {
		s.add(at, "route needs a team or a priority")
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
	return &route{effect: effect, detail: detail}
}

func (r *route) begin(*run) (move, error) { return move{effect: r.effect, detail: r.detail}, nil }
