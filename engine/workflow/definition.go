package workflow

import (
	"maps"
	"slices"
	"time"

	"foyer/inbox"
)

// Definition is a published document, ready to run. It never changes: safe for concurrent use, worth caching.
type Definition struct {
	trigger           string
	when              condition // nil: always
	oncePerContact    bool
	exitOnAgentAction bool
	steps             []step
	index             map[string]int // key to place in steps
	names             map[string]string
	call              call
	needs             Needs
	triggerNeeds      Needs
}

// step is one compiled step.
type step struct {
	key        string
	kind       string
	action     action
	final      bool // the run ends here
	exhaustive bool // it always leaves by one of its exits
	next       target
	exits      map[string]target // every exit of the kind, those left out too
}

// target is where a step leads.
type target struct {
	name  string // as the log names it
	place int    // in steps; past them means the end
}

// reservedEnd is the key that stands for the end of the run.
const reservedEnd = "end"

// StepAt returns the key and the kind of the step in which a run stands; both are empty once it is over.
func (d *Definition) StepAt(state State) (key, kind string) {
	place, known := d.index[state.Step]
	if !known && state.Step != "" {
		return "", ""
	}
	return d.steps[place].key, d.steps[place].kind // of one that has yet to begin, the first
}

// Trigger is the event that starts the workflow, as the document writes it: "conversation.opened".
func (d *Definition) Trigger() string { return d.trigger }

// OncePerContact tells that the workflow runs at most once for each contact, ever.
func (d *Definition) OncePerContact() bool { return d.oncePerContact }

// ExitOnAgentAction tells that a run ends as TAKEN_OVER when a person sends or assigns; true unless the document says
// otherwise.
func (d *Definition) ExitOnAgentAction() bool { return d.exitOnAgentAction }

// Needs tells which fields the trigger, the conditions and the texts read.
func (d *Definition) Needs() Needs { return d.needs }

// TriggerNeeds tells which fields Matches reads.
func (d *Definition) TriggerNeeds() Needs { return d.triggerNeeds }

// Matches reports whether the trigger's condition holds; true where there is none. The facts hold what TriggerNeeds names;
// now is as Input.Now.
func (d *Definition) Matches(facts Facts, now time.Time) bool {
	return d.when == nil || d.when.holds(environment{facts: &facts, now: now})
}

// Needs is a set of fields that a definition reads. The zero value is the empty set. `now`, and variables, are in no
// facts and so never in it.
type Needs struct {
	fields    []string       // sorted
	groups    []string       // sorted
	schedules []inbox.TeamID // sorted
	zone      bool
	custom    bool
}

// needed returns what has been found to be read so far.
func (c *compiler) needed() Needs {
	n := Needs{zone: c.zoned, schedules: slices.Sorted(maps.Keys(c.schedules))}
	for fieldPath := range c.needs {
		ref := newFieldRef(fieldPath)
		if ref.group == groupNow || ref.group == groupVars {
			continue
		}
		n.fields = append(n.fields, fieldPath)
		n.custom = n.custom || ref.group == groupContact && !slices.ContainsFunc(fields, func(f Field) bool { return f.Path == fieldPath })
		n.groups = append(n.groups, groupName(fieldPath))
	}
	slices.Sort(n.fields)
	slices.Sort(n.groups)
	n.groups = slices.Compact(n.groups)
	return n
}

// Group reports whether any field of the group is read: Group("assignee").
func (n Needs) Group(name string) bool {
	_, found := slices.BinarySearch(n.groups, name)
	return found
}

// Field reports whether the field is read: Field("team.queue_length").
func (n Needs) Field(fieldPath string) bool {
	_, found := slices.BinarySearch(n.fields, fieldPath)
	return found
}

// Fields returns the paths of all fields that are read, sorted. The caller owns the list.
func (n Needs) Fields() []string { return slices.Clone(n.fields) }

// Schedules returns the teams whose hours are asked for by name: Facts.Schedules holds them. The caller owns the list.
func (n Needs) Schedules() []inbox.TeamID { return slices.Clone(n.schedules) }

// CustomFields reports whether any custom field of the contact is read.
func (n Needs) CustomFields() bool { return n.custom }

// Zone reports whether anything depends on the time zone that Input.Now carries, which is then to be the workspace's: what
// day it is, midnight of a date, and how texts show `now`.
func (n Needs) Zone() bool { return n.zone }
