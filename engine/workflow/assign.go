package workflow

import (
	"encoding/json"
	"time"
)

// assignKind is `assign`: {by or agent, policy, timeout}. Where its exit timeout is left out the run ends.
var assignKind = kind{
	name: "assign", exits: []exit{{name: ExitTimeout, ends: true}, {name: ExitFailure}},
	compile: compileAssign,
}

// maxAssignTimeout is how long a run waits for an agent at the most, and unless the document says otherwise.
const maxAssignTimeout = 7 * 24 * time.Hour

type assign struct {
	effect Effect
	detail map[string]any
}

func compileAssign(s *stepCompiler, body json.RawMessage) action {
	var doc struct {
		By      string          `json:"by"`
		Agent   string          `json:"agent"`
		Policy  PolicyOverrides `json:"policy"`
		Timeout *string         `json:"timeout"`
	}
	at := s.at.to("assign")
	s.decode(at, body, &doc)
	effect := Assign{Policy: doc.Policy, Timeout: maxAssignTimeout}
	detail := map[string]any{}
	switch doc.By {
	case "workspace":
		effect.By = AssignByWorkspace
	case "owner":
		effect.By = AssignByOwner
	default:
		effect.By = AssignByTeam
	}
	if doc.Agent != "" {
		effect.By, effect.Agent = AssignByAgent, s.agent(at.to("agent"), doc.Agent)
		detail["agent"] = doc.Agent
	} else {
		detail["by"] = doc.By
	}
	one := effect.By == AssignByAgent || effect.By == AssignByOwner
	if one && doc.Policy != (PolicyOverrides{}) {
		s.add(at.to("policy"), "a policy chooses among a team or the workspace; here there is one agent, who is assigned at once or not at all")
	}
	const atOnce = "nothing is waited for: one agent is assigned at once, or not at all, which is the exit failure"
	if _, given := s.step.Exits[ExitTimeout]; one && given {
		s.add(s.at.to("exits", ExitTimeout), atOnce)
	}
	switch {
	case doc.Timeout == nil:
	case one:
		s.add(at.to("timeout"), atOnce)
	default:
		effect.Timeout = s.timeout(at.to("timeout"), *doc.Timeout, maxAssignTimeout, "P7D")
		detail["timeout"] = *doc.Timeout
	}
	return &assign{effect: effect, detail: detail}
}

func (a *assign) begin(*run) (move, error) { return move{effect: a.effect, detail: a.detail}, nil }
