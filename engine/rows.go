package engine

import (
	"slices"

	"foyer/inbox"
	"foyer/store"
)

// rows are the rows that a use case has loaded, changed and added. They are changed in memory; flush writes each that is
// new or changed once, with its final values. The load methods return a row as it is now, whether it is stored yet or not.
type rows struct {
	work   *work         // whose rows they are; nil for a snapshot
	stored *store.Reader // what is stored, without what is pending: for the load methods alone
	target *store.Tx     // what flush writes to; nil for a snapshot, where nothing is pending

	contacts      map[inbox.ContactID]*contact
	conversations map[inbox.ConversationID]*conversation
	touched       []*conversation // in the order in which they were loaded or added
	teams         map[inbox.TeamID]*team
	fields        []*inbox.ContactField // once fieldsKnown
	fieldsKnown   bool
	runs          map[inbox.WorkflowRunID]*run
	runsKnown     []inbox.ContactID // contacts whose active runs are all among runs

	// What is pending, beside touched: each list in the order in which it is written.
	changedContacts []*contact
	newIdentities   []newIdentity
	changedRuns     []*run
	marks           []mark
	messages        []newMessage
	notes           []newNote
	decisions       []*inbox.AssignmentDecision
	timers          []store.Timer // to set or, those without a time, to clear
}

// contact is a contact that the use case has loaded or added.
type contact struct {
	inbox.Contact
	stored inbox.Contact // as its row has it
	isNew  bool          // it has no row yet
	dirty  bool
}

// conversation is a conversation that the use case has loaded or opened. Its methods are what can happen to it.
type conversation struct {
	inbox.Conversation
	w           *work
	stored      inbox.Conversation // as its row has it
	isNew       bool               // it has no row yet
	dirty       bool
	counted     store.Counts              // its share of the stored counts
	timing      timing                    // what its timer is set for
	left        bool                      // a run that could have taken care of it has ended, or did not start, in this transaction
	depth       int                       // the deepest place in a chain of workflows among the runs that have done something here
	unexplained bool                      // it lost its agent in this transaction, and why it waits has yet to be recorded
	decided     *decision                 // the last one about it that no run made
	queuing     *inbox.ConversationQueued // the last event that queued it in this transaction; nil: none

	news            *inbox.AgentID // the assignee, to whom nothing was unread when the contact wrote; nil: nobody, or it did not
	forsaken        bool           // its agent was taken from it, or its snooze ended, by no person
	watchedUntilNow bool           // agents watched it until it closed
}

// team is a team that the use case has loaded.
type team struct {
	inbox.Team
	stored int32 // its queue length as its row has it
}

// newIdentity is an identity to be stored.
type newIdentity struct {
	inbox.ContactIdentity
	taken func() error // returns the error if the channel already knows a contact by it; nil if it cannot
}

// newMessage is a message to be stored.
type newMessage struct {
	*inbox.Message
	fullText *string // the whole text, if the message has only its beginning
	warnings []inbox.InputWarning
	taken    func() error // returns the error if the channel already has this external id; nil if it cannot
}

type newNote struct {
	*inbox.Note
	contact inbox.ContactID
}

// mark is a workflow that runs once per contact, and a contact it has run for.
type mark struct {
	workflow inbox.WorkflowID
	contact  inbox.ContactID
}

// plain returns the inbox's conversation, or nil if c is nil.
func (c *conversation) plain() *inbox.Conversation {
	if c == nil {
		return nil
	}
	return &c.Conversation
}

// contact returns the contact with an id, or nil if there is none.
func (s *rows) contact(id inbox.ContactID) (*inbox.Contact, error) {
	if c, ok := s.contacts[id]; ok {
		return &c.Contact, nil
	}
	c, err := s.stored.Contact(id)
	if err != nil || c == nil {
		return nil, err
	}
	return s.loadedContact(c), nil
}

// loadedContact returns the present state of a contact that was just read.
func (s *rows) loadedContact(v *inbox.Contact) *inbox.Contact {
	if c, ok := s.contacts[v.ID]; ok {
		return &c.Contact
	}
	return s.cacheContact(&contact{Contact: *v, stored: *v})
}

func (s *rows) cacheContact(c *contact) *inbox.Contact {
	if s.contacts == nil {
		s.contacts = make(map[inbox.ContactID]*contact)
	}
	s.contacts[c.ID] = c
	return &c.Contact
}

