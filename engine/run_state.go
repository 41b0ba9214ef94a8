package engine

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"foyer/engine/workflow"
	"foyer/inbox"
)

// run loads a run. It fails if there is none.
func (w *work) run(id inbox.WorkflowRunID) (*run, error) {
	if r, ok := w.runs[id]; ok {
		return r, nil
	}
	stored, err := w.stored.Run(id)
	if err != nil {
		return nil, err
	}
	if stored == nil {
		return nil, fmt.Errorf("workflow run %d is missing", id)
	}
	return w.loadedRun(stored)
}

// loadedRun returns the present state of a run that was just read.
func (w *work) loadedRun(stored *inbox.WorkflowRun) (*run, error) {
	if r, ok := w.runs[stored.ID]; ok {
		return r, nil
	}
	def, err := w.definition(stored.VersionID)
	if err != nil {
		return nil, err
	}
	r := &run{WorkflowRun: *stored, def: def}
	if err := json.Unmarshal(stored.State, &r.progress); err != nil {
		return nil, fmt.Errorf("decode state of run %d: %w", stored.ID, err)
	}
	w.cacheRun(r)
	return r, nil
}

// isIn reports whether the run is in a conversation.
func (r *run) isIn(c *conversation) bool { return r.ConversationID != nil && *r.ConversationID == c.ID }

// activeRuns returns the runs of a conversation that have yet to end, oldest first.
func (c *conversation) activeRuns() ([]*run, error) {
	active, err := c.w.activeRunsOf(c.ContactID)
	return slices.DeleteFunc(active, func(r *run) bool { return !r.isIn(c) }), err
}

// activeRunsOf returns the runs of a contact that have yet to end, oldest first.
func (w *work) activeRunsOf(id inbox.ContactID) ([]*run, error) {
	if !slices.Contains(w.runsKnown, id) {
		stored, err := w.stored.ActiveRuns(id)
		if err != nil {
			return nil, err
		}
		for _, r := range stored {
			if _, err := w.loadedRun(r); err != nil {
				return nil, err
			}
		}
		w.runsKnown = append(w.runsKnown, id)
	}
	var active []*run
	for _, r := range w.runs {
		if r.ContactID == id && r.Status.Active() {
			active = append(active, r)
		}
	}
	slices.SortFunc(active, func(a, b *run) int { return cmp.Compare(a.ID, b.ID) })
	return active, nil
}

// activeRun returns the run of a workflow for a contact that has yet to end, or nil if there is none.
func (w *work) activeRun(workflow inbox.WorkflowID, contact inbox.ContactID) (*run, error) {
	active, err := w.activeRunsOf(contact)
	if at := slices.IndexFunc(active, func(r *run) bool { return r.WorkflowID == workflow }); at >= 0 {
		return active[at], err
	}
	return nil, err
}

// announceRuns appends an event for each run that changed.
func (w *work) announceRuns() error {
	for _, r := range w.changedRuns {
		if err := r.announce(); err != nil {
			return err
		}
	}
	w.seen = len(w.tx.Appended())
	return nil
}

func variablesOf(state workflow.State) (inbox.JSON, error) {
	if len(state.Variables) == 0 {
		return inbox.JSON("{}"), nil
	}
	return json.Marshal(state.Variables)
}

func (r *run) announce() error {
	event := &inbox.WorkflowRunChanged{RunID: r.ID, RunStatus: r.Status}
	event.EventMeta = inbox.EventMeta{At: r.w.now, Actor: inbox.ByRun(r.ID)}
	if r.EndedBy != nil {
		event.Actor = *r.EndedBy
	}
	c, err := r.inConversation()
	if err != nil {
		return err
	}
	if c != nil {
		event.ConversationID, event.Before, event.After = c.ID, c.Scope(), c.Scope()
	}
	r.w.tx.Append(event)
	return nil
}

// inConversation returns the conversation that a run is in, or nil if it is in none.
func (r *run) inConversation() (*conversation, error) {
	if r.ConversationID == nil {
		return nil, nil
	}
	c, err := r.w.conversation(*r.ConversationID)
	if err == nil && c == nil {
		err = fmt.Errorf("conversation %d of run %d is missing", *r.ConversationID, r.ID)
	}
	return c, err
}
