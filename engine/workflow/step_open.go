package workflow

import "encoding/json"

// openKind is `open`: it opens a conversation with the contact, if none is open.
var openKind = kind{name: "open", compile: compileOpen}

// Open opens a conversation with the contact, if none is open.
type Open struct{}

func (o Open) on(host Host) (*Outcome, error) { return host.Open(o) }

func compileOpen(*stepCompiler, json.RawMessage) action { return fixed{effect: Open{}, frees: closed} }
