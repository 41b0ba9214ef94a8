package workflow

import (
	"encoding/json"
	"errors"

	"foyer/inbox"
)

// hoursKind is `hours`: {team}, {schedule}, or {} for the hours of the conversation's team. A team without hours is
// always open.
var hoursKind = kind{
	name: "hours", exits: []exit{{name: ExitOpen}, {name: ExitClosed}}, exhaustive: true,
	compile: compileHours, shape: ShapeDecision,
	references: map[string]ReferenceKind{"team": ReferenceTeam},
}

// ownHours and ownTeam are fields of the conversation's team.
const (
	ownHours = "team.is_open"
	ownTeam  = "conversation.team"
)

type hours struct {
	team   inbox.TeamID // zero for the conversation's team, or if own is set
	own    *Schedule
	detail map[string]any // nil for the conversation's team
}

func compileHours(s *stepCompiler, body json.RawMessage) action {
	var doc struct {
		Team     string `json:"team"`
		Schedule *Hours `json:"schedule"`
	}
	at := s.at.to("hours")
	s.decode(at, body, &doc)
	switch {
	case doc.Team != "" && doc.Schedule != nil:
		s.add(at, "use a team or a schedule, not both")
	case doc.Team != "":
		team := s.team(at.to("team"), doc.Team)
		s.schedules[team] = struct{}{}
		return &hours{team: team, detail: map[string]any{"team": doc.Team}}
	case doc.Schedule != nil:
		own, err := doc.Schedule.Schedule()
		if wrong, ok := errors.AsType[*HoursError](err); ok {
			s.add(append(at.to("schedule"), wrong.Path...), "%s", wrong.Message)
		}
		return &hours{own: own, detail: map[string]any{"schedule": written(doc.Schedule)}}
	default:
		s.needs[ownHours], s.needs[ownTeam] = struct{}{}, struct{}{}
	}
	return &hours{}
}

func (h *hours) begin(e *execution) (move, error) {
	var open bool
	switch {
	case h.own != nil:
		open = h.own.Open(e.now)
	case h.team != 0:
		open = e.facts.Schedules[h.team].Open(e.now)
	default:
		open = e.facts.Team["is_open"] != false
	}
	moved := move{exit: ExitClosed, detail: h.detail}
	if open {
		moved.exit = ExitOpen
	}
	if h.detail == nil {
		moved.detail = e.withTeam(nil)
	}
	return moved, nil
}

// withTeam returns the detail with the conversation's team, if it has one.
func (e *execution) withTeam(detail map[string]any) map[string]any {
	team, _ := e.facts.Conversation["team"].(string)
	if team == "" {
		return detail
	}
	return merge(detail, map[string]any{"team": team})
}
