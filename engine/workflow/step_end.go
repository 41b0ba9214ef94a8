package workflow

import "encoding/json"

// endKind is `end`: the run ends.
var endKind = kind{name: "end", final: true, compile: compileEnd}

type ending struct{}

func compileEnd(*stepCompiler, json.RawMessage) action { return ending{} }

func (ending) begin(*execution) (move, error) { return move{}, nil }
