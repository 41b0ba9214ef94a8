package workflow

import "encoding/json"

// openKind is `open`: a conversation with the contact opens, where none is open.
var openKind = kind{name: "open", compile: compileOpen}

type opening struct{}

func compileOpen(*stepCompiler, json.RawMessage) action { return opening{} }

func (opening) begin(*run) (move, error) { return move{effect: Open{}}, nil }
