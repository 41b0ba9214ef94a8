package engine

import (
	"maps"
	"math"
	"slices"
	"time"

	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

// simulation is a world that is only read, and what a workflow that is tried would change of it: copies of the contact and
// of the conversation, or made-up ones, and the runs that it starts. What it does to them is what work does.
type simulation struct {
	world
	scene   *scene
	runs    []*simulatedRun
	answers []*string // those that have yet to be given
	sent    []string

	decision *decision // the last one that named nobody by name
	reason   string    // of the last assignment

	assigned []*simulatedConversation // as of work
	ended    []*simulatedRun          // as of work
	drains   bool                     // queues are to be looked at
	effects  int                      // that have been applied
}

// simulatedRun is a run of a simulation.
type simulatedRun struct {
	run
	due     inbox.Time // when its timer fires; zero where it has none
	answer  *string    // that the contact is about to give
	stuck   bool       // its question has no answer
	waitsIn string     // the kind of the step that it waits in
}

// simulatedConversation is a copy of a conversation, or one that is made up.
type simulatedConversation struct {
	conversation
	said   map[inbox.Direction]*string // the last texts, where the simulation knows of later ones than the database
	routed bool                        // it has been routed
	given  bool                        // it has been assigned, or unassigned
	opened bool                        // by the simulated run, after another one
}

// scene is what is stored, but for whom and what it is about.
type scene struct {
	stored
	who           *inbox.Contact // made up or not
	conversations []*simulatedConversation
	supposition   store.Supposition
}

func newSimulation(w world, in WorkflowSimulateInput) *simulation {
	s := &simulation{world: w, answers: in.Answers, scene: &scene{stored: stored{w.Reader}}}
	s.holder = s.scene
	if in.At != nil {
		s.now = *in.At
	}
	return s
}

func (s *scene) contact(id inbox.ContactID) (*inbox.Contact, error) {
	if id == s.who.ID {
		return s.who, nil
	}
	return s.Contact(id)
}

// identities are those of a contact. One who is made up is on the channel that they write on, and on no other.
func (s *scene) identities(id inbox.ContactID) ([]*inbox.ContactIdentity, error) {
	if id != 0 {
		return s.stored.identities(id)
	}
	channel := s.conversations[0].ChannelID
	if channel == nil {
		return nil, nil
	}
	return []*inbox.ContactIdentity{{ChannelID: *channel}}, nil
}

// team returns a team with the queue as the simulation has it.
func (s *scene) team(id inbox.TeamID) (*inbox.Team, error) {
	t, err := s.Team(id)
	if err != nil || t == nil {
		return nil, err
	}
	counted := *t
	for _, c := range s.conversations {
		if c.QueuedAt != nil && same(c.TeamID, &id) {
			counted.QueueLength++
		}
		if c.stored.QueuedAt != nil && same(c.stored.TeamID, &id) {
			counted.QueueLength--
		}
	}
	return &counted, nil
}

func (s *scene) supposed() *store.Supposition { return &s.supposition }

// fromNowhere is the id of a conversation that is made up, and those above it of further ones: every other of the contact is
// earlier.
const fromNowhere = inbox.ConversationID(math.MaxInt64 - 1_000_000)

// setScene finds or makes up the contact and the conversation.
func (s *simulation) setScene(trigger string, in WorkflowSimulateInput, profile inbox.Contact) error {
	s.scene.who = &profile
	if in.Contact != nil {
		if err := s.describe(&profile, in.Contact); err != nil {
			return err
		}
	}
	if in.ContactID != nil {
		found, err := s.Contact(*in.ContactID)
		if err != nil {
			return err
		}
		if found == nil {
			return inbox.NotFound("contactId", "contact")
		}
		s.scene.who = found
	}
	c, err := s.findConversation(trigger)
	if err == nil && c == nil {
		c, err = s.makeConversation()
	}
	if err != nil {
		return err
	}
	s.scene.conversations = []*simulatedConversation{c}
	if in.Message == nil {
		return nil
	}
	if trigger == triggerMessage { // which is what happens now
		return s.hear(c, in.Message.Text)
	}
	c.said[inbox.Inbound] = in.Message.Text
	return nil
}

// findConversation returns the conversation that a run would be in, of those there are; nil where a new one opens.
func (s *simulation) findConversation(trigger string) (*simulatedConversation, error) {
	var found *inbox.Conversation
	var err error
	switch trigger {
	case triggerOpened: // a new one opens
	case triggerClosed:
		found, err = s.LastConversation(s.scene.who.ID)
	default:
		found, err = s.OpenConversation(s.scene.who.ID)
	}
	if err != nil || found == nil {
		return nil, err
	}
	return &simulatedConversation{said: map[inbox.Direction]*string{}, conversation: conversation{Conversation: *found, stored: *found}}, nil
}

// makeConversation makes up one in which the contact writes, on the channel that they used last or, where they have none, on
// the first that is in use.
func (s *simulation) makeConversation() (*simulatedConversation, error) {
	c := s.newConversation(inbox.SourceContact, nil)
	c.WaitingSince = &c.OpenedAt
	last, err := s.LastConversation(s.scene.who.ID)
	if err != nil {
		return nil, err
	}
	if last != nil && last.ChannelID != nil {
		c.ChannelID = last.ChannelID
		return c, nil
	}
	channels, err := s.ChannelList(0, maxBatch)
	if at := slices.IndexFunc(channels, func(h *inbox.Channel) bool { return h.DisabledAt == nil }); at >= 0 {
		c.ChannelID = &channels[at].ID
	}
	return c, err
}

func (s *simulation) newConversation(source inbox.ConversationSource, channel *inbox.ChannelID) *simulatedConversation {
	return &simulatedConversation{said: map[inbox.Direction]*string{}, conversation: conversation{Conversation: inbox.Conversation{
		ID: fromNowhere + inbox.ConversationID(len(s.scene.conversations)), Status: inbox.Open, Source: source,
		Priority: inbox.PriorityNormal, ContactID: s.scene.who.ID, ChannelID: channel, OpenedAt: s.now,
	}}}
}

// latest returns the conversation that came last.
func (s *simulation) latest() *simulatedConversation {
	return s.scene.conversations[len(s.scene.conversations)-1]
}

// in returns the conversation that a run is in.
func (s *simulation) in(r *simulatedRun) *simulatedConversation {
	at := slices.IndexFunc(s.scene.conversations, func(c *simulatedConversation) bool { return r.isIn(&c.conversation) })
	return s.scene.conversations[at]
}

// trigger returns trigger.*, as far as the trigger event can be told from the conversation.
func (s *simulation) trigger(on string) map[string]any {
	switch c := s.latest(); on {
	case triggerOpened:
		return map[string]any{"source": string(c.Source)}
	case triggerClosed:
		source := inbox.CloseAgent
		if c.ClosedSource != nil {
			source = *c.ClosedSource
		}
		return map[string]any{"source": string(source), "category": value(c.Category)}
	default:
		return map[string]any{}
	}
}

// matches reports whether the trigger's conditions of a workflow hold.
func (s *simulation) matches(id inbox.WorkflowID, def *workflow.Definition, c *simulatedConversation, trigger map[string]any) (bool, error) {
	facts, now, err := s.look(def.TriggerNeeds(), c, trigger)
	return err == nil && s.engine.holds(id, def, facts, now), err
}

// look returns the facts as they are now, and the time.
func (s *simulation) look(needs workflow.Needs, c *simulatedConversation, trigger map[string]any) (workflow.Facts, time.Time, error) {
	now, err := s.localNow(needs)
	if err != nil {
		return workflow.Facts{}, now, err
	}
	facts, err := s.facts(needs, s.scene.who.ID, &c.Conversation, trigger)
	if err != nil {
		return facts, now, err
	}
	for direction, text := range c.said {
		field := "last_outbound_text"
		if direction == inbox.Inbound {
			field, facts.Message = "last_inbound_text", with(facts.Message, "text", value(seen(text)))
		}
		facts.Conversation = with(facts.Conversation, field, value(seen(text)))
	}
	if c.opened {
		facts.Contact = with(facts.Contact, "is_returning", true)
	}
	return facts, now, nil
}

// with returns a copy of the facts of a group with one changed.
func with(facts map[string]any, key string, value any) map[string]any {
	changed := maps.Clone(facts)
	if changed == nil {
		changed = map[string]any{}
	}
	changed[key] = value
	return changed
}
