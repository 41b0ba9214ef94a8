package engine_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// soak reports whether to run the long loops.
func soak() bool { return os.Getenv("FOYER_SOAK") == "1" }

// atOnce runs fn for 0 to n-1, all at the same time.
func atOnce(n int, fn func(i int)) {
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-start
			fn(i)
		})
	}
	close(start)
	all.Wait()
}

func TestSimultaneousFirstMessagesOpenOneConversation(t *testing.T) {
	d := newDesk(t)
	d.team("Support", engine.PolicyPatch{}, d.hire("Ana"), d.hire("Ben"))
	d.publish(inboundWorkflow)
	const n = 300
	got := make([]*engine.MessageReceived, n)
	atOnce(n, func(i int) {
		in := d.message("c1", fmt.Sprint("Message ", i))
		in.Message.ExternalID = new(fmt.Sprint("m", i/2)) // each is delivered twice
		got[i] = must(d.MessageReceive(d.ctx(), d.key, in))
	})
	opened, duplicates := 0, 0
	for _, r := range got {
		if r.Opened {
			opened++
		}
		if r.Duplicate {
			duplicates++
		}
		if r.Conversation.ID != got[0].Conversation.ID || r.Contact.ID != got[0].Contact.ID {
			t.Fatalf("message in %v of %v, want %v of %v", r.Conversation.ID, r.Contact.ID, got[0].Conversation.ID, got[0].Contact.ID)
		}
	}
	c := d.conversation(got[0].Conversation.ID)
	if opened != 1 || duplicates != n/2 || c.InboundCount != n/2 || c.Number != 1 {
		t.Errorf("%d opened and %d were duplicates; the conversation has %d messages", opened, duplicates, c.InboundCount)
	}
	same(t, d.run(c.ID).Status, inbox.RunCompleted)
}

func TestCapacityHoldsUnderConcurrencyAndTheQueueIsServedInOrder(t *testing.T) {
	d := newDesk(t)
	const agents, room, conversations = 20, 3, 200
	var ids []inbox.AgentID
	for i := range agents {
		ids = append(ids, d.hire(fmt.Sprint("Agent", i)))
	}
	team := d.team("Support", limit(room), ids...)
	d.publish(inboundWorkflow)
	atOnce(conversations, func(i int) { d.opened(fmt.Sprint("c", i)) })
	queued := view(d, func(r *store.ReadTx) (*inbox.Team, error) { return r.Team(team) }).QueueLength
	if queued != conversations-agents*room {
		t.Fatalf("%d are queued, want %d", queued, conversations-agents*room)
	}
	atOnce(agents, func(i int) {
		for {
			list := view(d, func(r *store.ReadTx) ([]inbox.ConversationID, error) { return r.OpenConversationsOf(ids[i], 1000) })
			if len(list) == 0 {
				return
			}
			d.close(list[0])
		}
	})
	have, waiting := make(map[inbox.AgentID]int), []inbox.ConversationID(nil)
	for _, event := range d.events(0) { // verify checks the same in another way
		switch e := event.(type) {
		case *inbox.ConversationQueued:
			waiting = append(waiting, e.ConversationID)
		case *inbox.ConversationAssigned:
			if have[e.AssigneeID]++; have[e.AssigneeID] > room {
				t.Fatalf("with event %d %v has %d conversations", e.Number, e.AssigneeID, have[e.AssigneeID])
			}
			if e.Actor.Kind == inbox.ActorSystem {
				if waiting[0] != e.ConversationID {
					t.Fatalf("event %d serves %v before %v", e.Number, e.ConversationID, waiting[0])
				}
				waiting = waiting[1:]
			}
		case *inbox.ConversationClosed:
			have[e.After.Assignee]--
		}
	}
	if len(waiting) != 0 {
		t.Errorf("%d still wait", len(waiting))
	}
}

// chaos is a desk on which anything may happen.
type chaos struct {
	*desk
	agents   []inbox.AgentID
	teams    []inbox.TeamID
	contacts int
}