// insertContact adds a new contact.
func (s *rows) insertContact(v inbox.Contact) *inbox.Contact {
	v.ID = inbox.ContactID(s.target.Next(store.ContactIDs))
	added := s.cacheContact(&contact{Contact: v, isNew: true})
	s.runsKnown = append(s.runsKnown, v.ID) // there are none
	s.updateContact(v.ID)
	return added
}

// updateContact marks a contact as changed, so that flush writes it.
func (s *rows) updateContact(id inbox.ContactID) {
	if c := s.contacts[id]; !c.dirty {
		c.dirty = true
		s.changedContacts = append(s.changedContacts, c)
	}
}

// contactIsNew reports whether nothing is stored about a contact.
func (s *rows) contactIsNew(id inbox.ContactID) bool {
	c := s.contacts[id]
	return c != nil && c.isNew
}

// identities returns the identities of a contact.
func (s *rows) identities(id inbox.ContactID) ([]*inbox.ContactIdentity, error) {
	var found []*inbox.ContactIdentity
	if !s.contactIsNew(id) {
		var err error
		if found, err = s.stored.ContactIdentities([]inbox.ContactID{id}); err != nil {
			return nil, err
		}
	}
	for i := range s.newIdentities {
		if s.newIdentities[i].ContactID == id {
			found = append(found, &s.newIdentities[i].ContactIdentity)
		}
	}
	return found, nil
}

// conversation returns the conversation with an id, or nil if there is none.
func (s *rows) conversation(id inbox.ConversationID) (*conversation, error) {
	if c, ok := s.conversations[id]; ok {
		return c, nil
	}
	return s.loadedOr(s.stored.Conversation(id))
}

// loadedOr passes a read's result to loaded, or returns its error or nil.
func (s *rows) loadedOr(v *inbox.Conversation, err error) (*conversation, error) {
	if err != nil || v == nil {
		return nil, err
	}
	return s.loaded(v), nil
}

// loaded returns the present state of a conversation that was just read.
func (s *rows) loaded(v *inbox.Conversation) *conversation {
	if c, ok := s.conversations[v.ID]; ok {
		return c
	}
	c := &conversation{Conversation: *v, stored: *v, counted: store.CountsOf(v), timing: timingOf(v)}
	s.cacheConversation(c)
	return c
}

// insertConversation adds a new conversation.
func (s *rows) insertConversation(v inbox.Conversation) *conversation {
	v.ID, v.Number = inbox.ConversationID(s.target.Next(store.ConversationIDs)), s.target.Next(store.ConversationNumbers)
	c := &conversation{Conversation: v, isNew: true, dirty: true}
	s.cacheConversation(c)
	return c
}

func (s *rows) cacheConversation(c *conversation) {
	if s.conversations == nil {
		s.conversations = make(map[inbox.ConversationID]*conversation)
	}
	c.w = s.work
	s.conversations[c.ID] = c
	s.touched = append(s.touched, c)
}

// openConversation returns the contact's open conversation, or nil if there is none.
func (s *rows) openConversation(id inbox.ContactID) (*conversation, error) {
	for _, c := range s.touched {
		if c.ContactID == id && c.IsOpen() {
			return c, nil
		}
	}
	if s.contactIsNew(id) {
		return nil, nil
	}
	c, err := s.loadedOr(s.stored.OpenConversation(id))
	if err != nil || c == nil || !c.IsOpen() { // it has been closed since
		return nil, err
	}
	return c, nil
}

// lastConversation returns the contact's newest conversation, or nil if there is none.
func (s *rows) lastConversation(id inbox.ContactID) (*conversation, error) {
	for _, c := range slices.Backward(s.touched) {
		if c.ContactID == id && c.isNew {
			return c, nil
		}
	}
	if s.contactIsNew(id) {
		return nil, nil
	}
	return s.loadedOr(s.stored.LastConversation(id))
}

// hasEarlier reports whether the contact had a conversation before the given one.
func (s *rows) hasEarlier(id inbox.ContactID, before inbox.ConversationID) (bool, error) {
	for _, c := range s.touched {
		if c.ContactID == id && c.ID < before {
			return true, nil
		}
	}
	if s.contactIsNew(id) {
		return false, nil
	}
	return s.stored.HasEarlierConversation(id, before)
}

