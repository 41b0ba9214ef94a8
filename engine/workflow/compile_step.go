package workflow

import (
	"encoding/json"
	"fmt"
)

// stepCompiler compiles one step.
type stepCompiler struct {
	*compiler
	position  int
	step      stepDocument
	at        path
	leads     []int // the positions that the step can lead to
	hasSecret bool  // the step sends a request that uses a secret
}

func (s *stepCompiler) compile() step {
	compiled := step{key: s.step.Key, kind: s.step.kind.name, exhaustive: s.step.kind.exhaustive, exits: map[string]target{}}
	compiled.action = s.step.kind.compile(s, s.step.body)
	if s.step.kind.final {
		s.checkFinal()
		compiled.final = true
		compiled.next = target{name: reservedEnd, position: len(s.document.Steps)}
		return compiled
	}
	compiled.next = s.next()
	s.exits(&compiled)
	return compiled
}

// exits finds where the exits of the step lead.
func (s *stepCompiler) exits(compiled *step) {
	for _, name := range sortedKeys(s.step.Exits) {
		at := s.at.to("exits", name)
		if !s.step.kind.hasExit(name) {
			s.add(at, "%s", s.unknownExit(name))
			s.astray = true
			continue
		}
		compiled.exits[name] = s.target(at, s.step.Exits[name])
	}
	left := !s.step.kind.exhaustive && s.step.Else == nil // next is a way out
	for _, e := range s.step.kind.exits {
		if _, given := compiled.exits[e.name]; given {
			continue
		}
		compiled.exits[e.name] = compiled.next
		if e.ends {
			compiled.exits[e.name] = target{name: reservedEnd, position: len(s.document.Steps)}
		}
		left = left || s.step.kind.exhaustive
	}
	if left {
		s.leads = append(s.leads, compiled.next.position)
	}
}

func (s *stepCompiler) unknownExit(name string) string {
	if len(s.step.kind.exits) == 0 {
		return fmt.Sprintf("a step of the kind `%s` has no exits besides `next`", s.step.kind.name)
	}
	names := each(s.step.kind.exits, func(e exit) string { return e.name })
	if s.step.kind.statuses {
		names = append(names, "404")
	}
	return fmt.Sprintf("a step of the kind `%s` has no exit %s; it has %s", s.step.kind.name, quote(name), quoteAll(names))
}

// checkFinal reports that a step says what follows although nothing can.
func (s *stepCompiler) checkFinal() {
	if s.step.Next != nil {
		s.add(s.at.to("next"), "a step of the kind `%s` ends the run: remove `next`", s.step.kind.name)
	}
	if s.step.Exits != nil {
		s.add(s.at.to("exits"), "a step of the kind `%s` has no exits: remove `exits`", s.step.kind.name)
	}
}

// next returns where the step usually leads: to the step that it names, or to the following one.
func (s *stepCompiler) next() target {
	if s.step.Next != nil {
		return s.find(s.at.to("next"), *s.step.Next)
	}
	if s.position+1 < len(s.document.Steps) {
		return target{name: s.document.Steps[s.position+1].Key, position: s.position + 1}
	}
	return target{name: reservedEnd, position: len(s.document.Steps)}
}

// target returns where a key leads, and records it as a way out of this step.
func (s *stepCompiler) target(at path, key string) target {
	to := s.find(at, key)
	s.leads = append(s.leads, to.position)
	return to
}

// find returns the position of a key. Steps lead only to later steps, so every run ends.
func (s *stepCompiler) find(at path, key string) target {
	position, known := s.positions[key]
	switch {
	case key == reservedEnd:
		return target{name: reservedEnd, position: len(s.document.Steps)}
	case known && position > s.position:
		return target{name: key, position: position}
	case !known:
		s.add(at, "%s", s.unknownStep(key))
	case position == s.position:
		s.add(at, "a step cannot lead to itself")
	default:
		s.add(at, "step %s comes earlier, and steps lead to later steps only; to go back, use a step of the kind `jump`", quote(key))
	}
	s.astray = true
	return target{name: reservedEnd, position: len(s.document.Steps)}
}

// unknownStep says that there is no such step, and which one may have been meant.
func (s *stepCompiler) unknownStep(key string) string {
	return "there is no step " + quote(key) + didYouMean(key, sortedKeys(s.positions))
}

// decode reads the body of a step into its document. The schema has already checked its shape.
func (s *stepCompiler) decode(at path, body json.RawMessage, doc any) {
	if err := json.Unmarshal(body, doc); err != nil {
		s.add(at, "the step `%s` cannot be read: %s", s.step.kind.name, err)
	}
}

// listed returns the path of item i of what may be a list or a single item.
func (s *stepCompiler) listed(at path, i int) path {
	if _, list := s.source.lookup(at).([]any); list {
		return at.to(i)
	}
	return at
}
