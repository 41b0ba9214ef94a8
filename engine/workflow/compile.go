package workflow

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"foyer/inbox"
)

// Compile makes a document ready to run and does all that publishing checks: what Check does and, where that finds
// nothing, everything that needs more than the schema. Where there are problems, all of them are given as Check does,
// and no Definition.
func Compile(document []byte, directory Directory) (*Definition, []Problem) {
	source, problems := check(document)
	if len(problems) > 0 {
		return nil, problems
	}
	return compileSource(document, source, directory)
}

// Load makes a document ready again that was published before, with the names that its references stood for then
// (Definition.Names): renames do it no harm. A document that was not published with these names is an error.
func Load(document []byte, names map[string]string) (*Definition, error) {
	definition, problems := Compile(document, publishedNames(names))
	if len(problems) > 0 {
		return nil, fmt.Errorf("load workflow: %s", problems[0])
	}
	definition.names = maps.Clone(names)
	return definition, nil
}

// compiler is the compilation of one document.
type compiler struct {
	findings
	references references
	document   document
	places     map[string]int // of the step keys
	variables  map[string]FieldType
	trigger    trigger
	needs      map[string]struct{}
	patterns   int  // instructions of all regular expressions so far
	astray     bool // a way out leads nowhere: then nothing can be said about which steps are reached
}

func compileSource(raw []byte, source source, directory Directory) (*Definition, []Problem) {
	c := &compiler{
		findings:   findings{source: source},
		references: references{directory: directory, names: map[string]string{}},
		places:     map[string]int{},
		needs:      map[string]struct{}{},
	}
	if err := json.Unmarshal(raw, &c.document); err != nil {
		c.add(nil, "the document cannot be read: %s", err)
		return nil, c.problems()
	}
	c.trigger, _ = findTrigger(c.document.Trigger.On)
	c.placeSteps()
	c.declareVariables()
	definition := &Definition{
		trigger:           c.trigger.name,
		oncePerContact:    c.document.Trigger.OncePerContact,
		exitOnAgentAction: c.document.Settings.ExitOnAgentAction == nil || *c.document.Settings.ExitOnAgentAction,
		index:             c.places,
		names:             c.references.names,
	}
	definition.when = c.triggerCondition()
	definition.triggerNeeds = newNeeds(c.needs)
	definition.steps = c.steps()
	definition.needs = newNeeds(c.needs)
	if problems := c.problems(); len(problems) > 0 {
		return nil, problems
	}
	return definition, nil
}

// placeSteps notes where each key stands; keys are unique and none is reserved.
func (c *compiler) placeSteps() {
	if len(c.document.Steps) == 0 {
		c.add(path{"steps"}, "a workflow needs at least one step")
	}
	for i, s := range c.document.Steps {
		at := path{"steps"}.to(i, "key")
		if s.Key == reservedEnd {
			c.add(at, "%q is reserved: it stands for the end of the run", reservedEnd)
			continue
		}
		if first, twice := c.places[s.Key]; twice {
			c.add(at, "step %d has the key %q too; keys must be unique", first+1, s.Key)
			c.astray = true
			continue
		}
		c.places[s.Key] = i
	}
}

// declareVariables finds the variables that steps set, and their types. One set in two ways, or only ever cleared, is
// text: what all values can be read as.
func (c *compiler) declareVariables() {
	c.variables = map[string]FieldType{}
	for _, s := range c.document.Steps {
		if s.kind.declare == nil {
			continue
		}
		name, declared, ok := s.kind.declare(s.body)
		if !ok {
			continue
		}
		before := c.variables[name]
		switch {
		case before == "" || before == declared:
			c.variables[name] = declared
		case declared != "":
			c.variables[name] = TypeText
		}
	}
	for name, declared := range c.variables {
		if declared == "" {
			c.variables[name] = TypeText
		}
	}
}

func (c *compiler) triggerCondition() condition {
	if c.document.Trigger.When == nil {
		return nil
	}
	scope := fieldScope{trigger: c.trigger.fields}
	return c.condition(path{"trigger", "when"}, c.document.Trigger.When, scope)
}

// scope is what the steps can read.
func (c *compiler) scope() fieldScope {
	return fieldScope{trigger: c.trigger.fields, variables: c.variables}
}

// steps compiles all steps, then checks that each can be reached.
func (c *compiler) steps() []step {
	steps := make([]step, len(c.document.Steps))
	leads := make([][]int, len(steps))
	for i, s := range c.document.Steps {
		compiling := &stepCompiler{compiler: c, place: i, step: s, at: path{"steps"}.to(i)}
		steps[i] = compiling.compile()
		leads[i] = compiling.leads
	}
	if !c.astray {
		c.checkReach(leads)
	}
	return steps
}

// checkReach reports steps that no other leads to. Steps lead to later ones only, so one pass finds them all.
func (c *compiler) checkReach(leads [][]int) {
	reached := make([]bool, len(leads))
	for i := range leads {
		if i > 0 && !reached[i] {
			c.add(path{"steps"}.to(i), "no step leads here: it can never be executed")
		}
		for _, to := range leads[i] {
			if to < len(reached) {
				reached[to] = true
			}
		}
	}
}

