package live

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"foyer/inbox"
	"foyer/store"
)

// office is a help desk whose conversations and contacts change: conversation i is with contact i.
type office struct {
	*desk
	random   *rand.Rand
	scopes   []inbox.Scope
	contacts []inbox.ContactID
	agents   []inbox.AgentID
	changes  bool // whether contacts change
}

func newOffice(t *testing.T, db *store.DB, random *rand.Rand, conversations int) *office {
	t.Helper()
	o := &office{desk: newDesk(t, db, conversations), random: random, scopes: make([]inbox.Scope, conversations)}
	o.agents = []inbox.AgentID{o.agent}
	made, err := store.Update(t.Context(), db, func(tx *store.Tx) (office, error) {
		var made office
		for i := range 3 {
			a := &inbox.Agent{Name: fmt.Sprint("agent ", i), Role: inbox.RoleAgent, Visibility: inbox.VisibilityTeam, Presence: inbox.PresenceOffline}
			if err := tx.InsertAgent(a, fmt.Sprint("agent", i), ""); err != nil {
				return made, err
			}
			made.agents = append(made.agents, a.ID)
		}
		found, err := tx.Conversations(o.conversations)
		for _, id := range o.conversations {
			i := slices.IndexFunc(found, func(c *inbox.Conversation) bool { return c.ID == id })
			made.contacts = append(made.contacts, found[i].ContactID)
		}
		return made, err
	})
	if err != nil {
		t.Fatal(err)
	}
	o.agents, o.contacts = append(o.agents, made.agents...), made.contacts
	return o
}

func (o *office) scope() inbox.Scope {
	var scope inbox.Scope
	if n := o.random.IntN(len(o.teams) + 1); n < len(o.teams) {
		scope.Team = o.teams[n]
	}
	if n := o.random.IntN(2 * len(o.agents)); n < len(o.agents) {
		scope.Assignee = o.agents[n]
	}
	return scope
}

// happens commits up to four random events.
func (o *office) happens(t *testing.T, db *store.DB) {
	t.Helper()
	scopes := slices.Clone(o.scopes)
	var events []inbox.Event
	var moved []int
	for range 1 + o.random.IntN(4) {
		i := o.random.IntN(len(scopes))
		meta := inbox.EventMeta{At: inbox.Time(1 + o.random.Int64N(3)), Actor: inbox.BySystem()}
		where := inbox.ConversationMeta{EventMeta: meta, ConversationID: o.conversations[i], Before: scopes[i], After: scopes[i]}
		switch o.random.IntN(8) {
		case 0:
			if !o.changes {
				continue
			}
			events = append(events, &inbox.ContactChanged{EventMeta: meta, ContactID: o.contacts[i]})
		case 1:
			events = append(events, &inbox.PresenceChanged{EventMeta: meta, AgentID: o.agents[0], Presence: inbox.PresenceOnline})
		case 2:
			events = append(events, &inbox.NoteAdded{ConversationMeta: where})
		case 3:
			events = append(events, &inbox.WorkflowRunChanged{ConversationMeta: where, RunID: 1})
		case 4:
			events = append(events, &inbox.WorkflowRunChanged{ConversationMeta: inbox.ConversationMeta{EventMeta: meta}, RunID: 1})
		case 5:
			events = append(events, &inbox.MessageReceived{ConversationMeta: where})
		default:
			scopes[i] = o.scope()
			where.After = scopes[i]
			moved = append(moved, i)
			events = append(events, &inbox.ConversationRouted{ConversationMeta: where})
		}
	}
	_, err := store.Update(context.Background(), db, func(tx *store.Tx) (struct{}, error) {
		for _, i := range moved {
			c, err := tx.Conversation(o.conversations[i])
			if err != nil {
				return struct{}{}, err
			}
			before := *c
			c.TeamID, c.AssigneeID = nil, nil
			if team := scopes[i].Team; team != 0 {
				c.TeamID = &team
			}
			if agent := scopes[i].Assignee; agent != 0 {
				c.AssigneeID = &agent
			}
			if err := tx.UpdateConversation(&before, c); err != nil {
				return struct{}{}, err
			}
		}
		tx.Append(events...)
		return struct{}{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	o.scopes = scopes
}

func (o *office) access() inbox.Access {
	access := inbox.Access{Agent: o.agents[o.random.IntN(len(o.agents))]}
	switch o.random.IntN(4) {
	case 0:
		return inbox.SeesAll()
	case 1:
		access.Visibility = inbox.VisibilityAll
	case 2:
		access.Visibility = inbox.VisibilityAssigned
	default:
		access.Visibility = inbox.VisibilityTeam
		for _, team := range o.teams {
			if o.random.IntN(2) == 0 {
				access.Teams = append(access.Teams, team)
			}
		}
	}
	return access
}

func (o *office) filter() Filter {
	var f Filter
	if o.random.IntN(3) == 0 {
		f.Types = []inbox.EventType{inbox.EventNoteAdded, inbox.EventContactChanged}
	}
	switch o.random.IntN(6) {
	case 0:
		f.Conversations = o.conversations[:2]
	case 1:
		f.Teams = o.teams[:1]
	case 2:
		f.Assignees = o.agents[:2]
	}
	return f
}

// pair is a member, together with what it would get if it shared nothing: the events that its viewer's visibilityFilter
// lets through, judged one after another by what the database has of their conversations and contacts.
type pair struct {
	sub        Subscription
	access     inbox.Access
	member     *basin
	joined     *Member
	visibility *visibilityFilter
	position   int64
	ready      bool
	alone      []string
}

// catchUp judges the events up to the head, which the window must have reached, and compares the result with what the
// member got.
func (p *pair) catchUp(t *testing.T, db *store.DB) {
	t.Helper()
	b, err := store.View(t.Context(), db, func(r *store.ReadTx) (batch, error) { return readBatch(r, p.position, 1<<20, true) })
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range b.entries {
		p.reportIfReady(db, e.number-1)
		now := subjectState{asOf: b.asOf}
		if around := e.around.Load(); around != nil {
			now.around = around.scopes
		}
		now.scope, now.known = b.scopes[e.conversation()]
		verdict := p.visibility.judge(e.event, now)
		p.visibility.passed(e.event, now, verdict)
		switch verdict {
		case deliver:
			p.alone = append(p.alone, told(e.event))
		case hide:
			p.alone = append(p.alone, told(&inbox.ConversationHidden{Cursor: e.event.Meta().Cursor, ConversationID: e.conversation()}))
		default:
		}
	}
	p.position = b.end
	p.reportIfReady(db, b.end)
	if shared := p.member.await(t, len(p.alone)); !slices.Equal(p.alone, shared) {
		t.Fatalf("%+v with %+v:\n shared  %s\n alone   %s", p.access, p.sub.Filter, strings.Join(shared, ", "), strings.Join(p.alone, ", "))
	}
}

func (p *pair) reportIfReady(db *store.DB, position int64) {
	if !p.ready && position >= p.joined.joined {
		p.ready = true
		p.alone = append(p.alone, told(&inbox.StreamReady{Cursor: db.CursorAt(p.joined.joined)}))
	}
}

// Members get what they would get if they shared nothing: whatever they see and whatever happens, live or replayed.
func TestSharedItemsReachWhoWouldGetThemAlone(t *testing.T) {
	for name, o := range map[string]Options{"in a large window": {}, "in a small window": small()} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(6) {
				random := rand.New(rand.NewPCG(seed, 0))
				compareSharing(t, o, random, false)
				compareSharing(t, o, random, true)
			}
		})
	}
}

