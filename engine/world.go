package engine

import (
	"foyer/inbox"
	"foyer/store"
)

// world is what facts and decisions are read from, in a use case or in a snapshot. It changes nothing.
type world struct {
	*rows
	read   unpending
	engine *Engine
	now    inbox.Time
	newest inbox.MessageID // texts of conversations are read up to this message; zero: all of them
}

// unpending are the reads of rows that no use case has pending: settings, and agents, whose changes are stored at once.
type unpending interface {
	Agent(id inbox.AgentID) (*inbox.Agent, error)
	Agents(ids []inbox.AgentID) ([]*inbox.Agent, error)
	Channel(id inbox.ChannelID) (*inbox.Channel, error)
	ContactFields() ([]*inbox.ContactField, error)
	DefaultTeam() (*inbox.TeamID, error)
	HasTriggerEvents(id inbox.ConversationID) (bool, error)
	Task(id int64) (*store.Task, error)
	VersionsTriggeredBy(trigger string) ([]store.Version, error)
	Workspace() (*inbox.Workspace, error)

	SettingsVersion() (int64, error)
	SettingsStand() (bool, error)

	Choose(by store.Choosing) (store.Choice, error)
	ChooseOne(id inbox.AgentID, by store.Choosing) (store.Choice, error)
	AvailableAgents(by store.Choosing) (int, error)
}

// newWorld returns a world that reads what is stored.
func newWorld(e *Engine, r *store.Reader, now inbox.Time) world {
	return world{rows: &rows{stored: r}, read: r, engine: e, now: now}
}
