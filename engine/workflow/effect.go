package workflow

import (
	"time"

	"foyer/inbox"
)

// Effect is what a run asks of its Host, which has a method for each kind. Advance is then called with the Outcome: at once,
// or for Ask, Assign, Wait, HTTP, and Start where it waits, once that is known. Lists and pointers in it may belong to the
// Definition: read only.
type Effect interface{ on(Host) (*Outcome, error) }

type (
	// Send sends a message to the contact.
	Send struct {
		// Text is at most 10,000 characters; it may be empty where there are attachments.
		Text        string
		Attachments []inbox.Attachment
		// Channel is zero for the channel of the last inbound message.
		Channel inbox.ChannelID
	}
	// Ask puts a question to the contact and waits for the answer: the next message of the contact, whatever it says, is
	// the outcome's Answer. Whether it can be taken is for the workflow to say; where not, it asks again. Only one
	// question may be open in a conversation: a later one is put with ExitAgain once the first is over.
	Ask struct {
		// Text is not empty. Message gives it with the choices: at most 10,000 characters.
		Text string
		// Choices are what can be answered, for channels that show buttons; nil where anything can.
		Choices []string
		// Attempt is 0 for the first asking, and n after n answers that could not be taken.
		Attempt int
		// Deadline is when the outcome is ExitTimeout; it stays the same when asking again.
		Deadline time.Time
	}
	// SetField sets a field of the contact.
	SetField struct {
		// Field is its name, without "contact.", or the Key of a custom field.
		Field string
		// Value is nil (clear it), or not empty and of the field's type: for NUMBER a float64, for CHECKBOX a bool, for
		// LIST []any of texts, for all others a text (DATE as 2026-01-31, TIME by RFC 3339).
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
		// SetTeam reports whether the team changes at all; then a nil Team means no team.
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
	// Unassign takes the conversation from its assignee.
	Unassign struct{}
	// Open opens a conversation with the contact, where none is open.
	Open struct{}
	// Snooze sets the conversation aside. Its outcome is known at once.
	Snooze struct {
		Until time.Time // later than now
	}
	// Wait waits. Its outcome comes once that time has come.
	Wait struct {
		Until time.Time // later than now
	}
	// Start starts a run of another workflow, whose trigger is workflow, for the same contact.
	Start struct {
		Workflow inbox.WorkflowID
		// Variables are at most 64 KiB; Definition.Accept of that workflow takes them in. Never written to.
		Variables map[string]any
		// WaitForEnd tells that the outcome is known only once that run has ended: ExitNext where it was completed, else
		// ExitFailure.
		WaitForEnd bool
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

func (e Send) on(h Host) (*Outcome, error)         { return h.Send(e) }
func (e Ask) on(h Host) (*Outcome, error)          { return h.Ask(e) }
func (e Unassign) on(h Host) (*Outcome, error)     { return h.Unassign(e) }
func (e Open) on(h Host) (*Outcome, error)         { return h.Open(e) }
func (e Snooze) on(h Host) (*Outcome, error)       { return h.Snooze(e) }
func (e Wait) on(h Host) (*Outcome, error)         { return h.Wait(e) }
func (e HTTP) on(h Host) (*Outcome, error)         { return h.HTTP(e) }
func (e Start) on(h Host) (*Outcome, error)        { return h.Start(e) }
func (e SetField) on(h Host) (*Outcome, error)     { return h.SetField(e) }
func (e SetLifecycle) on(h Host) (*Outcome, error) { return h.SetLifecycle(e) }
func (e Tag) on(h Host) (*Outcome, error)          { return h.Tag(e) }
func (e Route) on(h Host) (*Outcome, error)        { return h.Route(e) }
func (e Assign) on(h Host) (*Outcome, error)       { return h.Assign(e) }
func (e Note) on(h Host) (*Outcome, error)         { return h.Note(e) }
func (e Close) on(h Host) (*Outcome, error)        { return h.Close(e) }