// team resolves a team, and reports one that is unknown.
func (c *compiler) team(at path, reference string) inbox.TeamID {
	id, ok := c.references.team(reference)
	if !ok {
		c.add(at, "there is no team %s", quote(reference))
	}
	return id
}

// agent resolves an agent, and reports one that is unknown.
func (c *compiler) agent(at path, reference string) inbox.AgentID {
	id, ok := c.references.agent(reference)
	if !ok {
		c.add(at, "there is no agent %s", quote(reference))
	}
	return id
}

// channel resolves a channel, and reports one that is unknown.
func (c *compiler) channel(at path, reference string) inbox.ChannelID {
	id, ok := c.references.channel(reference)
	if !ok {
		c.add(at, "there is no channel %s", quote(reference))
	}
	return id
}

// stage reports a lifecycle stage that is unknown.
func (c *compiler) stage(at path, name string) {
	if !c.references.directory.LifecycleStage(name) {
		c.add(at, "there is no lifecycle stage %s", quote(name))
	}
}

// stepCompiler is the compilation of one step.
type stepCompiler struct {
	*compiler
	place int
	step  stepDocument
	at    path
	leads []int // the places it can lead to
}

func (s *stepCompiler) compile() step {
	compiled := step{key: s.step.Key, kind: s.step.kind.name, exits: map[string]target{}}
	compiled.action = s.step.kind.compile(s, s.step.body)
	if s.step.kind.final {
		s.checkFinal()
		compiled.final = true
		compiled.next = target{name: reservedEnd, place: len(s.document.Steps)}
		return compiled
	}
	compiled.next = s.next()
	if s.step.Else == nil {
		s.leads = append(s.leads, compiled.next.place)
	}
	for _, name := range slices.Sorted(maps.Keys(s.step.Exits)) {
		at := s.at.to("exits", name)
		if _, known := s.step.kind.exit(name); !known {
			s.add(at, "%s", s.unknownExit(name))
			s.astray = true
			continue
		}
		compiled.exits[name] = s.target(at, s.step.Exits[name])
	}
	for _, e := range s.step.kind.exits {
		if _, given := compiled.exits[e.name]; given {
			continue
		}
		compiled.exits[e.name] = compiled.next
		if e.ends {
			compiled.exits[e.name] = target{name: reservedEnd, place: len(s.document.Steps)}
		}
	}
	return compiled
}

func (s *stepCompiler) unknownExit(name string) string {
	if len(s.step.kind.exits) == 0 {
		return fmt.Sprintf("%s has no exits besides next", s.step.kind.name)
	}
	var names []string
	for _, e := range s.step.kind.exits {
		names = append(names, e.name)
	}
	return fmt.Sprintf("%s has no exit %s; it has %s", s.step.kind.name, quote(name), quoteAll(names))
}

// checkFinal reports where a step says what follows though nothing can.
func (s *stepCompiler) checkFinal() {
	if s.step.Next != nil {
		s.add(s.at.to("next"), "nothing follows %s", s.step.kind.name)
	}
	if s.step.Exits != nil {
		s.add(s.at.to("exits"), "%s has no exits", s.step.kind.name)
	}
}

// next gives where the step leads as a rule: to the one it names, else the one behind it.
func (s *stepCompiler) next() target {
	if s.step.Next != nil {
		return s.find(s.at.to("next"), *s.step.Next)
	}
	if s.place+1 < len(s.document.Steps) {
		return target{name: s.document.Steps[s.place+1].Key, place: s.place + 1}
	}
	return target{name: reservedEnd, place: len(s.document.Steps)}
}

// target gives where a key leads, as one of the ways out of this step.
func (s *stepCompiler) target(at path, key string) target {
	to := s.find(at, key)
	s.leads = append(s.leads, to.place)
	return to
}

// find gives the place of a key. Steps lead to later steps only: so every run ends.
func (s *stepCompiler) find(at path, key string) target {
	place, known := s.places[key]
	switch {
	case key == reservedEnd:
		return target{name: reservedEnd, place: len(s.document.Steps)}
	case known && place > s.place:
		return target{name: key, place: place}
	case !known:
		message := "there is no step " + quote(key)
		if similar, ok := nearest(key, slices.Sorted(maps.Keys(s.places))); ok {
			message += "; did you mean " + quote(similar) + "?"
		}
		s.add(at, "%s", message)
	case place == s.place:
		s.add(at, "a step cannot lead to itself")
	default:
		s.add(at, "step %s stands earlier; steps lead to later ones only", quote(key))
	}
	s.astray = true
	return target{name: reservedEnd, place: len(s.document.Steps)}
}

// decode reads the body of a step into its document. The schema has seen to its shape.
func (s *stepCompiler) decode(at path, body json.RawMessage, doc any) {
	if err := json.Unmarshal(body, doc); err != nil {
		s.add(at, "%s cannot be read: %s", s.step.kind.name, err)
	}
}

// listed gives the place of item i of what can be a list or one item alone.
func (s *stepCompiler) listed(at path, i int) path {
	if _, list := s.source.lookup(at).([]any); list {
		return at.to(i)
	}
	return at
}
