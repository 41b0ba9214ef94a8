package engine

import (
	"context"
	"sync"
	"time"

	"foyer/inbox"
	"foyer/store"
)

// A live connection of an agent is a websocket or an event stream of one of their sessions. This process counts its own in
// memory and stores, in a row, only whether an agent has any: an agent's first connection adds the row, the last one to go
// removes it. The count is the truth, and the row follows it: RunConnections writes where they differ, until they agree.

// connections counts the live connections of agents to this process.
type connections struct {
	news chan struct{} // has a value when a row differs

	mu      sync.Mutex
	agents  map[inbox.AgentID]*connected
	differs map[inbox.AgentID]struct{} // agents whose row is to be written
}

// connected is the live connections of one agent.
type connected struct {
	n      int
	stored bool // whether there is a row; the writer of the database sets it, so in the order of commits
}

func newConnections() connections {
	return connections{news: make(chan struct{}, 1), agents: make(map[inbox.AgentID]*connected), differs: make(map[inbox.AgentID]struct{})}
}

// open counts one more connection of an agent, unless the session that ctx ends with is over. close counts it off again.
func (c *connections) open(ctx context.Context, id inbox.AgentID) (closed func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ctx.Err() != nil { // looked at under the lock: forget is called once the sessions have ended
		return func() {}
	}
	a := c.of(id)
	a.n++
	c.compare(id, a)
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		a.n--
		if c.agents[id] == a { // else it has been forgotten
			c.compare(id, a)
		}
	}
}

// of returns what is known of an agent. The caller holds mu, as for compare.
func (c *connections) of(id inbox.AgentID) *connected {
	a := c.agents[id]
	if a == nil {
		a = &connected{}
		c.agents[id] = a
	}
	return a
}

// compare notes whether an agent's row is to be written.
func (c *connections) compare(id inbox.AgentID, a *connected) {
	if (a.n > 0) == a.stored {
		delete(c.differs, id)
		if a.n == 0 {
			delete(c.agents, id)
		}
		return
	}
	c.differs[id] = struct{}{}
	select {
	case c.news <- struct{}{}:
	default:
	}
}

// has reports whether an agent has a live connection to this process.
func (c *connections) has(id inbox.AgentID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := c.agents[id]
	return a != nil && a.n > 0
}

// written takes in that an agent's row was added or removed.
func (c *connections) written(id inbox.AgentID, stored bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := c.of(id)
	a.stored = stored
	c.compare(id, a)
}

// forget counts no connection any more that an agent has had so far. Their sessions have ended and their rows are removed.
func (c *connections) forget(id inbox.AgentID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.agents, id)
	delete(c.differs, id)
}

// different returns at most limit agents whose rows are to be written, and are not among those that failed.
func (c *connections) different(limit int, failed map[inbox.AgentID]struct{}) []inbox.AgentID {
	c.mu.Lock()
	defer c.mu.Unlock()
	var ids []inbox.AgentID
	for id := range c.differs {
		if len(ids) == limit {
			break
		}
		if _, again := failed[id]; !again {
			ids = append(ids, id)
		}
	}
	return ids
}

// Connect counts a live connection of an agent's session, with which ctx ends, until disconnect is called. It does not wait
// for what that changes.
func (e *Engine) Connect(ctx context.Context, agent inbox.AgentID) (disconnect func()) {
	closed := e.connections.open(ctx, agent)
	return func() {
		closed()
		if !e.connections.has(agent) {
			e.activities.leave(agent, e.now())
		}
	}
}

// connectionChunk is how many agents' rows are written at once.
const connectionChunk = 100

// RunConnections stores which agents have live connections until ctx ends. It returns nil; what fails is logged and tried
// again.
func (e *Engine) RunConnections(ctx context.Context) error {
	ctx = store.WithOrigin(ctx, store.Origin{Operation: "connections"})
	for {
		var again <-chan time.Time
		if !e.SyncConnections(ctx) {
			again = time.After(retryInterval)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-e.connections.news:
		case <-again:
		}
	}
}

