package engine

import (
	"time"

	"foyer/inbox"
	"foyer/store"
)

// work is one use case inside one transaction: what it has loaded and changed so far, and what is to follow from it.
// Conversations are changed in memory and stored by flush; everything else is stored at once.
type work struct {
	tx     *store.Tx
	engine *Engine
	caller inbox.Caller
	actor  inbox.ActorRef // who causes what happens now: the caller, a run, or Foyer itself
	now    inbox.Time
	began  time.Time
	trial  *simulation // nil but in a trial, of which nothing comes

	conversations map[inbox.ConversationID]*conversation
	touched       []*conversation // in the order they were loaded
	contacts      map[inbox.ContactID]*inbox.Contact
	teams         map[inbox.TeamID]*inbox.Team
	runs          map[inbox.WorkflowRunID]*run
	idle          inbox.ContactID // of whom no run but those above has yet to end, or zero
	changedRuns   []*run
	fields        []*inbox.ContactField // once fieldsKnown
	fieldsKnown   bool
	changes       map[*inbox.ContactChanged][]fieldChange // with the values that the log does not keep

	seen     int               // how many of the appended events have been matched with triggers
	assigned []*conversation   // those with a new assignee, whose waiting runs may go on
	ended    []*run            // those that others wait for
	over     runEnds           // of the runs that have ended
	complete func() error      // fills in what the result shows of what has followed; nil: nothing
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

// conversation is one that the use case has loaded, with what the kept numbers have of it.
type conversation struct {
	inbox.Conversation
	fresh   bool // opened in this transaction: nobody else can have anything to do with it yet
	dirty   bool
	left    bool               // a run that could have taken care of it has ended, or did not start, in this transaction
	depth   int                // the deepest place in a chain of workflows among the runs that have done something here
	stored  inbox.Conversation // as its row is
	decided *decision          // the last that was stored here, by anybody but a run
	counted store.Counts
}

// plain returns the conversation alone; nil for nil.
func (c *conversation) plain() *inbox.Conversation {
	if c == nil {
		return nil
	}
	return &c.Conversation
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

// conversation loads one, or returns nil.
func (w *work) conversation(id inbox.ConversationID) (*conversation, error) {
	if c, ok := w.conversations[id]; ok {
		return c, nil
	}
	v, err := w.tx.Conversation(id)
	if err != nil || v == nil {
		return nil, err
	}
	return w.hold(v), nil
}

// hold takes a conversation that was just loaded into the work.
func (w *work) hold(v *inbox.Conversation) *conversation {
	if c, ok := w.conversations[v.ID]; ok {
		return c
	}
	c := &conversation{Conversation: *v, stored: *v, counted: store.CountsOf(v)}
	w.keep(c)
	return c
}

func (w *work) keep(c *conversation) {
	if w.conversations == nil {
		w.conversations = make(map[inbox.ConversationID]*conversation)
	}
	w.conversations[c.ID] = c
	w.touched = append(w.touched, c)
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
	access, err := AccessOf(&w.tx.Reader, w.caller)
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

// contact loads one, or returns nil.
func (w *work) contact(id inbox.ContactID) (*inbox.Contact, error) {
	if c, ok := w.contacts[id]; ok {
		return c, nil
	}
	c, err := w.tx.Contact(id)
	if err != nil || c == nil {
		return nil, err
	}
	return w.holdContact(c), nil
}

func (w *work) holdContact(c *inbox.Contact) *inbox.Contact {
	if w.contacts == nil {
		w.contacts = make(map[inbox.ContactID]*inbox.Contact)
	}
	w.contacts[c.ID] = c
	return c
}

// team loads one, or returns nil. Its queue length is as of when it was loaded.
func (w *work) team(id inbox.TeamID) (*inbox.Team, error) {
	if t, ok := w.teams[id]; ok {
		return t, nil
	}
	t, err := w.tx.Team(id)
	if err != nil || t == nil {
		return nil, err
	}
	if w.teams == nil {
		w.teams = make(map[inbox.TeamID]*inbox.Team)
	}
	w.teams[id] = t
	return t, nil
}

func (w *work) identities(id inbox.ContactID) ([]*inbox.ContactIdentity, error) {
	return w.tx.ContactIdentities([]inbox.ContactID{id})
}

// flush stores the conversations that changed, and what they change in the kept numbers.
func (w *work) flush() error {
	counts := make(map[inbox.Scope]store.Counts, 2)
	queues := make(map[inbox.TeamID]int)
	for _, c := range w.touched {
		if !c.dirty {
			continue
		}
		c.dirty = false
		if err := w.tx.UpdateConversation(&c.stored, &c.Conversation); err != nil {
			return err
		}
		before, after := c.counted, store.CountsOf(&c.Conversation)
		was, is := c.stored.Scope(), c.Scope()
		add(counts, was, store.Counts{Open: -before.Open, Snoozed: -before.Snoozed, Queued: -before.Queued})
		add(counts, is, after)
		queues[was.Team] -= before.Queued
		queues[is.Team] += after.Queued
		c.stored, c.counted = c.Conversation, after
	}
	delete(queues, 0) // the workspace's own queue has no row to keep its length
	for team, n := range queues {
		if n == 0 {
			continue
		}
		if err := w.tx.AddQueueLength(team, n); err != nil {
			return err
		}
		delete(w.teams, team)
	}
	return w.tx.AddCounts(counts)
}

func add(counts map[inbox.Scope]store.Counts, scope inbox.Scope, c store.Counts) {
	sum := counts[scope]
	sum.Open += c.Open
	sum.Snoozed += c.Snoozed
	sum.Queued += c.Queued
	counts[scope] = sum
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
