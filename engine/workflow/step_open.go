package workflow

import "encoding/json"

// openKind is `open`: it opens a conversation with the contact, if none is open.
var openKind = kind{name: "open", compile: compileOpen}

// Open opens a conversation with the contact, if none is open.
type Open struct{}

func (o Open) on(host Host) (*Outcome, error) { return host.Open(o) }

type opening struct{ fixed }

func compileOpen(*stepCompiler, json.RawMessage) action { return opening{fixed{effect: Open{}}} }

func (opening) after(entered care) care { return entered.without(closed) }