func newChaos(d *desk) *chaos {
	x := &chaos{desk: d, contacts: 25}
	for i := range 6 {
		x.agents = append(x.agents, d.hire(fmt.Sprint("Agent", i)))
	}
	x.teams = []inbox.TeamID{d.team("Support", limit(2), x.agents[:4]...), d.team("Sales", by(inbox.StrategyLeastOpen), x.agents[2:]...),
		d.team("Loose", engine.PolicyPatch{OnlineOnly: new(false), MaxOpen: engine.SetTo[int32](3)}, x.agents[5])}
	d.defaultTeam(x.teams[0])
	d.publish(inboundWorkflow)
	d.publish(`
format: 1
name: Second opinion
trigger: { on: conversation.opened, when: { field: message.text, op: contains, value: "7" } }
settings: { exitOnAgentAction: false }
steps:
  - key: to
    route: { team: Loose, priority: HIGH }
  - key: who
    assign: { by: team, timeout: PT1M, policy: { maxOpen: 2, strategy: LONGEST_IDLE } }
    exits: { timeout: anybody }
    next: end
  - key: anybody
    assign: { by: workspace, timeout: PT5M }
`)
	return x
}

// happen does one random thing. It may be refused; any other failure is an error.
func (x *chaos) happen(r *rand.Rand) error {
	number := func(n int) int { return r.IntN(n) }
	agent := x.agents[number(len(x.agents))]
	team := x.teams[number(len(x.teams))]
	id := inbox.ConversationID(1 + number(60))
	caller := []inbox.Caller{x.owner, x.key, {Actor: inbox.ByAgent(agent), Role: inbox.RoleAgent, Visibility: inbox.VisibilityAll}}[number(3)]
	now := inbox.At(x.clock.Now())
	var err error
	switch number(20) {
	case 0, 1, 2, 3, 4, 5:
		in := x.message(fmt.Sprint("c", number(x.contacts)), fmt.Sprint("Number ", number(100)))
		if number(2) == 0 {
			in.Message.ExternalID = new(fmt.Sprint("m", number(500)))
		}
		_, err = x.MessageReceive(x.ctx(), x.key, in)
	case 6, 7:
		_, err = x.MessageSend(x.ctx(), caller, engine.MessageSendInput{ConversationID: id, Text: new("Yes")})
	case 8, 9:
		_, err = x.ConversationClose(x.ctx(), caller, engine.ConversationCloseInput{ConversationID: id})
	case 10:
		in := engine.ConversationAssignInput{ConversationID: id, OnlyIfUnassigned: number(2) == 0}
		if number(2) == 0 {
			in.AgentID, in.OverCapacity = &agent, number(2) == 0
		}
		_, err = x.ConversationAssign(x.ctx(), caller, in)
	case 11:
		_, err = x.ConversationUnassign(x.ctx(), caller, id)
	case 12:
		in := engine.RoutePatch{ConversationID: id, Priority: &[]inbox.Priority{inbox.PriorityLow, inbox.PriorityNormal, inbox.PriorityHigh, inbox.PriorityUrgent}[number(4)]}
		if number(2) == 0 {
			in.Team = engine.SetTo(team)
		} else if number(4) == 0 {
			in.Team = engine.Patch[inbox.TeamID]{Set: true}
		}
		_, err = x.ConversationRoute(x.ctx(), caller, in)
	case 13:
		_, err = x.ConversationSnooze(x.ctx(), caller, engine.ConversationSnoozeInput{ConversationID: id, Until: new(now.Add(time.Duration(1+number(600)) * time.Second))})
	case 14:
		_, err = x.ConversationWake(x.ctx(), caller, id)
	case 15, 16:
		p := []inbox.Presence{inbox.PresenceOnline, inbox.PresenceOnline, inbox.PresenceBusy, inbox.PresenceOffline}[number(4)]
		_, err = x.PresenceSet(x.ctx(), x.owner, engine.PresenceSetInput{AgentID: &agent, Presence: p})
	case 17:
		err = x.administer(r, agent, team)
	case 18:
		in := engine.MessageStatusReportInput{MessageID: inbox.MessageID(1 + number(200)), Status: []inbox.MessageStatus{
			inbox.StatusSent, inbox.StatusDelivered, inbox.StatusRead, inbox.StatusFailed}[number(4)], FailureReason: new("No")}
		_, err = x.MessageStatusReport(x.ctx(), x.key, in)
	default:
		x.clock.move(time.Duration(number(60)) * time.Second)
		x.FireDue(x.ctx())
	}
	if _, refused := errors.AsType[*inbox.Error](err); refused {
		return nil
	}
	return err
}

