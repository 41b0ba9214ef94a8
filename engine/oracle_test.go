package engine_test

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"foyer/engine/assign"
	"foyer/inbox"
	"foyer/store"
)

// picture is what the tables say at a moment about who waits for whom. Its methods are the rules of assignment in plain words,
// over the rows alone.
type picture struct {
	now      inbox.Time
	open     []*inbox.Conversation // by id
	agents   []*inbox.Agent
	teams    map[inbox.TeamID]*inbox.Team
	members  []store.Membership
	contacts map[inbox.ContactID]*inbox.Contact
	timers   map[store.TimerKind]map[int64]inbox.Time
}

func (d *desk) picture() *picture {
	d.Helper()
	for {
		now := d.clock.Now()
		if p := d.pictureAt(inbox.At(now)); d.clock.Now().Equal(now) {
			return p
		}
	}
}

func (d *desk) pictureAt(now inbox.Time) *picture {
	d.Helper()
	return view(d, func(r *store.ReadTx) (*picture, error) {
		p := &picture{now: now, teams: make(map[inbox.TeamID]*inbox.Team), contacts: make(map[inbox.ContactID]*inbox.Contact),
			timers: make(map[store.TimerKind]map[int64]inbox.Time)}
		const all = 1_000_000
		p.open = must(r.AllOpen(0, all))
		p.agents = must(r.AgentList(0, all))
		p.members = must(r.AllMembers())
		for _, t := range must(r.TeamList(0, all)) {
			p.teams[t.ID] = t
		}
		ids := make([]inbox.ContactID, len(p.open))
		for i, c := range p.open {
			ids[i] = c.ContactID
		}
		for _, c := range must(r.Contacts(ids)) {
			p.contacts[c.ID] = c
		}
		for _, t := range must(r.Timers(all)) {
			if p.timers[t.Kind] == nil {
				p.timers[t.Kind] = make(map[int64]inbox.Time)
			}
			p.timers[t.Kind][t.SubjectID] = t.Due
		}
		return p, nil
	})
}

// conversation returns an open conversation, or nil.
func (p *picture) conversation(id inbox.ConversationID) *inbox.Conversation {
	at, found := slices.BinarySearchFunc(p.open, id, func(c *inbox.Conversation, id inbox.ConversationID) int { return cmp.Compare(c.ID, id) })
	if !found {
		return nil
	}
	return p.open[at]
}

// policy returns by what a conversation that waits would be assigned.
func (p *picture) policy(c *inbox.Conversation) inbox.AssignmentPolicy {
	policy := inbox.DefaultPolicy()
	if t := p.teams[c.Scope().Team]; t != nil {
		policy = t.Policy
	}
	return must(assign.DecodeDemand(c.QueuePolicy)).Over(policy)
}

// candidates returns the members of a team, or everybody for the workspace.
func (p *picture) candidates(team inbox.TeamID) []member {
	var list []member
	for _, a := range p.agents {
		if team == 0 || slices.Contains(p.members, store.Membership{TeamID: team, AgentID: a.ID}) {
			list = append(list, member{id: a.ID, presence: a.Presence, disabled: a.DisabledAt != nil, maxOpen: a.MaxOpen,
				skills: a.Skills, languages: a.Languages, open: a.OpenConversations})
		}
	}
	return list
}

// works is the rule in plain words: whether a time lies in a span of its day, in UTC. No span reaches into the next day.
func works(h *inbox.Hours, at inbox.Time) bool {
	if h == nil {
		return true
	}
	now := at.Std().UTC()
	day := strings.ToLower(now.Format("Mon"))
	return slices.ContainsFunc(h.Week.Days()[day], func(span string) bool {
		from, to, _ := strings.Cut(span, "-")
		return from <= now.Format("15:04") && now.Format("15:04") < to
	})
}

// choosing returns by what an agent is chosen for a conversation that waits, among these candidates.
func (p *picture) choosing(c *inbox.Conversation, candidates []member) choosing {
	by := choosing{policy: p.policy(c), first: -1, alone: -1, without: -1}
	contact := p.contacts[c.ContactID]
	if by.policy.MatchLanguage && contact.Language != nil {
		by.language = *contact.Language
	}
	if t := p.teams[c.Scope().Team]; t != nil {
		by.closed = !works(t.Hours, p.now)
	}
	wait := by.policy.StickyWait
	if owner := contact.OwnerID; owner != nil && by.policy.Sticky == inbox.StickyRequireUntil && wait != nil &&
		!slices.Contains(c.TakenFrom, *owner) && c.WaitsSince.Add(wait.Std()) > p.now {
		by.alone = slices.IndexFunc(candidates, func(m member) bool { return m.id == *owner })
	}
	return by
}

// takers returns who could be assigned a queued conversation now.
func (p *picture) takers(c *inbox.Conversation) []inbox.AgentID {
	candidates := p.candidates(c.Scope().Team)
	by := p.choosing(c, candidates)
	if by.policy.Strategy == inbox.StrategyManual {
		return nil
	}
	var ids []inbox.AgentID
	for i, m := range candidates {
		if m.passedOver(i, candidates, by) == "" {
			ids = append(ids, m.id)
		}
	}
	return ids
}

func (p *picture) due(kind store.TimerKind, subject int64) bool {
	due, set := p.timers[kind][subject]
	return set && due <= p.now
}

// draining reports whether the queue that a conversation waits in is about to drain.
func (p *picture) draining(c *inbox.Conversation) bool {
	queue := int64(c.Scope().Team)
	return p.due(store.TimerDrain, queue) || p.due(store.TimerOpening, queue) || c.QueueOwner != nil && p.due(store.TimerAttend, int64(c.ID))
}

