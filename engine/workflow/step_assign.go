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
	effect Assign
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
	detail := map[string]any{"by": doc.By}
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
		detail = map[string]any{"agent": doc.Agent}
	}
	if effect.By == AssignByTeam {
		s.needs[ownTeam] = struct{}{}
	}
	if doc.Policy != (PolicyOverrides{}) {
		detail["policy"] = written(doc.Policy)
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
	case doc.Timeout == nil && one:
	case doc.Timeout == nil:
		detail["timeout"] = "P7D"
	case one:
		s.add(at.to("timeout"), atOnce)
	default:
		effect.Timeout = s.timeout(at.to("timeout"), *doc.Timeout, maxAssignTimeout, "P7D")
		detail["timeout"] = *doc.Timeout
	}
	return &assign{effect: effect, detail: detail}
}

// written returns a part of a document as the log shows it.
func written(part any) map[string]any {
	var detail map[string]any
	if data, err := json.Marshal(part); err != nil || json.Unmarshal(data, &detail) != nil {
		return nil // which what was read from JSON cannot be
	}
	return detail
}

func (a *assign) begin(r *run) (move, error) {
	detail := a.detail
	if a.effect.By == AssignByTeam {
		detail = r.withTeam(detail)
	}
	return move{effect: a.effect, detail: detail}, nil
}
