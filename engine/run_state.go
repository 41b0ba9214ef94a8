package engine

import (
	"encoding/json"
	"fmt"

	"foyer/engine/workflow"
	"foyer/inbox"
)

// run loads a run.
func (w *work) run(id inbox.WorkflowRunID) (*run, error) {
	if r, ok := w.runs[id]; ok {
		return r, nil
	}
	stored, err := w.tx.Run(id)
	if err != nil {
		return nil, err
	}
	if stored == nil {
		return nil, fmt.Errorf("workflow run %d is missing", id)
	}
	return w.holdRun(stored)
}

// holdRun takes a run that was just loaded into the work.
func (w *work) holdRun(stored *inbox.WorkflowRun) (*run, error) {
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
	w.keepRun(r)
	return r, nil
}

func (w *work) keepRun(r *run) {
	if w.runs == nil {
		w.runs = make(map[inbox.WorkflowRunID]*run)
	}
	w.runs[r.ID] = r
}

func (w *work) markRun(r *run) {
	if !r.changed {
		r.changed = true
		w.changedRuns = append(w.changedRuns, r)
	}
}

// isIn reports whether the run is in a conversation.
func (r *run) isIn(c *conversation) bool { return r.ConversationID != nil && *r.ConversationID == c.ID }

// activeRuns returns the runs of a conversation that have yet to end.
func (w *work) activeRuns(c *conversation) ([]*run, error) {
	var active []*run
	if c.fresh || c.ContactID == w.idle { // nothing but this work can have started one
		for _, r := range w.runs {
			if r.isIn(c) && r.Status.Active() {
				active = append(active, r)
			}
		}
		return inOrder(active), nil
	}
	stored, err := w.tx.ActiveRuns(c.ContactID)
	if err != nil {
		return nil, err
	}
	for _, s := range stored {
		r, err := w.holdRun(s)
		if err != nil {
			return nil, err
		}
		if r.isIn(c) && r.Status.Active() {
			active = append(active, r)
		}
	}
	return active, nil
}

// storeRuns stores the runs that changed and tells of each once.
func (w *work) storeRuns() error {
	for _, r := range w.changedRuns {
		if err := w.storeRun(r); err != nil {
			return err
		}
		if err := w.tellRun(r); err != nil {
			return err
		}
	}
	w.changedRuns = nil
	w.seen = len(w.tx.Appended())
	return nil
}

func (w *work) storeRun(r *run) error {
	var err error
	if r.State, err = json.Marshal(r.progress); err != nil {
		return fmt.Errorf("encode state of run %d: %w", r.ID, err)
	}
	if r.Variables, err = variablesOf(r.progress.State); err != nil {
		return fmt.Errorf("encode variables of run %d: %w", r.ID, err)
	}
	return w.tx.UpdateRun(&r.WorkflowRun)
}

// storeEnded stores that a workflow's run for a contact has ended, so that the next can start.
func (w *work) storeEnded(id inbox.WorkflowID, contact inbox.ContactID) error {
	for _, r := range w.changedRuns {
		if r.WorkflowID == id && r.ContactID == contact && !r.Status.Active() {
			if err := w.storeRun(r); err != nil {
				return err
			}
		}
	}
	return nil
}

func variablesOf(state workflow.State) (inbox.JSON, error) {
	if len(state.Variables) == 0 {
		return inbox.JSON("{}"), nil
	}
	return json.Marshal(state.Variables)
}

func (w *work) tellRun(r *run) error {
	event := &inbox.WorkflowRunChanged{RunID: r.ID, RunStatus: r.Status}
	event.EventMeta = inbox.EventMeta{At: w.now, Actor: inbox.ByRun(r.ID)}
	if r.EndedBy != nil {
		event.Actor = *r.EndedBy
	}
	c, err := w.runConversation(r)
	if err != nil {
		return err
	}
	if c != nil {
		event.ConversationID, event.Before, event.After = c.ID, c.Scope(), c.Scope()
	}
	w.tx.Append(event)
	r.changed = false
	return nil
}

// runConversation returns the conversation a run is in, or nil.
func (w *work) runConversation(r *run) (*conversation, error) {
	if r.ConversationID == nil {
		return nil, nil
	}
	c, err := w.conversation(*r.ConversationID)
	if err == nil && c == nil {
		err = fmt.Errorf("conversation %d of run %d is missing", *r.ConversationID, r.ID)
	}
	return c, err
}
