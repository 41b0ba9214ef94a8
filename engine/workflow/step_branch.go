package workflow

import (
	"encoding/json"
	"strings"
	"time"

	"foyer/inbox"
)

// branchKind is `branch`: a list of {when, go}, and `else` beside it. The run goes by the first whose condition is
// true.
var branchKind = kind{name: "branch", compile: compileBranch, shape: ShapeDecision}

type branch struct {
	ways      []way
	otherwise *target // nil: next
}

type way struct {
	when  condition
	reads []fieldRef // the fields that the condition reads
	to    target
}

func compileBranch(s *stepCompiler, body json.RawMessage) action {
	var doc []struct {
		When conditionDocument `json:"when"`
		Go   string            `json:"go"`
	}
	at := s.at.to("branch")
	s.decode(at, body, &doc)
	compiled := &branch{}
	for i, w := range doc {
		when, reads := s.condition(at.to(i, "when"), w.When, s.scope())
		compiled.ways = append(compiled.ways, way{when: when, reads: reads, to: s.target(at.to(i, "go"), w.Go)})
	}
	if s.step.Else != nil {
		otherwise := s.target(s.at.to("else"), *s.step.Else)
		compiled.otherwise = &otherwise
	}
	return compiled
}

// begin goes by the first condition that is true. The log shows the values that were read until then.
func (b *branch) begin(e *execution) (move, error) {
	detail := map[string]any{}
	for i := range b.ways {
		for _, ref := range b.ways[i].reads {
			detail[strings.Join(ref.parts, ".")] = logged(e.value(ref))
		}
		if b.ways[i].when.holds(e.environment) {
			return move{target: &b.ways[i].to, detail: detail}, nil
		}
	}
	return move{target: b.otherwise, detail: detail}, nil
}

// maxLogged is how many characters of a text, and how many items of a list, a branch logs.
const maxLogged = 200

// logged returns a value for the log. Of an object it shows only that there is one.
func logged(value any) any {
	switch value := value.(type) {
	case string:
		return cut(value, maxLogged)
	case time.Time:
		return inbox.FormatTime(value)
	case map[string]any:
		return "{…}"
	case []string, []any:
		items, _ := readList(value)
		return each(items[:min(len(items), maxLogged)], func(item string) any { return cut(item, maxLogged) })
	default: // nil, a number, true or false
		return value
	}
}

func (b *branch) waysOut(s *step, entered care) []wayOut {
	var ways []wayOut
	for _, w := range b.ways {
		outlook := foresee(w.when)
		if outlook == never {
			continue
		}
		taken := entered
		if needsAssignee(w.when, true) {
			taken = byAgent
		}
		ways = append(ways, wayOut{"", w.to.position, taken})
		if outlook == always {
			return ways
		}
		if needsAssignee(w.when, false) {
			entered = byAgent
		}
	}
	otherwise := s.next
	if b.otherwise != nil {
		otherwise = *b.otherwise
	}
	return append(ways, wayOut{"", otherwise.position, entered})
}
