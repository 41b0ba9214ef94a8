package workflow

import (
	"time"

	"foyer/inbox"
)

// Effect is what a run asks of the engine: one of Send, SetField, SetLifecycle, Tag, Route, Assign, Note and Close. The
// engine applies it and calls Advance again with the Outcome. Lists and pointers in it may belong to the Definition:
// read only.
type Effect interface{ effect() }

type (
	// Send sends a message to the contact.
	Send struct {
		// Text is at most 10,000 characters; it may be empty where there are attachments.
		Text        string
		Attachments []inbox.Attachment
		// Channel is zero for the channel of the last inbound message.
		Channel inbox.ChannelID
	}
	// SetField sets a field of the contact.
	SetField struct {
		// Field is its name, without "contact.".
		Field string
		// Value is nil (clear it) or a text that is not empty.
		Value any
	}
	// SetLifecycle moves the contact to a lifecycle stage.
	SetLifecycle struct {
		Stage *string // nil: to none
	}
	// Tag adds tags to the contact and removes others.
	Tag struct {
		Add, Remove []string
	}
	// Route changes team and priority of the conversation.
	Route struct {
		// SetTeam tells whether the team changes at all; then a nil Team means no team.
		SetTeam bool
		Team    *inbox.TeamID
		// Priority is nil where it stays as it is.
		Priority *inbox.Priority
	}
	// Assign finds an agent for the conversation, or parks it in the queue. Its outcome is known once anyone is
	// assigned (next), once Timeout has passed since it was asked for (timeout), or when it cannot be (failure).
	Assign struct {
		By AssignBy
		// Agent is who to assign where By is AssignByAgent.
		Agent inbox.AgentID
		// Policy is what overrides the team's own policy.
		Policy PolicyOverrides
		// Timeout is between 1 s and 7 days, in whole seconds.
		Timeout time.Duration
	}
	// PolicyOverrides is the part of an assignment policy that a step decides itself; nil means as the team has it.
	PolicyOverrides struct {
		Strategy   *inbox.AssignmentStrategy `json:"strategy,omitempty"`
		OnlineOnly *bool                     `json:"onlineOnly,omitempty"`
		MaxOpen    *int32                    `json:"maxOpen,omitempty"` // at least 1
	}
	// Note adds an internal note.
	Note struct {
		Text     string
		Mentions []inbox.AgentID
	}
	// Close closes the conversation. Empty texts mean none.
	Close struct {
		Category string // at most 128 characters
		Summary  string // at most 2,000 characters
	}
)

// AssignBy is whom Assign chooses among.
type AssignBy string

// Whom Assign chooses among.
const (
	AssignByTeam      AssignBy = "TEAM"      // the members of the conversation's team
	AssignByWorkspace AssignBy = "WORKSPACE" // all agents
	AssignByOwner     AssignBy = "OWNER"     // the contact's owner alone
	AssignByAgent     AssignBy = "AGENT"     // the agent named
)

func (Send) effect()         {}
func (SetField) effect()     {}
func (SetLifecycle) effect() {}
func (Tag) effect()          {}
func (Route) effect()        {}
func (Assign) effect()       {}
func (Note) effect()         {}
func (Close) effect()        {}
