package engine_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
)

// span is a stretch of a day between changes of presence or capacity: what each agent who could be assigned got in it.
type span struct {
	got map[inbox.AgentID]int
}

// check fails unless the counts differ by at most one.
func (s span) check(t *testing.T, number int) {
	t.Helper()
	least, most := -1, 0
	for _, n := range s.got {
		most = max(most, n)
		if least < 0 || n < least {
			least = n
		}
	}
	if most-least > 1 {
		t.Errorf("in span %d the agents got %v", number, s.got)
	}
}

// TestInAWholeDayEachAgentOnlineGetsAsManyAsTheOthersToWithinOne lets 10,000 conversations arrive over a day, and close soon,
// while agents come and go and change what they may have.
func TestInAWholeDayEachAgentOnlineGetsAsManyAsTheOthersToWithinOne(t *testing.T) {
	t.Parallel()
	x := newCrowd(t, 12, 0, 100)
	const arrivals = 10_000
	key := inbox.Caller{Actor: inbox.ByAPIKey(1), Role: inbox.RoleManager, Visibility: inbox.VisibilityAll}
	must(x.e.WorkspaceUpdate(t.Context(), x.owner, engine.WorkspacePatch{DefaultTeam: engine.SetTo(x.team)}))
	channel := must(x.e.ChannelCreate(t.Context(), x.owner, engine.ChannelCreateInput{Name: "Web", Kind: inbox.ChannelAPI})).ID
	r := rand.New(rand.NewPCG(5, 5))
	online := make(map[inbox.AgentID]bool)
	change := func() {
		for first := true; first || len(online) == 0; first = false {
			id := x.agents[r.IntN(len(x.agents))]
			if r.IntN(4) == 0 {
				must(x.e.AgentUpdate(t.Context(), x.owner, engine.AgentPatch{ID: id, MaxOpen: engine.SetTo(100 + r.Int32N(20))}))
				continue
			}
			to := inbox.PresenceOnline
			if online[id] {
				to = []inbox.Presence{inbox.PresenceBusy, inbox.PresenceOffline}[r.IntN(2)]
				delete(online, id)
			} else {
				online[id] = true
			}
			must(x.e.PresenceSet(t.Context(), x.owner, engine.PresenceSetInput{AgentID: &id, Presence: to}))
		}
	}
	var current span
	begin := func() {
		change()
		current = span{make(map[inbox.AgentID]int)}
		for id := range online {
			current.got[id] = 0
		}
	}
	begin()
	spans := 0
	var open []inbox.ConversationID // the oldest first
	text := "Hello"
	for n := 0; n < arrivals; {
		batch := make([]engine.MessageReceiveInput, min(1+r.IntN(80), arrivals-n))
		for i := range batch {
			batch[i] = engine.MessageReceiveInput{ChannelID: channel, Contact: engine.InboundContactInput{ExternalID: fmt.Sprint("c", n+i)},
				Message: engine.InboundMessageInput{Text: &text}}
		}
		n += len(batch)
		for _, received := range must(x.e.MessageReceiveBatch(t.Context(), key, batch)) {
			c := must(received.MessageReceived, received.Err).Conversation
			if c.AssigneeID == nil {
				t.Fatalf("%v was not assigned", c.ID)
			}
			current.got[*c.AssigneeID]++
			open = append(open, c.ID)
		}
		x.clock.move(time.Duration(r.IntN(600)) * time.Second)
		old := open[:max(0, len(open)-15)]
		atOnce(len(old), func(i int) {
			must(x.e.ConversationClose(t.Context(), x.owner, engine.ConversationCloseInput{ConversationID: old[i]}))
		})
		open = open[len(old):]
		if r.IntN(4) == 0 {
			current.check(t, spans)
			spans++
			begin()
		}
	}
	current.check(t, spans)
	if spans < 10 {
		t.Errorf("the day had %d spans", spans)
	}
}
