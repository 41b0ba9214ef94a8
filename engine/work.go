package engine

import (
	"time"

	"foyer/inbox"
	"foyer/store"
)

// work is one use case inside one transaction: what it has loaded, changed and added (rows), and what is to follow from it.
//
// Statements run in one of two ways. Through tx those run that no pending row has a part in; through flushed all others, which
// find everything that is pending stored. So nothing is read past a pending change: what tx cannot do, the compiler refuses.
type work struct {
	rows
	tx     transaction
	engine *Engine
	caller inbox.Caller
	actor  inbox.ActorRef // who causes what happens now: the caller, a run, or Foyer itself
	now    inbox.Time
	began  time.Time
	trial  *simulation // nil but in a trial, of which nothing comes

	fields      []*inbox.ContactField // once fieldsKnown
	fieldsKnown bool
	changes     map[*inbox.ContactChanged][]fieldChange // with the values that the log does not keep

	seen     int               // how many of the appended events have been matched with triggers
	assigned []*conversation   // those with a new assignee, whose waiting runs may go on
	ended    []*run            // those that others wait for
	over     runEnds           // of the runs that have ended
	complete func()            // fills in what the result shows of what has followed; nil: nothing
	unasked  []*conversation   // those whose question is over, where the next may be put
	answers  []inbox.MessageID // messages that open questions took
	freed    []inbox.AgentID   // agents who may take more than before
	drains   []*inbox.TeamID   // queues to look at; nil is the workspace's own
	steps    int               // executed by runs
	starts   int               // runs started
	tests    int               // of the conditions of triggers
	testing  time.Duration     // how long these took
	drained  int               // conversations taken from queues
}

func newWork(e *Engine, tx *store.Tx, caller inbox.Caller) *work {
	began := e.clock()
	return &work{rows: rows{stored: &tx.Reader, target: tx}, tx: tx, engine: e, caller: caller, actor: caller.Actor,
		now: inbox.At(began), began: began}
}

// transaction is what a use case does in its transaction without writing what is pending first: events, and statements about
// rows that are never pending. A *store.Tx is one.
type transaction interface {
	unpending
	Append(events ...inbox.Event)
	Appended() []inbox.Event
	FillCursor(place *inbox.Cursor)
	AtEnd(fn func(head int64) error)
	AfterCommit(fn func())
	Does(operation string)

	SettingsVersion() (int64, error)
	SettingsStand() (bool, error)
	Team(id inbox.TeamID) (*inbox.Team, error)
	DefaultTeam() (*inbox.TeamID, error)
	VersionsTriggeredBy(trigger string) ([]store.Version, error)
	ContactFields() ([]*inbox.ContactField, error)
	HasTriggerEvents(id inbox.ConversationID) (bool, error)

	Occupy(id inbox.AgentID, team *inbox.TeamID, limit *int32, over bool, at inbox.Time) (bool, error)
	AddOpen(id inbox.AgentID, n int) error
	TouchAgent(id inbox.AgentID, at inbox.Time) error

	InsertTask(t *store.Task) error
	Task(id int64) (*store.Task, error)
	DropTask(id int64) error
}

// unpending are the reads of rows that are never pending: an agent's numbers are stored at once.
type unpending interface {
	Agent(id inbox.AgentID) (*inbox.Agent, error)
	Agents(ids []inbox.AgentID) ([]*inbox.Agent, error)
	Channel(id inbox.ChannelID) (*inbox.Channel, error)
	Workspace() (*inbox.Workspace, error)
	Choose(team *inbox.TeamID, policy inbox.AssignmentPolicy) (store.Choice, error)
	ChooseOne(id inbox.AgentID, policy inbox.AssignmentPolicy) (store.Choice, error)
	AvailableAgents(team inbox.TeamID, policy inbox.AssignmentPolicy) (int, error)
}

// as lets somebody else act while fn runs.
func (w *work) as(actor inbox.ActorRef, fn func() error) error {
	before := w.actor
	w.actor = actor
	err := fn()
	w.actor = before
	return err
}

// meta is what an event that happens now has.
func (w *work) meta() inbox.EventMeta { return inbox.EventMeta{At: w.now, Actor: w.actor} }

// about is what an event of a conversation that happens now has. Before is its scope until now.
func (w *work) about(c *conversation, before inbox.Scope) inbox.ConversationMeta {
	return inbox.ConversationMeta{EventMeta: w.meta(), ConversationID: c.ID, Before: before, After: c.Scope()}
}

// visible loads a conversation that the caller sees. Field is where the input names it.
func (w *work) visible(id inbox.ConversationID, field string) (*conversation, error) {
	c, err := w.conversation(id)
	if err != nil {
		return nil, err
	}
	if c == nil {
		return nil, inbox.NotFound(field, "conversation")
	}
	if seen, err := w.sees(c); err != nil || seen {
		return c, err
	}
	return nil, inbox.NotFound(field, "conversation")
}

// sees reports whether the caller sees a conversation.
func (w *work) sees(c *conversation) (bool, error) {
	access, err := AccessOf(&w.flushed().Reader, w.caller)
	return err == nil && access.Sees(c.Scope()), err
}

// visibleOpen loads an open conversation that the caller sees, which the input names as conversationId.
func (w *work) visibleOpen(id inbox.ConversationID) (*conversation, error) {
	c, err := w.visible(id, "conversationId")
	if err == nil && !c.IsOpen() {
		return nil, closedError("conversationId")
	}
	return c, err
}

func closedError(field string) error {
	return inbox.Errorf(inbox.CodeClosed, field, "The conversation is closed; the next one is a new one.")
}

// freeAgent remembers that an agent may take more than before.
func (w *work) freeAgent(id inbox.AgentID) { w.freed = append(w.freed, id) }

// touch remembers that the acting agent, if it is one, did something themselves.
func (w *work) touch() error {
	if id := w.actor.Agent(); id != 0 {
		return w.tx.TouchAgent(id, w.now)
	}
	return nil
}

// same reports whether two optional values are equal.
func same[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
