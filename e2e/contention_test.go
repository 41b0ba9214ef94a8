package e2e_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
)

// together runs n functions that all begin at the same moment, and returns their errors.
func together(n int, fn func(i int) error) []error {
	failures := make([]error, n)
	begin := make(chan struct{})
	var running sync.WaitGroup
	for i := range n {
		running.Go(func() {
			<-begin
			failures[i] = fn(i)
		})
	}
	close(begin)
	running.Wait()
	return slices.DeleteFunc(failures, func(err error) bool { return err == nil })
}

func TestSimultaneousFirstMessagesOpenOneConversation(t *testing.T) {
	t.Parallel()
	const writers = 300
	s := newServer(t)
	d := s.furnish(crew{name: "Support", agents: agentNames(2)})
	stream := s.key.follow("", nil)

	answers := make([]payload, writers)
	failures := together(writers, func(i int) (err error) {
		answers[i], err = s.key.try("messageReceive", d.incoming("ada", fmt.Sprint("m-", i), fmt.Sprint("Message ", i)), received)
		return err
	})
	if len(failures) > 0 {
		t.Fatalf("%d of %d failed, such as %v", len(failures), writers, failures[0])
	}
	opened := 0
	for _, a := range answers {
		if a.Opened {
			opened++
		}
		if a.Duplicate || a.Conversation.ID != answers[0].Conversation.ID || a.Conversation.Team == nil || a.Conversation.Assignee == nil {
			t.Errorf("an answer is %s", text(a))
		}
	}
	if opened != 1 {
		t.Errorf("%d answers say that they opened the conversation", opened)
	}

	// Each message is sent three more times: nothing new may happen.
	failures = together(3*writers, func(i int) error {
		a, err := s.key.try("messageReceive", d.incoming("ada", fmt.Sprint("m-", i%writers), fmt.Sprint("Message ", i%writers)), received)
		if err == nil && (!a.Duplicate || a.Opened || a.Message.ID != answers[i%writers].Message.ID) {
			err = fmt.Errorf("a repeated delivery is answered %s", text(a))
		}
		return err
	})
	if len(failures) > 0 {
		t.Errorf("%d of %d failed, such as %v", len(failures), 3*writers, failures[0])
	}
	fold := foldOf(t, stream.through(s.key.head()))
	listed := everything[conversation](s.key, "conversations", "", conversationFields)
	if len(listed) != 1 || len(fold.conversations) != 1 || listed[0].InboundCount != writers {
		t.Errorf("there are %d conversations, %d in the log: %s", len(listed), len(fold.conversations), text(listed))
	}
	fold.agree(listed[0])
	if n := len(everything[reference](s.key, "contacts", "", "id")); n != 1 {
		t.Errorf("there are %d contacts", n)
	}
}

func TestCapacityHoldsAndTheQueueDrainsFirstComeFirstServed(t *testing.T) {
	t.Parallel()
	const conversations, agents, capacity = 200, 20, 3
	s := newServer(t)
	d := s.furnish(crew{name: "Support", agents: agentNames(agents), maxOpen: capacity})
	stream := s.key.follow("", nil)

	answers := make([]payload, conversations)
	failures := together(conversations, func(i int) (err error) {
		answers[i], err = s.key.try("messageReceive", d.incoming(fmt.Sprint("contact-", i), fmt.Sprint("m-", i), "Hello"), received)
		return err
	})
	if len(failures) > 0 {
		t.Fatalf("%d failed, such as %v", len(failures), failures[0])
	}
	assigned, queued := 0, 0
	var waiting []string
	for _, a := range answers {
		switch v := a.Conversation; {
		case !a.Opened || v.Team == nil:
			t.Errorf("an answer is %s", text(a))
		case v.Assignee != nil:
			assigned++
			waiting = append(waiting, v.ID)
		case v.QueuedAt != nil && v.QueuePosition != nil:
			queued++
		}
	}
	if assigned != agents*capacity || queued != conversations-agents*capacity {
		t.Errorf("%d were assigned and %d queued", assigned, queued)
	}
	if got := s.teamQueue(d.Teams["Support"]); got != queued {
		t.Errorf("the queue is %d long", got)
	}

	// Agents close their conversations, many at a time, until none is left.
	closed := 0
	for len(waiting) > 0 {
		now := waiting
		failures := together(len(now), func(i int) error {
			_, err := s.key.try("conversationClose", object{"conversationId": now[i]}, "")
			return err
		})
		if len(failures) > 0 {
			t.Fatalf("%d closes failed, such as %v", len(failures), failures[0])
		}
		closed += len(now)
		waiting = nil
		for _, v := range everything[conversation](s.key, "conversations", ", filter: {status: OPEN, unassigned: false}", conversationFields) {
			waiting = append(waiting, v.ID)
		}
		if len(waiting) != min(agents*capacity, conversations-closed) {
			t.Fatalf("%d are assigned after %d closed", len(waiting), closed)
		}
	}

	events := stream.through(s.key.head())
	checkQueueOrder(t, events, queued)
	fold := newFold(t)
	for _, e := range events {
		fold.apply(e)
		for agent, n := range fold.held {
			if n > capacity {
				t.Fatalf("%s has %d conversations after %s", agent, n, e.raw)
			}
		}
	}
	for _, id := range d.Agents {
		if id != d.Agents[ownerEmail] && fold.most[id] != capacity {
			t.Errorf("%s had at most %d conversations at a time, want %d", id, fold.most[id], capacity)
		}
	}
	for _, v := range everything[conversation](s.key, "conversations", "", conversationFields) {
		fold.agree(v)
		if v.Status != "CLOSED" {
			t.Errorf("%s is %s", v.ID, v.Status)
		}
	}
	for _, a := range everything[agent](s.key, "agents", "", "id openConversations") {
		if a.OpenConversations != 0 || fold.held[a.ID] != 0 {
			t.Errorf("%s has %d open conversations, by the log %d", a.ID, a.OpenConversations, fold.held[a.ID])
		}
	}
	if got := s.teamQueue(d.Teams["Support"]); got != 0 {
		t.Errorf("the queue is %d long at the end", got)
	}
}

// checkQueueOrder expects that conversations were assigned in the order in which they were queued.
func checkQueueOrder(t *testing.T, events []item, want int) {
	t.Helper()
	var came, went []string
	waits := map[string]bool{}
	for _, e := range events {
		switch e.Type {
		case "ConversationQueued":
			came = append(came, e.Conversation.ID)
			waits[e.Conversation.ID] = true
		case "ConversationAssigned":
			if waits[e.Conversation.ID] {
				went = append(went, e.Conversation.ID)
			}
		}
	}
	if len(came) != want || !slices.Equal(came, went) {
		t.Errorf("%d were queued, want %d:\n%v\nthey were taken in the order\n%v", len(came), want, came, went)
	}
}

// teamQueue returns how many conversations wait for a team. Two reads must agree on the number.
func (s *server) teamQueue(id string) int {
	s.Helper()
	var answer struct {
		Node struct {
			QueueLength int
			Queue       struct{ TotalCount int }
		}
	}
	s.key.read(`query($id: ID!) { node(id: $id) { ... on Team { queueLength queue(first: 1) { totalCount } } } }`, object{"id": id}, &answer)
	if answer.Node.QueueLength != answer.Node.Queue.TotalCount {
		s.Errorf("the queue's length is %d, and it has %d", answer.Node.QueueLength, answer.Node.Queue.TotalCount)
	}
	return answer.Node.QueueLength
}
