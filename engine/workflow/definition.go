package workflow

import (
	"iter"
	"maps"
	"slices"
	"time"

	"foyer/inbox"
)

// Definition is a published document, ready to run. It never changes: it is safe for concurrent use and worth caching.
type Definition struct {
	trigger           string
	when              condition // nil: always
	oncePerContact    bool
	exitOnAgentAction bool
	steps             []step
	index             map[string]int // position in steps, by key
	names             Names
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
	exits      map[string]target // all exits of the kind, also those that the document leaves out
}

// target is where a step leads.
type target struct {
	name     string // as the run log shows it
	position int    // position in steps; past the last one means the end
}

// reservedEnd is the key that stands for the end of the run.
const reservedEnd = "end"

// StepAt returns the key and the kind of the step that a run has reached. Both are empty once the run is over.
func (d *Definition) StepAt(state State) (key, kind string) {
	place, known := d.index[state.Step]
	if !known && state.Step != "" {
		return "", ""
	}
	return d.steps[place].key, d.steps[place].kind // before the run has begun, the first
}

// Trigger is the event that starts the workflow, as the document writes it: "conversation.opened".
func (d *Definition) Trigger() string { return d.trigger }

// OncePerContact reports whether the workflow runs at most once for each contact, ever.
func (d *Definition) OncePerContact() bool { return d.oncePerContact }

// ExitOnAgentAction reports whether a run ends as TAKEN_OVER when a person sends a message or assigns the conversation.
// It does unless the document says otherwise.
func (d *Definition) ExitOnAgentAction() bool { return d.exitOnAgentAction }

// Needs returns the fields that the trigger, the conditions and the texts read.
func (d *Definition) Needs() Needs { return d.needs }

// TriggerNeeds returns the fields that Matches reads.
func (d *Definition) TriggerNeeds() Needs { return d.triggerNeeds }

// Matches reports whether the trigger's condition holds, or there is no condition. The facts hold the fields in
// TriggerNeeds; now is as in Input.Now.
func (d *Definition) Matches(facts Facts, now time.Time) bool {
	return d.when == nil || d.when.holds(environment{facts: &facts, now: now})
}

// Needs is the set of fields that a definition reads. The zero value is the empty set. It never has `now` or variables,
// which are not in the facts.
type Needs struct {
	fields    []string       // sorted
	groups    []string       // sorted
	schedules []inbox.TeamID // sorted
	zone      bool
	custom    bool
}

// needed returns the fields that are known to be read so far.
func (c *compiler) needed() Needs {
	return needsOf(maps.Keys(c.needs), c.zoned, slices.Sorted(maps.Keys(c.schedules)))
}

// needsOf returns the Needs of what reads fields and the hours of teams.
func needsOf(read iter.Seq[string], zoned bool, schedules []inbox.TeamID) Needs {
	n := Needs{zone: zoned, schedules: schedules}
	for fieldPath := range read {
		ref := newFieldRef(fieldPath)
		if ref.group == "now" || ref.group == "vars" {
			continue
		}
		n.fields = append(n.fields, fieldPath)
		n.custom = n.custom || ref.group == "contact" && !slices.ContainsFunc(fields, func(f Field) bool { return f.Path == fieldPath })
		n.groups = append(n.groups, ref.group)
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

// Schedules returns the teams that the document names in order to know their hours. Facts.Schedules holds these. The
// caller owns the list.
func (n Needs) Schedules() []inbox.TeamID { return slices.Clone(n.schedules) }

// CustomFields reports whether any custom field of the contact is read.
func (n Needs) CustomFields() bool { return n.custom }

// Zone reports whether anything depends on the time zone of Input.Now, such as the day, the midnight of a date, or
// `now` in a text. Input.Now is then to be in the workspace's zone.
func (n Needs) Zone() bool { return n.zone }
