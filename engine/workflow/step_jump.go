package workflow

import (
	"encoding/json"
	"maps"
)

// jumpKind is `jump`: {to, max}. It leads back to an earlier step, at most max times in a run. No other step leads
// back.
var jumpKind = kind{
	name: "jump", exits: []exit{{name: ExitExhausted}}, exhaustive: true,
	compile: compileJump,
}

type jump struct {
	key string
	to  target
	max int
}

func compileJump(s *stepCompiler, body json.RawMessage) action {
	var doc struct {
		To  string `json:"to"`
		Max int    `json:"max"`
	}
	at := s.at.to("jump")
	s.decode(at, body, &doc)
	compiled := &jump{key: s.step.Key, max: doc.Max}
	position, known := s.positions[doc.To]
	switch {
	case !known:
		s.add(at.to("to"), "%s", s.unknownStep(doc.To))
		s.astray = true
	case position >= s.position:
		s.add(at.to("to"), "a jump leads back to an earlier step; to go on, use `next`")
		s.astray = true
	default:
		compiled.to = target{name: doc.To, position: position}
		s.leads = append(s.leads, position)
	}
	return compiled
}

func (j *jump) begin(e *execution) (move, error) {
	done := e.state.Jumps[j.key]
	if done >= j.max {
		return move{exit: ExitExhausted, detail: map[string]any{"jumps": float64(done)}}, nil
	}
	jumps := make(map[string]int, len(e.state.Jumps)+1)
	maps.Copy(jumps, e.state.Jumps)
	jumps[j.key] = done + 1
	e.state.Jumps = jumps
	return move{target: &j.to, detail: map[string]any{"jumps": float64(done + 1)}}, nil
}

func (j *jump) waysOut(s *step, entered care) []wayOut {
	return []wayOut{{"", j.to.position, entered}, {ExitExhausted, s.exits[ExitExhausted].position, entered}}
}
