package workflow

import (
	"encoding/json"
	"fmt"
	"maps"

	"foyer/inbox"
)

// Compile makes a document ready to run and does all that publishing checks: what Check does and, where that finds
// nothing, everything that needs more than the schema. Where there are problems, all of them are given as Check does,
// and no Definition.
func Compile(document []byte, directory Directory) (*Definition, []Problem) {
	return compile(document, references{directory: directory, limit: maxReferences}, false)
}

func compile(document []byte, references references, published bool) (*Definition, []Problem) {
	source, problems := check(document)
	if len(problems) > 0 {
		return nil, problems
	}
	return compileSource(document, source, references, published)
}

// Load makes a document ready again that was published before, with the names that its references stood for then
// (Definition.Names): renames do it no harm. A document that was not published with these names is an error.
func Load(document []byte, names map[string]string) (*Definition, error) {
	definition, problems := compile(document, references{directory: publishedNames(names)}, true)
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
	schedules  map[inbox.TeamID]struct{} // of which teams the hours are asked for
	zoned      bool                      // something depends on the time zone of now
	patterns   int                       // instructions of all regular expressions so far
	reach      *int                      // how many characters of a text they are shown; known once all are
	astray     bool                      // a way out leads nowhere: then nothing can be said about which steps are reached
	published  bool                      // it is a version that was published before
}

// forbid reports what publishing refuses. A version that was published before there was this check keeps running.
func (c *compiler) forbid(at path, format string, args ...any) {
	if !c.published {
		c.add(at, format, args...)
	}
}

func compileSource(raw []byte, source source, references references, published bool) (*Definition, []Problem) {
	references.names, references.asked = map[string]string{}, map[string]any{}
	c := &compiler{
		published:  published,
		findings:   findings{source: source},
		references: references,
		places:     map[string]int{},
		needs:      map[string]struct{}{},
		schedules:  map[inbox.TeamID]struct{}{},
		reach:      new(int),
	}
	if err := json.Unmarshal(raw, &c.document); err != nil {
		c.add(nil, "the document cannot be read: %s", err)
		return nil, c.problems()
	}
	c.trigger, _ = findTrigger(c.document.Trigger.On)
	c.placeSteps()
	c.declareVariables()
	call := c.readTrigger()
	definition := &Definition{
		trigger:           c.trigger.name,
		oncePerContact:    c.document.Trigger.OncePerContact,
		exitOnAgentAction: c.document.Settings.ExitOnAgentAction == nil || *c.document.Settings.ExitOnAgentAction,
		index:             c.places,
		names:             c.references.names,
		call:              call,
	}
	definition.when = c.triggerCondition()
	definition.triggerNeeds = c.needed()
	definition.steps = c.steps()
	definition.needs = c.needed()
	*c.reach = maxMatching / max(c.patterns, 1)
	if call.webhook != nil {
		call.webhook.readBody(definition.needs)
	}
	if c.references.tooMany() {
		return nil, []Problem{{Path: path{}, Message: fmt.Sprintf(
			"The document names more than %d teams, agents, channels, workflows, fields, lifecycle stages and secrets.", maxReferences)}}
	}
	if problems := c.problems(); len(problems) > 0 {
		return nil, problems
	}
	return definition, nil
}

// placeSteps notes where each key stands; keys are unique and none is reserved.
func (c *compiler) placeSteps() {
	if len(c.document.Steps) == 0 {
		c.add(path{"steps"}, "add a step: a workflow needs at least one")
	}
	for i, s := range c.document.Steps {
		at := path{"steps"}.to(i, "key")
		if s.Key == reservedEnd {
			c.add(at, "%q is reserved: it stands for the end of the run", reservedEnd)
			continue
		}
		if first, twice := c.places[s.Key]; twice {
			c.add(at, "step %d has the key %q too; give each step a key of its own", first+1, s.Key)
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
	for name, declared := range c.document.Trigger.Mapping.declare() {
		c.declare(name, declared)
	}
	for _, s := range c.document.Steps {
		if s.kind.declare == nil {
			continue
		}
		for name, declared := range s.kind.declare(s.body) {
			c.declare(name, declared)
		}
	}
	for name, declared := range c.variables {
		if declared == "" {
			c.variables[name] = TypeText
		}
	}
}

func (c *compiler) declare(name string, declared FieldType) {
	before := c.variables[name]
	switch {
	case before == "" || before == declared:
		c.variables[name] = declared
	case declared != "":
		c.variables[name] = TypeText
	}
}

func (c *compiler) triggerCondition() condition {
	if c.document.Trigger.When == nil {
		return nil
	}
	scope := fieldScope{trigger: c.trigger.fields, custom: c.references.contactField}
	return c.condition(path{"trigger", "when"}, c.document.Trigger.When, scope)
}

// scope is what the steps can read.
func (c *compiler) scope() fieldScope {
	return fieldScope{trigger: c.trigger.fields, variables: c.variables, custom: c.references.contactField}
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

// workflow resolves a workflow to start, and reports one that is unknown or cannot be started.
func (c *compiler) workflow(at path, reference string) Callee {
	callee, ok := c.references.workflow(reference)
	switch {
	case !ok:
		c.add(at, "there is no workflow %s", quote(reference))
	case callee.Refused != "":
		c.add(at, "the workflow %s cannot be started: %s", quote(reference), callee.Refused)
	}
	return callee
}

// option reports a text that the field cannot hold, since it is none of its options.
func (c *compiler) option(at path, field Field, text string) {
	if field.holds(text) {
		return
	}
	const most = 10
	listed, more := field.options, ""
	if len(listed) > most {
		listed, more = listed[:most], fmt.Sprintf(" and %d more", len(listed)-most)
	}
	c.add(at, "%s is not one of the options of %s, which are %s%s", quote(text), quote(field.Path), quoteAll(listed), more)
}

// stage reports a lifecycle stage that is unknown.
func (c *compiler) stage(at path, name string) {
	if !c.references.stage(name) {
		c.add(at, "there is no lifecycle stage %s", quote(name))
	}
}
