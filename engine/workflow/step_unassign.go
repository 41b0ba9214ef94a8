package workflow

import "encoding/json"

// unassignKind is `unassign`: the conversation is taken from its assignee.
var unassignKind = kind{name: "unassign", compile: compileUnassign}

type unassign struct{}

func compileUnassign(*stepCompiler, json.RawMessage) action { return unassign{} }

func (unassign) begin(*run) (move, error) { return move{effect: Unassign{}}, nil }