func (x *chaos) administer(r *rand.Rand, agent inbox.AgentID, team inbox.TeamID) error {
	var err error
	switch r.IntN(6) {
	case 0:
		_, err = x.AgentUpdate(x.ctx(), x.owner, engine.AgentPatch{ID: agent, Disabled: new(r.IntN(3) == 0)})
	case 1:
		patch := engine.AgentPatch{ID: agent, MaxOpen: engine.Patch[int32]{Set: true}}
		if n := r.Int32N(5); n > 0 {
			patch.MaxOpen.Value = &n
		}
		_, err = x.AgentUpdate(x.ctx(), x.owner, patch)
	case 2:
		_, err = x.TeamUpdate(x.ctx(), x.owner, engine.TeamPatch{ID: team, AddMemberIDs: []inbox.AgentID{agent}})
	case 3:
		_, err = x.TeamUpdate(x.ctx(), x.owner, engine.TeamPatch{ID: team, RemoveMemberIDs: []inbox.AgentID{agent}})
	case 4:
		strategy := []inbox.AssignmentStrategy{inbox.StrategyRoundRobin, inbox.StrategyLeastOpen, inbox.StrategyLongestIdle, inbox.StrategyManual}[r.IntN(4)]
		_, err = x.TeamUpdate(x.ctx(), x.owner, engine.TeamPatch{ID: team, Policy: &engine.PolicyPatch{Strategy: &strategy,
			OnlineOnly: new(r.IntN(2) == 0), MaxOpen: engine.SetTo(1 + r.Int32N(4))}})
	default:
		_, err = x.ContactUpdate(x.ctx(), x.owner, engine.ContactPatch{ID: inbox.ContactID(1 + r.IntN(x.contacts)), Blocked: new(r.IntN(3) == 0)})
	}
	return err
}

// missing returns the kinds of events that a mix needs to prove anything and that this one does not have yet.
func (x *chaos) missing() []inbox.EventType {
	want := []inbox.EventType{inbox.EventConversationQueued, inbox.EventConversationWoken, inbox.EventConversationUnassigned,
		inbox.EventMessageStatusChanged, inbox.EventWorkflowRunChanged}
	for _, e := range x.events(0) {
		want = slices.DeleteFunc(want, func(t inbox.EventType) bool { return t == e.Type() })
	}
	return want
}

// What happens at once depends on timing, so one round may lack what another has: rounds follow until everything that
// matters has happened.
func TestWhateverHappensAtOnceTheHistoryIsSound(t *testing.T) {
	const rounds = 10
	seeds, each := uint64(3), 150
	if soak() {
		seeds, each = 60, 600
	}
	for seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			x := newChaos(newDesk(t))
			sources := make([]*rand.Rand, 8)
			for i := range sources {
				sources[i] = rand.New(rand.NewPCG(seed, uint64(i)))
			}
			for round := 1; ; round++ {
				atOnce(len(sources), func(i int) {
					for range each {
						if err := x.happen(sources[i]); err != nil {
							t.Errorf("an operation failed: %v", err)
							return
						}
					}
				})
				missing := x.missing()
				if len(missing) == 0 || t.Failed() {
					return
				}
				if round == rounds {
					t.Fatalf("nothing made %v happen in %d rounds: the mix is too poor", missing, rounds)
				}
			}
		})
	}
}

func TestWhateverHappensInOrderTheHistoryIsSoundAfterEachStep(t *testing.T) {
	seeds, each := uint64(4), 250
	if soak() {
		seeds, each = 100, 1000
	}
	for seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			x := newChaos(newDesk(t))
			r := rand.New(rand.NewPCG(seed, 99))
			for i := range each {
				if err := x.happen(r); err != nil {
					t.Fatalf("step %d failed: %v", i, err)
				}
				if i%10 == 0 {
					if x.verify(); t.Failed() {
						t.Fatalf("after step %d", i)
					}
				}
			}
		})
	}
}

func TestEventsOfACommitFollowEachOtherAndCursorsRise(t *testing.T) {
	d := newDesk(t)
	d.team("Support", engine.PolicyPatch{}, d.hire("Ana"))
	d.publish(inboundWorkflow)
	atOnce(40, func(i int) { d.opened(fmt.Sprint("c", i)) })
	groups := make(map[inbox.ConversationID][]int64)
	for _, e := range d.events(0) {
		if c, ok := e.(inbox.ConversationEvent); ok {
			groups[c.Where().ConversationID] = append(groups[c.Where().ConversationID], e.Meta().Number)
		}
	}
	for id, numbers := range groups {
		if !slices.IsSorted(numbers) || numbers[len(numbers)-1]-numbers[0] != int64(len(numbers)-1) {
			t.Errorf("the events of %v are numbered %v: another commit's are between them", id, numbers)
		}
	}
}
