package workflow

import (
	"encoding/json"
	"fmt"
	"maps"

	"foyer/inbox"
)

// Compile checks a document for publishing and returns it ready to run. It does what Check does and, if that finds
// nothing, all checks that need more than the schema. If there are problems, it returns them in the order of Check and
// no Definition.
func Compile(document []byte, directory Directory) (*Definition, []Problem) {
	return compile(document, directory, false)
}

// Load returns a published document ready to run again. Its references mean what they meant when it was published,
// according to names (Definition.Names), so that renaming a team does no harm. It fails on a document that was not
// published with these names.
func Load(document []byte, names Names) (*Definition, error) {
	definition, problems := compile(document, names, true)
	if len(problems) > 0 {
		return nil, fmt.Errorf("load workflow: %s", problems[0])
	}
	definition.names = maps.Clone(names)
	return definition, nil
}

// compiler compiles one document.
type compiler struct {
	findings
	directory Directory
	names     Names
	asked     map[string]any // what the directory found, or nil, by kind and reference
	document  document
	positions map[string]int // positions of the steps, by key
	variables map[string]FieldType
	trigger   trigger
	needs     map[string]struct{}
	schedules map[inbox.TeamID]struct{} // the teams whose hours steps ask for by name
	zoned     bool                      // whether anything depends on the time zone of now
	patterns  int                       // instructions of all regular expressions so far
	reach     *int                      // how many characters of a text the regular expressions see; set at the end
	astray    bool                      // an exit leads nowhere, so which steps can be reached is unknown
	published bool                      // the document is a version that was published before
}

// forbid reports a problem that prevents publishing. A version that was published before the check existed keeps
// running.
func (c *compiler) forbid(at path, format string, args ...any) {
	if !c.published {
		c.add(at, format, args...)
	}
}

func compile(document []byte, directory Directory, published bool) (*Definition, []Problem) {
	source, problems := check(document)
	if len(problems) > 0 {
		return nil, problems
	}
	c := &compiler{
		published: published,
		findings:  findings{source: source},
		directory: directory,
		names:     Names{},
		asked:     map[string]any{},
		positions: map[string]int{},
		needs:     map[string]struct{}{},
		schedules: map[inbox.TeamID]struct{}{},
		reach:     new(int),
	}
	c.document.Settings.ExitOnAgentAction = true // unless the document says otherwise
	if err := json.Unmarshal(document, &c.document); err != nil {
		c.add(nil, "the document cannot be read: %s", err)
		return nil, c.problems()
	}
	c.trigger, _ = find(triggers, func(t trigger) bool { return t.name == c.document.Trigger.On })
	c.placeSteps()
	c.declareVariables()
	call := c.readTrigger()
	definition := &Definition{
		trigger:           c.trigger.name,
		oncePerContact:    c.document.Trigger.OncePerContact,
		exitOnAgentAction: c.document.Settings.ExitOnAgentAction,
		index:             c.positions,
		names:             c.names,
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
	if c.tooManyReferences() {
		return nil, []Problem{{Path: path{}, Message: fmt.Sprintf(
			"The document names more than %d teams, agents, channels, workflows, fields, lifecycle stages and secrets.", maxReferences)}}
	}
	if problems := c.problems(); len(problems) > 0 {
		return nil, problems
	}
	return definition, nil
}

// placeSteps records the position of each key. Keys are unique, and none is reserved.
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
		if first, twice := c.positions[s.Key]; twice {
			c.add(at, "step %d has the key %q too; give each step a key of its own", first+1, s.Key)
			c.astray = true
			continue
		}
		c.positions[s.Key] = i
	}
}

// declareVariables finds the variables that steps set, and their types. A variable that is set as two types, or only
// ever cleared, is a text: every value can be read as one.
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
	scope := fieldScope{trigger: c.trigger.fields, custom: c.customField}
	compiled, _ := c.condition(path{"trigger", "when"}, *c.document.Trigger.When, scope)
	return compiled
}

// scope returns the fields that steps can read.
func (c *compiler) scope() fieldScope {
	return fieldScope{trigger: c.trigger.fields, variables: c.variables, custom: c.customField}
}

// steps compiles all steps, then checks that each can be reached.
func (c *compiler) steps() []step {
	steps := make([]step, len(c.document.Steps))
	leads := make([][]int, len(steps))
	for i, s := range c.document.Steps {
		compiling := &stepCompiler{compiler: c, position: i, step: s, at: path{"steps"}.to(i)}
		steps[i] = compiling.compile()
		leads[i] = compiling.leads
	}
	if !c.astray {
		c.checkReach(leads)
	}
	return steps
}

func (c *compiler) team(at path, reference string) inbox.TeamID {
	return c.id(at, ReferenceTeam, reference).Team()
}

func (c *compiler) agent(at path, reference string) inbox.AgentID {
	return c.id(at, ReferenceAgent, reference).Agent()
}

func (c *compiler) channel(at path, reference string) inbox.ChannelID {
	return c.id(at, ReferenceChannel, reference).Channel()
}

// id returns what a reference to a team, an agent, a channel, a stage or a secret refers to, and reports one that is
// unknown.
func (c *compiler) id(at path, kind ReferenceKind, reference string) inbox.ID {
	find := func(reference string) (string, bool) { return c.directory.Find(kind, reference) }
	id, found := resolve(c, kind, reference, find, func(id string) string { return id })
	if !found {
		c.add(at, "there is no %s %s", kind.noun(), quote(reference))
	}
	return inbox.ID(id)
}

// workflow resolves a workflow to start, and reports one that is unknown or cannot be started.
func (c *compiler) workflow(at path, reference string) Callee {
	callee, found := resolve(c, ReferenceWorkflow, reference, c.directory.Workflow, func(c Callee) string { return c.ID.String() })
	switch {
	case !found:
		c.add(at, "there is no workflow %s", quote(reference))
	case callee.Refused != "":
		c.add(at, "the workflow %s cannot be started: %s", quote(reference), callee.Refused)
	}
	return callee
}

// option reports a text that is not one of the field's options.
func (c *compiler) option(at path, field Field, text string) {
	if field.allows(text) {
		return
	}
	const most = 10
	listed, more := field.options, ""
	if len(listed) > most {
		listed, more = listed[:most], fmt.Sprintf(" and %d more", len(listed)-most)
	}
	c.add(at, "%s is not one of the options of %s, which are %s%s", quote(text), quote(field.Path), quoteAll(listed), more)
}
