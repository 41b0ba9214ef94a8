package workflow

import (
	"maps"

	"foyer/inbox"
)

// Directory resolves what a document names while it is published. It is asked during Compile only.
type Directory interface {
	// Team finds a team by its name, letter case aside, or by its opaque id.
	Team(nameOrID string) (inbox.TeamID, bool)
	// Agent finds an agent by name or opaque id.
	Agent(nameOrID string) (inbox.AgentID, bool)
	// Channel finds a channel by name or opaque id.
	Channel(nameOrID string) (inbox.ChannelID, bool)
	// LifecycleStage tells whether the workspace has this stage.
	LifecycleStage(name string) bool
}

// The kinds of reference in what Definition.Names gives, each before the reference as the document writes it.
const (
	teamReference    = "team:"
	agentReference   = "agent:"
	channelReference = "channel:"
)

// references resolves through a directory and remembers what it found.
type references struct {
	directory Directory
	names     map[string]string
}

func (r *references) team(reference string) (inbox.TeamID, bool) {
	id, ok := r.directory.Team(reference)
	if ok {
		r.names[teamReference+reference] = id.String()
	}
	return id, ok
}

func (r *references) agent(reference string) (inbox.AgentID, bool) {
	id, ok := r.directory.Agent(reference)
	if ok {
		r.names[agentReference+reference] = id.String()
	}
	return id, ok
}

func (r *references) channel(reference string) (inbox.ChannelID, bool) {
	id, ok := r.directory.Channel(reference)
	if ok {
		r.names[channelReference+reference] = id.String()
	}
	return id, ok
}

// publishedNames is the directory of a document that was published before: what its references meant then.
type publishedNames map[string]string

func (n publishedNames) Team(reference string) (inbox.TeamID, bool) {
	id := inbox.ID(n[teamReference+reference]).Team()
	return id, id != 0
}

func (n publishedNames) Agent(reference string) (inbox.AgentID, bool) {
	id := inbox.ID(n[agentReference+reference]).Agent()
	return id, id != 0
}

func (n publishedNames) Channel(reference string) (inbox.ChannelID, bool) {
	id := inbox.ID(n[channelReference+reference]).Channel()
	return id, id != 0
}

// LifecycleStage is true for every stage: one that went since is for the engine to notice when it is set.
func (n publishedNames) LifecycleStage(string) bool { return true }

// Names gives the references of the document and the opaque ids they stood for when it was published, as
// {"team:Sales": "tea_1"}. Store it beside the version, for Load. The caller owns the map.
func (d *Definition) Names() map[string]string { return maps.Clone(d.names) }
