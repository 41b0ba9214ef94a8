package e2e_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"foyer/internal/client"
)

// eventsDocument selects what an event says itself, and of objects only what never changes, so that the items are the
// same live and in a replay, however late.
const eventsDocument = `subscription($after: Cursor, $filter: EventFilter) {
	item: events(after: $after, filter: $filter) {
		__typename
		... on StreamReady { cursor }
		... on ConversationHidden { cursor conversationId }
		... on Event {
			cursor at
			actor { __typename ... on Agent { id } ... on Contact { id } ... on WorkflowRun { id } ... on ApiKey { id } ... on System { name } }
		}
		... on ConversationEvent { conversation { id } }
		... on MessageReceived { message { id text externalId } }
		... on MessageSent { message { id text idempotencyKey } }
		... on MessageStatusChanged { message { id } messageStatus }
		... on NoteAdded { note { id } }
		... on NoteChanged { note { id } deleted }
		... on ConversationOpened { source conversation { number contact { id } } }
		... on ConversationRouted { team { id } previousTeam { id } priority previousPriority }
		... on ConversationAssigned { assignee { id } previousAssignee { id } decision { id reason strategy } }
		... on ConversationUnassigned { previousAssignee { id } }
		... on ConversationQueued { team { id } decision { id reason strategy } }
		... on ConversationSnoozed { until }
		... on ConversationRead { readAt }
		... on ConversationClosed { closedSource category summary }
		... on ContactChanged { contact { id } created changes { field from to } }
		... on AgentChanged { agent { id } }
		... on TeamChanged { changedTeam { id } }
		... on PresenceChanged { agent { id } presence }
		... on WorkflowRunChanged { run { id } runStatus }
		... on ConversationActivity { conversation { id } who { ... on Agent { id } } activity }
		... on JobChanged { job { id } }
		... on NotificationAdded { notification { id kind conversation { id } } }
		... on DraftChanged { conversationId draft { conversation { id } text updatedAt } }
	}
}`

// item is one item of a stream.
type item struct {
	Type             string `json:"__typename"`
	Cursor           string
	At               string
	ConversationID   string
	Conversation     *streamed
	Message          *message
	MessageStatus    string
	Note             *reference
	Source           string
	Team             *reference
	PreviousTeam     *reference
	Priority         string
	PreviousPriority string
	Assignee         *reference
	PreviousAssignee *reference
	Decision         *reference
	Until            string
	ClosedSource     string
	Category         *string
	Contact          *reference
	Created          bool
	Changes          []struct {
		Field string
		To    any
	}
	Agent        *reference
	ChangedTeam  *reference
	Notification *notification
	Presence     string
	Run          *reference
	RunStatus    string
	Who          *reference
	Activity     string
	Draft        *draft
	Job          *reference

	raw string // as it came
}

// streamed is a conversation as events have it.
type streamed struct {
	ID      string
	Number  int
	Contact reference
}

// stream is a subscription, followed by a goroutine of its own.
type stream struct {
	testing.TB
	cancel context.CancelFunc
	done   chan struct{}
	news   news

	mu    sync.Mutex
	items []item
	err   error // valid once done is closed
}

// follow subscribes after a cursor, or from now on if that is empty, and waits until the stream has delivered all
// earlier events.
func (c *caller) follow(after string, filter object) *stream {
	c.Helper()
	s := c.subscribe(after, filter)
	s.await("StreamReady", func(items []item) bool {
		return slices.ContainsFunc(items, func(i item) bool { return i.Type == "StreamReady" })
	})
	return s
}

// subscribe starts a stream.
func (c *caller) subscribe(after string, filter object) *stream {
	c.Helper()
	variables := object{}
	if after != "" {
		variables["after"] = after
	}
	if filter != nil {
		variables["filter"] = filter
	}
	s := &stream{TB: c.TB, done: make(chan struct{})}
	var ctx context.Context
	ctx, s.cancel = context.WithCancel(context.Background()) // not the test's context, which ends before its cleanups
	c.Cleanup(s.leave)
	go func() {
		defer close(s.done)
		err := c.Subscribe(ctx, eventsDocument, variables, s.take)
		s.mu.Lock()
		s.err = err
		s.mu.Unlock()
	}()
	return s
}