// SyncConnections stores which agents have live connections by now, and reports whether that succeeded for all of them.
// RunConnections calls it each time that something has changed.
func (e *Engine) SyncConnections(ctx context.Context) bool {
	failed := make(map[inbox.AgentID]struct{})
	for ctx.Err() == nil {
		ids := e.connections.different(connectionChunk, failed)
		if len(ids) == 0 {
			return len(failed) == 0
		}
		for i, err := range changeEach(ctx, e, len(ids), func(w *work, i int) error { return w.syncConnections(ids[i]) }) {
			if err != nil {
				e.logUnlessEnding(ctx, "store whether an agent is connected", err, "agent", ids[i])
				failed[ids[i]] = struct{}{}
			}
		}
	}
	return false
}

// syncConnections makes an agent's row what the connections of this process are now.
func (w *work) syncConnections(id inbox.AgentID) error {
	connected := w.engine.connections.has(id)
	w.tx.AfterCommit(func() { w.engine.connections.written(id, connected) })
	a, err := find(w.read.Agent, id, "", "agent")
	if err != nil {
		return err
	}
	a.LastSeenAt = &w.now
	if connected {
		return w.connected(a)
	}
	return w.disconnected(a)
}

// connected takes in that an agent has a connection to this node.
func (w *work) connected(a *inbox.Agent) error {
	added, err := w.flushed().Connect(store.Connection{AgentID: a.ID, Node: w.engine.node, Since: w.now})
	if err != nil || !added {
		return err
	}
	w.clearTimer(store.TimerAway, int64(a.ID))
	if a.FormerPresence == nil {
		return w.flushed().UpdatePresence(a)
	}
	// They may have logged out since the connection opened, and it is about to close.
	if present, err := w.engine.accounts.HasSession(&w.flushed().Reader, a.ID); err != nil || !present {
		return err
	}
	return w.comeBack(a)
}

// disconnected takes in that an agent has no connection to this node any more. If it was their last one, they have the
// workspace's grace to come back.
func (w *work) disconnected(a *inbox.Agent) error {
	removed, err := w.flushed().Disconnect(a.ID, w.engine.node)
	if err != nil || !removed {
		return err
	}
	elsewhere, err := w.flushed().IsConnected(a.ID)
	if err != nil {
		return err
	}
	if !elsewhere && a.DisabledAt == nil {
		if err := w.setAway(a.ID, 0); err != nil {
			return err
		}
	}
	return w.flushed().UpdatePresence(a)
}

// setAway lets an agent go away when the workspace's grace is over, or least where that is longer.
func (w *work) setAway(id inbox.AgentID, least time.Duration) error {
	workspace, err := w.read.Workspace()
	if err != nil {
		return err
	}
	w.setTimer(store.Timer{Kind: store.TimerAway, SubjectID: int64(id), Due: w.now.Add(max(workspace.PresenceGrace.Std(), least))})
	return nil
}

// awayDue lets an agent go away whose grace is over, unless they have come back.
func (w *work) awayDue(id inbox.AgentID) error {
	a, err := w.read.Agent(id)
	if err != nil || a.DisabledAt != nil {
		return err
	}
	if connected, err := w.flushed().IsConnected(id); err != nil || connected {
		return err
	}
	if w.engine.connections.has(id) { // and the row is about to be written, unless the connection goes before
		return w.setAway(id, retryInterval)
	}
	return w.goAway(a)
}

// disconnect ends the connections of an agent whose sessions end in this transaction.
func (w *work) disconnect(id inbox.AgentID) error {
	w.clearTimer(store.TimerAway, int64(id))
	w.tx.AfterCommit(func() {
		w.engine.connections.forget(id)
		w.engine.activities.leave(id, w.now)
	})
	return w.flushed().DisconnectAll(id)
}

// BeginConnections forgets the connections that an earlier run of this node has left, which ended with it: the agents have the
// workspace's grace to come back. It is to be called once, before Run and Connect.
func (e *Engine) BeginConnections(ctx context.Context) error {
	_, err := change(ctx, e, system(), func(w *work) (struct{}, error) {
		workspace, err := w.read.Workspace()
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, w.flushed().RestartNode(e.node, w.now.Add(workspace.PresenceGrace.Std()))
	})
	return err
}
