package workflow

import (
	"encoding/json"
	"time"

	"foyer/inbox"
)

// assignKind is `assign`: {by or agent, policy, timeout}. If the exit timeout is left out, the run ends then.
var assignKind = kind{
	name: "assign", exits: []exit{{name: ExitTimeout, ends: true}, {name: ExitFailure}},
	compile: compileAssign, shape: ShapeWait,
	references: map[string]ReferenceKind{"agent": ReferenceAgent},
	forms:      "a step `assign` needs exactly one of `by` (team, workspace or owner) and `agent`",
}

// Assign assigns the conversation to an agent, or queues it. The outcome is ExitNext once somebody is assigned,
// ExitTimeout once Timeout has passed, and ExitFailure if nobody can be assigned.
type Assign struct {
	By AssignBy
	// Agent is the agent to assign if By is AssignByAgent.
	Agent inbox.AgentID
	// Policy overrides the team's own policy.
	Policy PolicyOverrides
	// Timeout is between 1 s and 7 days, in whole seconds.
	Timeout time.Duration
}

func (a Assign) on(host Host) (*Outcome, error) { return host.Assign(a) }

// PolicyOverrides are the parts of an assignment policy that a step decides itself. nil means the team's.
type PolicyOverrides struct {
	Strategy   *inbox.AssignmentStrategy `json:"strategy,omitempty"`
	OnlineOnly *bool                     `json:"onlineOnly,omitempty"`
	MaxOpen    *int32                    `json:"maxOpen,omitempty"` // at least 1
	// RequireSkills are needed beside those of the team's policy.
	RequireSkills []string          `json:"requireSkills,omitempty"`
	MatchLanguage *bool             `json:"matchLanguage,omitempty"`
	Sticky        *inbox.Stickiness `json:"sticky,omitempty"`
	StickyWait    *inbox.Duration   `json:"stickyWait,omitempty"` // given if Sticky is REQUIRE_UNTIL
}

// writtenPolicy is PolicyOverrides as a document has them.
type writtenPolicy struct {
	PolicyOverrides
	StickyWait *string `json:"stickyWait,omitempty"`
}

// AssignBy says which agents Assign chooses among.
type AssignBy string

// The agents that Assign chooses among.
const (
	AssignByTeam      AssignBy = "TEAM"      // the members of the conversation's team
	AssignByWorkspace AssignBy = "WORKSPACE" // all agents
	AssignByOwner     AssignBy = "OWNER"     // only the contact's owner
	AssignByAgent     AssignBy = "AGENT"     // only the given agent
)

// maxAssignTimeout is how long a run waits for an agent at most, and by default.
const maxAssignTimeout = 7 * 24 * time.Hour

type assign struct {
	effect Assign
	detail map[string]any
}

func compileAssign(s *stepCompiler, body json.RawMessage) action {
	var doc struct {
		By      string         `json:"by"`
		Agent   string         `json:"agent"`
		Policy  *writtenPolicy `json:"policy"`
		Timeout *string        `json:"timeout"`
	}
	at := s.at.to("assign")
	s.decode(at, body, &doc)
	effect := Assign{Timeout: maxAssignTimeout}
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
	if doc.Policy != nil {
		effect.Policy, detail["policy"] = s.policy(at.to("policy"), doc.Policy), written(doc.Policy)
	}
	one := effect.By == AssignByAgent || effect.By == AssignByOwner
	if one && doc.Policy != nil {
		s.add(at.to("policy"), "remove the policy: this step names one agent, so there is nobody to choose among")
	}
	const atOnce = "remove the timeout: one agent is assigned at once or not at all, and then the step takes its exit `failure`"
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

// policy compiles what a step overrides of a policy.
func (s *stepCompiler) policy(at path, doc *writtenPolicy) PolicyOverrides {
	policy := doc.PolicyOverrides
	requires := policy.Sticky != nil && *policy.Sticky == inbox.StickyRequireUntil
	switch {
	case requires && doc.StickyWait == nil:
		s.add(at.to("stickyWait"), "add the time to wait for the contact's owner, such as PT10M")
	case doc.StickyWait != nil && !requires:
		s.add(at.to("stickyWait"), "remove it, or make `sticky` REQUIRE_UNTIL: nothing else waits for the contact's owner")
	case requires:
		wait := s.timeout(at.to("stickyWait"), *doc.StickyWait, maxAssignTimeout, "P7D")
		policy.StickyWait = new(inbox.Duration(wait / time.Second))
	}
	return policy
}

// written returns a part of a document for the log.
func written(part any) map[string]any {
	var detail map[string]any
	if data, err := json.Marshal(part); err != nil || json.Unmarshal(data, &detail) != nil {
		return nil // it was read from JSON
	}
	return detail
}

func (a *assign) begin(e *execution) (move, error) {
	detail := a.detail
	if a.effect.By == AssignByTeam {
		detail = e.withTeam(detail)
	}
	return move{effect: a.effect, detail: detail}, nil
}

func (a *assign) waysOut(s *step, entered care) []wayOut {
	assigned, failed := wayOut{"", s.next.position, byAgent}, wayOut{ExitFailure, s.exits[ExitFailure].position, byTeam}
	if a.effect.By == AssignByAgent || a.effect.By == AssignByOwner { // a single agent is often busy or offline
		failed.care = entered
		return []wayOut{assigned, failed}
	}
	return []wayOut{assigned, {ExitTimeout, s.exits[ExitTimeout].position, byTeam}, failed}
}
