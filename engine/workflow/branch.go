package workflow

import "encoding/json"

// branchKind is `branch`: a list of {when, go}, and beside it `else`. The first whose condition holds is taken.
var branchKind = kind{name: "branch", compile: compileBranch}

type branch struct {
	ways      []way
	otherwise *target // nil: next
}

type way struct {
	when condition
	to   target
}

func compileBranch(s *stepCompiler, body json.RawMessage) action {
	var doc []struct {
		When json.RawMessage `json:"when"`
		Go   string          `json:"go"`
	}
	at := s.at.to("branch")
	s.decode(at, body, &doc)
	compiled := &branch{}
	for i, w := range doc {
		compiled.ways = append(compiled.ways, way{
			when: s.condition(at.to(i, "when"), w.When, s.scope()),
			to:   s.target(at.to(i, "go"), w.Go),
		})
	}
	if s.step.Else != nil {
		otherwise := s.target(s.at.to("else"), *s.step.Else)
		compiled.otherwise = &otherwise
	}
	return compiled
}

func (b *branch) begin(r *run) (move, error) {
	for i := range b.ways {
		if b.ways[i].when.holds(r.environment) {
			return move{target: &b.ways[i].to}, nil
		}
	}
	return move{target: b.otherwise}, nil
}
