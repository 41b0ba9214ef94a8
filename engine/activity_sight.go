package engine

import (
	"context"
	"fmt"
	"time"

	"foyer/inbox"
	"foyer/store"
)

// Who loses sight of a conversation no longer views it. A commit that changes who sees what only notes that, and RunActivity
// finds out what has become of it.

// doubts are the conversations, and the agents, of whom it must be found out whether they are still in sight.
type doubts struct {
	conversations map[inbox.ConversationID]struct{}
	agents        map[inbox.AgentID]struct{}
}

func newDoubts() doubts {
	return doubts{make(map[inbox.ConversationID]struct{}), make(map[inbox.AgentID]struct{})}
}

// changesSight reports whether an event changes who sees its conversation, or what its agent sees.
func changesSight(event inbox.Event) bool {
	switch event := event.(type) {
	case *inbox.AgentChanged:
		return event.Scope
	case inbox.ConversationEvent:
		return event.Where().Before != event.Where().After
	default:
		return false
	}
}

// moved takes in the events of a commit.
func (t *activities) moved(events []inbox.Event) {
	t.moves.Add(1)
	for _, event := range events {
		if !changesSight(event) {
			continue
		}
		switch event := event.(type) {
		case *inbox.AgentChanged:
			t.doubt(0, event.AgentID)
		case inbox.ConversationEvent:
			t.doubt(event.Where().ConversationID, 0)
		}
	}
}

// doubt notes that a conversation may be out of sight of those who view it, and that an agent may have lost sight of
// conversations. Zero ids stand for none.
func (t *activities) doubt(conversation inbox.ConversationID, agent inbox.AgentID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.in[conversation]) > 0 {
		t.conversations[conversation] = struct{}{}
		t.wake()
	}
	if len(t.of[agent]) > 0 {
		t.agents[agent] = struct{}{}
		t.wake()
	}
}

// doubtful returns the conversations that may be out of sight, each with those who view it, and forgets the doubts.
func (t *activities) doubtful() map[inbox.ConversationID][]inbox.AgentID {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.conversations)+len(t.agents) == 0 {
		return nil
	}
	pairs := make(map[inbox.ConversationID][]inbox.AgentID)
	for id := range t.conversations {
		for _, a := range t.in[id] {
			pairs[id] = append(pairs[id], a.agent)
		}
	}
	for agent := range t.agents {
		for _, a := range t.of[agent] {
			if _, known := t.conversations[a.conversation]; !known {
				pairs[a.conversation] = append(pairs[a.conversation], agent)
			}
		}
	}
	t.doubts = newDoubts()
	return pairs
}

// doubtAgain puts back what doubtful returned, and wakes nobody.
func (t *activities) doubtAgain(pairs map[inbox.ConversationID][]inbox.AgentID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for id := range pairs {
		t.conversations[id] = struct{}{}
	}
}

// RunActivity lets activities lapse until ctx ends, and ends those of agents who have lost sight of the conversation. It
// returns nil; what fails is logged and tried again.
func (e *Engine) RunActivity(ctx context.Context) error {
	ctx = store.WithOrigin(ctx, store.Origin{Operation: "activity"})
	for {
		var due <-chan time.Time
		if next := e.SettleActivity(ctx); next > 0 {
			due = time.After(next)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-e.activities.news:
		case <-due:
		}
	}
}

// SettleActivity ends the activities that have lapsed, and those that are out of sight. It returns how long to wait before
// something lapses again; zero if nothing will. RunActivity calls it each time it wakes.
func (e *Engine) SettleActivity(ctx context.Context) time.Duration {
	now := e.now()
	next := e.activities.lapse(now)
	if pairs := e.activities.doubtful(); pairs != nil {
		if err := e.endUnseen(ctx, pairs); err != nil {
			e.logUnlessEnding(ctx, "find out who still sees what they view", err)
			e.activities.doubtAgain(pairs)
			return retryInterval
		}
	}
	if next == 0 {
		return 0
	}
	return next.Std().Sub(now.Std())
}

// endUnseen ends the activities of agents in conversations that they do not see.
func (e *Engine) endUnseen(ctx context.Context, pairs map[inbox.ConversationID][]inbox.AgentID) error {
	unseen, err := store.View(ctx, e.db, func(r *store.ReadTx) (map[inbox.ConversationID][]inbox.AgentID, error) {
		unseen := make(map[inbox.ConversationID][]inbox.AgentID)
		for id, agents := range pairs {
			for _, agent := range agents {
				a, err := r.Agent(agent)
				if err != nil {
					return nil, fmt.Errorf("find an agent: %w", err)
				}
				seen := false
				if a != nil {
					if seen, err = sees(&r.Reader, a.Caller(), id); err != nil {
						return nil, fmt.Errorf("find a conversation: %w", err)
					}
				}
				if !seen {
					unseen[id] = append(unseen[id], agent)
				}
			}
		}
		return unseen, nil
	})
	if err != nil {
		return err
	}
	t, now := e.activities, e.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	for id, agents := range unseen {
		for _, agent := range agents {
			if a := t.find(agent, id); a != nil {
				t.end(a, now)
			}
		}
	}
	return nil
}