// wrong returns what must not be, as sentences.
func (p *picture) wrong() (found []string) {
	with, open := make(map[inbox.AgentID]int32), make(map[inbox.ContactID]bool)
	for _, c := range p.open {
		if c.Occupies() {
			with[*c.AssigneeID]++
		}
		if open[c.ContactID] {
			found = append(found, fmt.Sprintf("%s has two open conversations", c.ContactID))
		}
		open[c.ContactID] = true
		if c.QueueKey == nil {
			continue
		}
		if c.AssigneeID != nil || c.SnoozedUntil != nil || c.QueuedAt == nil || c.WaitsSince == nil {
			found = append(found, fmt.Sprintf("%s is queued as %+v", c.ID, c))
		}
		if takers := p.takers(c); len(takers) > 0 && !p.draining(c) {
			found = append(found, fmt.Sprintf("%s waits in %s for %v alone by %s since %s (now %s) while it could be assigned to %v", c.ID, c.Scope().Team,
				c.QueueOwner, c.QueuePolicy, c.WaitsSince, p.now, takers))
		}
		if _, set := p.timers[store.TimerAttend][int64(c.ID)]; c.QueueOwner != nil && !set {
			found = append(found, fmt.Sprintf("%s waits for %s, and no timer ends that", c.ID, c.QueueOwner))
		}
	}
	for _, a := range p.agents {
		if a.OpenConversations != with[a.ID] {
			found = append(found, fmt.Sprintf("%s counts %d conversations and has %d", a.ID, a.OpenConversations, with[a.ID]))
		}
	}
	return found
}

// waiting is where a conversation waits: the others of the same team and class can be taken by the same agents.
type waiting struct {
	team  inbox.TeamID
	class string
	key   inbox.Time
	alone bool // for one agent
}

func (p *picture) waiting(c *inbox.Conversation) waiting {
	return waiting{c.Scope().Team, assign.Class(c.QueuePolicy), *c.QueueKey, c.QueueOwner != nil}
}

// overtaken returns what automation assigned out of turn between two pictures, as sentences.
func (p *picture) overtaken(after *picture, events []inbox.Event, decisions map[inbox.DecisionID]*inbox.AssignmentDecision) (found []string) {
	places, later := make(map[inbox.ConversationID]waiting), make(map[inbox.ConversationID]*inbox.ConversationAssigned)
	for _, c := range p.open {
		if c.QueueKey != nil {
			places[c.ID] = p.waiting(c)
		}
	}
	for _, event := range events {
		if e, ok := event.(*inbox.ConversationAssigned); ok && byTurn(e, decisions) {
			later[e.ConversationID] = e
		}
	}
	for _, event := range events {
		switch e := event.(type) {
		case *inbox.ConversationQueued:
			places[e.ConversationID] = waiting{team: e.After.Team, class: e.Class, key: e.QueueKey}
		case *inbox.ConversationSnoozed:
			delete(places, e.ConversationID)
		case *inbox.ConversationClosed:
			delete(places, e.ConversationID)
		case *inbox.ConversationAssigned:
			place, queued := places[e.ConversationID]
			delete(places, e.ConversationID)
			delete(later, e.ConversationID)
			if e.DecisionID == nil || decisions[*e.DecisionID].Strategy == nil || place.alone {
				continue
			}
			if d := decisions[*e.DecisionID]; d.QueuedFor == nil { // it was not its turn: it is new, was asked for or is taken from somebody
				if d.TeamID == nil && e.After.Team != 0 {
					continue // it could be assigned to agents whom its queue does not wait for
				}
				place, queued = waiting{team: e.After.Team, class: after.asked(e.ConversationID)}, false
			}
			for other, own := range places {
				c := p.conversation(other)
				if c == nil || own.alone || own.team != place.team || own.class != place.class ||
					queued && cmp.Or(cmp.Compare(own.key, place.key), cmp.Compare(other, e.ConversationID)) > 0 {
					continue
				}
				if turn := later[other]; turn != nil && !is(p.contacts[c.ContactID].OwnerID, turn.AssigneeID) || turn == nil && after.stillWaits(c) {
					found = append(found, fmt.Sprintf("%s was assigned (queued: %t) although %s was ahead of it", e.ConversationID, queued, other))
				}
			}
		}
	}
	return found
}

// byTurn reports whether a conversation was assigned because it was the first of its queue.
func byTurn(e *inbox.ConversationAssigned, decisions map[inbox.DecisionID]*inbox.AssignmentDecision) bool {
	return e.DecisionID != nil && decisions[*e.DecisionID].QueuedFor != nil
}

func is(owner *inbox.AgentID, id inbox.AgentID) bool { return owner != nil && *owner == id }

// asked returns what a conversation that has an agent would have waited for. What a step asked for stays with it.
func (p *picture) asked(id inbox.ConversationID) string {
	var demand assign.Demand
	if c := p.conversation(id); c != nil {
		demand = must(assign.DecodeDemand(c.QueuePolicy))
	}
	if contact := p.contacts[p.contactOf(id)]; contact != nil && contact.Language != nil {
		demand.Language = *contact.Language
	}
	return assign.Class(must(demand.Encode()))
}

func (p *picture) contactOf(id inbox.ConversationID) inbox.ContactID {
	if c := p.conversation(id); c != nil {
		return c.ContactID
	}
	return 0
}

// stillWaits reports whether a conversation waits as it did.
func (p *picture) stillWaits(before *inbox.Conversation) bool {
	c := p.conversation(before.ID)
	return c != nil && c.QueueKey != nil && c.QueueOwner == nil && *c.QueueKey == *before.QueueKey &&
		c.Scope() == before.Scope() && bytes.Equal(c.QueuePolicy, before.QueuePolicy)
}