// take stores an item.
func (s *stream) take(data json.RawMessage) error {
	var answer struct{ Item item }
	if err := json.Unmarshal(data, &answer); err != nil {
		return err
	}
	answer.Item.raw = string(data)
	s.mu.Lock()
	s.items = append(s.items, answer.Item)
	s.mu.Unlock()
	s.news.tell()
	return nil
}

// leave ends the stream as a client and waits for its end.
func (s *stream) leave() {
	s.cancel()
	<-s.done
}

// all returns the items so far.
func (s *stream) all() []item {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.items)
}

// events returns the items so far that are more than a position.
func (s *stream) events() []item {
	return slices.DeleteFunc(s.all(), func(i item) bool { return i.Type == "StreamReady" })
}

// place returns the newest cursor, or an empty text before the first.
func (s *stream) place() string { return placeOf(s.all()) }

// placeOf returns the cursor of the newest item that has one, or an empty text.
func placeOf(items []item) string {
	for _, i := range slices.Backward(items) {
		if i.Cursor != "" {
			return i.Cursor
		}
	}
	return ""
}

// await waits until the items so far satisfy a condition.
func (s *stream) await(what string, satisfied func([]item) bool) {
	s.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		changed := s.news.next()
		if s.satisfies(satisfied) {
			return
		}
		select {
		case <-changed:
		case <-s.done:
			if s.satisfies(satisfied) {
				return
			}
			s.Fatalf("the stream ended before %s: %v", what, s.err)
		case <-late.C:
			s.Fatalf("the stream did not show %s; it showed %d items, at last %s", what, len(s.all()), s.place())
		}
	}
}

func (s *stream) satisfies(condition func([]item) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return condition(s.items)
}

// through waits until the stream has passed a cursor, and returns the events up to it, without signals.
func (s *stream) through(cursor string) []item {
	s.Helper()
	s.await("everything up to "+cursor, func(items []item) bool {
		return placeOf(items) >= cursor
	})
	return slices.DeleteFunc(s.events(), func(i item) bool { return i.Cursor == "" || i.Cursor > cursor })
}

// ended waits until the stream has ended by itself, and returns the error that it ended with.
func (s *stream) ended() error {
	s.Helper()
	select {
	case <-s.done:
		return s.err
	case <-time.After(patience):
		s.Fatalf("the stream did not end; it showed %d items, at last %s", len(s.all()), s.place())
		return nil
	}
}

// endsWithClose expects that the server closes the socket with a code.
func (s *stream) endsWithClose(code int) {
	s.Helper()
	var closed *client.ClosedError
	if err := s.ended(); !errors.As(err, &closed) || closed.Code != code {
		s.Errorf("the stream ended with %v, want close code %d", err, code)
	}
}

// endsWithError expects that the server ends the stream with an error, and returns the cursor in that error.
func (s *stream) endsWithError(code string) (cursor string) {
	s.Helper()
	err := s.ended()
	if got := codes(err); !slices.Equal(got, []string{code}) {
		s.Errorf("the stream ended with %v, want %s", err, code)
		return ""
	}
	var failure *client.Error
	errors.As(err, &failure)
	return failure.Problems[0].Extensions.Cursor
}

// kinds returns the types of items.
func kinds(items []item) []string {
	list := make([]string, len(items))
	for i, v := range items {
		list[i] = v.Type
	}
	return list
}

// sameEvents compares what two streams showed, item by item.
func sameEvents(t testing.TB, what string, got, want []item) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if got[i].raw != want[i].raw {
			t.Errorf("%s: item %d is\n%s\nwant\n%s", what, i, got[i].raw, want[i].raw)
			return
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d items, want %d", what, len(got), len(want))
	}
}

// inOrder expects that cursors rise: no event comes twice or late.
func inOrder(t testing.TB, items []item) {
	t.Helper()
	last := ""
	for i, item := range items {
		if item.Cursor == "" {
			continue // it is not in the log
		}
		if item.Cursor <= last {
			t.Errorf("item %d has the cursor %s after %s", i, item.Cursor, last)
		}
		last = item.Cursor
	}
}
