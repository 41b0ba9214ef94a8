package engine

import (
	"context"

	"foyer/inbox"
	"foyer/store"
)

// work is one use case inside one transaction: what it has loaded, changed and added, and what must follow from it.
//
// Its statements run in one of three ways. The load methods of rows return the present state of rows, whether they are stored
// yet or not. read and tx run statements about what is never pending. flushed runs all others: everything that is pending is
// stored first. A statement that would read past a pending change is in neither interface, so the compiler refuses it.
type work struct {
	world
	tx     transaction
	caller inbox.Caller
	actor  inbox.ActorRef // who causes what happens now: the caller, a run, or Foyer itself
	trial  *simulation    // of a trial, which is never committed; nil: this use case is real
	budget budget

	changes  map[*inbox.ContactChanged][]fieldChange // with the values that the log does not have
	over     runEnds                                 // of the runs that have ended
	signals  []inbox.Signal
	complete func() // completes the result with what has followed; nil: nothing to do

	mentioning []*inbox.Note // new notes that mention agents
	notices    []notice      // what agents are to be notified of

	// What must follow.
	seen     int               // how many of the appended events have been matched with triggers
	answers  []inbox.MessageID // messages that answer a question, and trigger nothing
	assigned []*conversation   // those with a new assignee, whose waiting runs may go on
	ended    []*run            // those that other runs wait for
	unasked  []*conversation   // those whose question is over, so that the next may be asked
	freed    []cause           // agents who may take more than before
	due      []queue           // queues to look at
}

// transaction is what a use case does in its transaction with pending changes left pending. A *store.Tx is one.
type transaction interface {
	Append(events ...inbox.Event)
	Appended() []inbox.Event
	FillCursor(place *inbox.Cursor)
	AtEnd(fn func(head int64) error)
	AfterCommit(fn func())
	Does(operation string)

	Occupy(id inbox.AgentID, team *inbox.TeamID, limit *int32, over bool, at inbox.Time) (bool, error)
	AddOpen(id inbox.AgentID, n int) error
	TouchAgent(id inbox.AgentID, at inbox.Time) error

	UseFiles(by inbox.FileUse, ids []inbox.FileID, at inbox.Time) error

	InsertTask(t *store.Task) error
	DropTask(id int64) error
}

func newWork(e *Engine, tx *store.Tx, caller inbox.Caller) *work {
	began := e.clock()
	w := &work{world: newWorld(e, &tx.Reader, inbox.At(began)), tx: tx, caller: caller, actor: caller.Actor,
		budget: budget{clock: e.clock, began: began}}
	w.work, w.target = w, tx
	return w
}

// as lets somebody else act while fn runs.
func (w *work) as(actor inbox.ActorRef, fn func() error) error {
	before := w.actor
	w.actor = actor
	err := fn()
	w.actor = before
	return err
}

// meta returns the meta of an event that happens now.
func (w *work) meta() inbox.EventMeta { return inbox.EventMeta{At: w.now, Actor: w.actor} }

// signal sends an item to the streams of agents once the use case is committed. Nothing may change the item afterwards.
func (w *work) signal(item inbox.StreamItem, to ...inbox.AgentID) {
	if len(to) > 0 {
		w.signals = append(w.signals, inbox.Signal{To: to, Item: item})
	}
}

// cursor returns a place that gets the cursor of this use case when it commits.
func (w *work) cursor() *inbox.Cursor {
	place := new(inbox.Cursor)
	w.tx.FillCursor(place)
	return place
}

// about returns the fields of an event of the conversation that happens now. before is its scope until now.
func (c *conversation) about(before inbox.Scope) inbox.ConversationMeta {
	return inbox.ConversationMeta{EventMeta: c.w.meta(), ConversationID: c.ID, Before: before, After: c.Scope()}
}

// visible loads a conversation that the caller sees. field is its place in the input.
func (w *work) visible(id inbox.ConversationID, field string) (*conversation, error) {
	c, err := find(w.conversation, id, field, "conversation")
	if err != nil {
		return nil, err
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

// visibleOpen loads an open conversation that the caller sees, given as conversationId in the input.
func (w *work) visibleOpen(id inbox.ConversationID) (*conversation, error) {
	c, err := w.visible(id, "conversationId")
	if err == nil && !c.IsOpen() {
		return nil, closedError("conversationId")
	}
	return c, err
}

// changeOpen changes an open conversation that the caller sees. It fails with NOT_FOUND, CLOSED and as fn does.
func (e *Engine) changeOpen(ctx context.Context, caller inbox.Caller, id inbox.ConversationID, fn func(*conversation) error) (
	*ConversationChange, error) {
	return change(ctx, e, caller, func(w *work) (*ConversationChange, error) { return w.changeOpen(id, fn) })
}

// changeOpen is Engine.changeOpen as part of a use case.
func (w *work) changeOpen(id inbox.ConversationID, fn func(*conversation) error) (*ConversationChange, error) {
	c, err := w.visibleOpen(id)
	if err != nil {
		return nil, err
	}
	return c.changed(), fn(c)
}

func closedError(field string) error {
	return inbox.Errorf(inbox.CodeClosed, field, "The conversation is closed and cannot be reopened. Open a new one with conversationOpen.")
}

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