// compareSharing lets contacts change, or viewers join late, but not both: who sees a contact is known as of when this
// was first asked, which is not the same moment for all who join late.
func compareSharing(t *testing.T, o Options, random *rand.Rand, contacts bool) {
	t.Helper()
	db := openDB(t)
	o.Now = newClock().Now // it does not move, so no position is sent for silence
	desk := newOffice(t, db, random, 5)
	desk.changes = contacts
	turns := newTurns()
	o.After = turns.After
	l := follow(t, db, o)
	s := &shower{}
	late := 40
	if contacts {
		late = 0
	}
	filters := []Filter{{}, desk.filter(), desk.filter()}
	begin := func(after *inbox.Cursor) *pair {
		key := random.IntN(len(filters))
		p := &pair{access: desk.access(), member: newBasin(plenty)}
		p.sub = Subscription{After: after, Filter: filters[key], Access: as(p.access)}
		p.visibility = newVisibilityFilter(p.access, filters[key])
		p.joined = join(t, l, p.sub, key, s, p.member)
		p.position = p.joined.startsAt
		return p
	}
	var pairs []*pair
	for range 20 {
		pairs = append(pairs, begin(nil))
	}
	first := db.HeadNumber()
	for range 60 {
		desk.happens(t, db)
		turns.settle(l) // so that both judge as of the same commit
		for _, p := range pairs {
			p.catchUp(t, db)
		}
	}
	for range late {
		after := db.CursorAt(first + random.Int64N(db.HeadNumber()-first+1))
		p := begin(&after)
		p.awaitReady(t)
		p.catchUp(t, db)
		pairs = append(pairs, p)
	}
	write(t, db, &inbox.TeamChanged{TeamID: desk.teams[0]}) // no event is left that streams have and members lack
	turns.settle(l)
	for _, p := range pairs {
		p.catchUp(t, db)
		if p.sub.Filter.Types == nil && !p.sub.Filter.hasIDs() && !strings.HasPrefix(p.alone[len(p.alone)-1], "TEAM_CHANGED") {
			t.Errorf("%+v: the last is %s", p.access, p.alone[len(p.alone)-1])
		}
		p.joined.Leave()
	}
}

func (p *pair) awaitReady(t *testing.T) {
	t.Helper()
	for n := 1; ; n++ {
		if strings.HasPrefix(p.member.await(t, n)[n-1], "ready") {
			return
		}
	}
}