// lastText returns the newest text in one direction of a conversation, or nil if there is none. If newest is not zero, later
// messages do not count.
func (s *rows) lastText(id inbox.ConversationID, direction inbox.Direction, newest inbox.MessageID) (*string, error) {
	for _, m := range slices.Backward(s.messages) {
		if same(m.ConversationID, &id) && m.Direction == direction && m.Text != nil && (newest == 0 || m.ID <= newest) {
			return m.Text, nil
		}
	}
	if c := s.conversations[id]; c != nil && c.isNew {
		return nil, nil
	}
	return s.stored.LastText(id, direction, newest)
}

// team returns the team with an id, or nil if there is none. Its queue length counts what is pending.
func (s *rows) team(id inbox.TeamID) (*inbox.Team, error) {
	t, ok := s.teams[id]
	if !ok {
		v, err := s.stored.Team(id)
		if err != nil || v == nil {
			return nil, err
		}
		if s.teams == nil {
			s.teams = make(map[inbox.TeamID]*team)
		}
		t = &team{Team: *v, stored: v.QueueLength}
		s.teams[id] = t
	}
	t.QueueLength = t.stored
	for _, c := range s.touched {
		if c.stored.Scope().Team == id {
			t.QueueLength -= int32(c.counted.Queued)
		}
		if c.Scope().Team == id {
			t.QueueLength += int32(store.CountsOf(&c.Conversation).Queued)
		}
	}
	return &t.Team, nil
}

func (s *rows) cacheRun(r *run) {
	if s.runs == nil {
		s.runs = make(map[inbox.WorkflowRunID]*run)
	}
	r.w = s.work
	s.runs[r.ID] = r
}

// insertRun adds a new run.
func (s *rows) insertRun(r *run) {
	r.ID, r.isNew = inbox.WorkflowRunID(s.target.Next(store.RunIDs)), true
	s.cacheRun(r)
	s.updateRun(r)
	if r.def.OncePerContact() {
		s.marks = append(s.marks, mark{r.WorkflowID, r.ContactID})
	}
}

// updateRun marks a run as changed, so that flush writes it, and appends its event at the end.
func (s *rows) updateRun(r *run) {
	r.dirty = true
	if !r.changed {
		r.changed = true
		s.changedRuns = append(s.changedRuns, r)
	}
}

// insertIdentity adds the identity by which a channel knows a contact.
func (s *rows) insertIdentity(i newIdentity) { s.newIdentities = append(s.newIdentities, i) }

// insertMessage adds a message.
func (s *rows) insertMessage(m newMessage) {
	m.ID = inbox.MessageID(s.target.Next(store.MessageIDs))
	s.messages = append(s.messages, m)
}

// insertNote adds a note in a conversation of a contact.
func (s *rows) insertNote(n *inbox.Note, contact inbox.ContactID) {
	n.ID = inbox.NoteID(s.target.Next(store.NoteIDs))
	s.notes = append(s.notes, newNote{n, contact})
}

// insertDecision adds a decision.
func (s *rows) insertDecision(d *inbox.AssignmentDecision) {
	d.ID = inbox.DecisionID(s.target.Next(store.DecisionIDs))
	s.decisions = append(s.decisions, d)
}

// hasRun reports whether a workflow that runs once per contact has run for this contact.
func (s *rows) hasRun(workflow inbox.WorkflowID, contact inbox.ContactID) (bool, error) {
	if slices.Contains(s.marks, mark{workflow, contact}) {
		return true, nil
	}
	if s.contactIsNew(contact) {
		return false, nil
	}
	return s.stored.HasMarked(workflow, contact)
}

// putTimer sets a timer, or clears it if it has no time.
func (s *rows) putTimer(t store.Timer) {
	at := slices.IndexFunc(s.timers, func(other store.Timer) bool { return other.Kind == t.Kind && other.SubjectID == t.SubjectID })
	switch {
	case at < 0 && (t.Due != 0 || !s.timerIsNew(t)):
		s.timers = append(s.timers, t)
	case at >= 0 && t.Due == 0 && s.timerIsNew(t):
		s.timers = slices.Delete(s.timers, at, at+1)
	case at >= 0:
		s.timers[at] = t
	}
}

// timerIsNew reports whether the timer's subject is new, so that no timer of it can be stored yet.
func (s *rows) timerIsNew(t store.Timer) bool {
	switch t.Kind {
	case store.TimerRun:
		r := s.runs[inbox.WorkflowRunID(t.SubjectID)]
		return r != nil && r.isNew
	case store.TimerWake, store.TimerAttend:
		c := s.conversations[inbox.ConversationID(t.SubjectID)]
		return c != nil && c.isNew
	default:
		return false
	}
}
