package workflow

import "encoding/json"

// unassignKind is `unassign`: it takes the conversation from its assignee.
var unassignKind = kind{name: "unassign", compile: compileUnassign}

// Unassign takes the conversation from its assignee.
type Unassign struct{}

func (u Unassign) on(host Host) (*Outcome, error) { return host.Unassign(u) }

func compileUnassign(*stepCompiler, json.RawMessage) action {
	return fixed{effect: Unassign{}, frees: byAgent}
}
