package workflow

import (
	"encoding/json"
	"errors"

	"foyer/inbox"
)

// hoursKind is `hours`: {team}, {schedule}, or {} for the hours of the conversation's team. Who has no hours is always
// open.
var hoursKind = kind{
	name: "hours", exits: []exit{{name: ExitOpen}, {name: ExitClosed}}, exhaustive: true,
	compile: compileHours,
}

// ownHours is the field that tells of the conversation's team.
const ownHours = "team.is_open"

type hours struct {
	team     inbox.TeamID // zero where it is the conversation's team, or own is set
	teamName string
	own      *Schedule
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
		s.add(at, "hours takes a team or a schedule, not both")
	case doc.Team != "":
		team := s.team(at.to("team"), doc.Team)
		s.schedules[team] = struct{}{}
		return &hours{team: team, teamName: doc.Team}
	case doc.Schedule != nil:
		own, err := doc.Schedule.Schedule()
		if wrong, ok := errors.AsType[*HoursError](err); ok {
			s.add(append(at.to("schedule"), wrong.Path...), "%s", wrong.Message)
		}
		return &hours{own: own}
	default:
		s.needs[ownHours] = struct{}{}
	}
	return &hours{}
}

func (h *hours) begin(r *run) (move, error) {
	var open bool
	switch {
	case h.own != nil:
		open = h.own.Open(r.now)
	case h.team != 0:
		open = r.facts.Schedules[h.team].Open(r.now)
	default:
		open = r.facts.Team["is_open"] != false
	}
	moved := move{exit: ExitClosed}
	if open {
		moved.exit = ExitOpen
	}
	if h.teamName != "" {
		moved.detail = map[string]any{"team": h.teamName}
	}
	return moved, nil
}
