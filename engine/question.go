package engine

import (
	"slices"
	"time"

	"foyer/engine/workflow"
	"foyer/inbox"
)

// A conversation has at most one open question: the contact's next message is its answer. A run that wants to ask in
// the meantime waits for its turn.

// asks reports whether the run has an open question: one that it has asked and that has no answer yet.
func (r *run) asks() bool {
	question := r.progress.State.Question
	return r.Status.Active() && question != nil && !question.Answered && !r.progress.Queued
}

// waitsForTurn reports whether the run waits to ask its question.
func (r *run) waitsForTurn() bool { return r.Status == inbox.RunWaiting && r.progress.Queued }

// asking returns the run, other than the given one, that has the open question of a conversation, or nil if there is none.
func (c *conversation) asking(other *run) (*run, error) {
	runs, err := c.activeRuns()
	if err != nil {
		return nil, err
	}
	if at := slices.IndexFunc(runs, func(r *run) bool { return r != other && r.asks() }); at >= 0 {
		return runs[at], nil
	}
	return nil, nil
}

// Ask asks a question, or makes the run wait for its turn.
func (h *host) Ask(e workflow.Ask) (*workflow.Outcome, error) {
	w, r, c := h.w, h.r, h.c
	if err := mustBeOpen(c); err != nil {
		return nil, err
	}
	other, err := c.asking(r)
	if err != nil {
		return nil, err
	}
	if r.progress.Queued = other != nil; r.progress.Queued {
		// The other question is over by its deadline, which resumes this run. The timer is there so that every run that waits
		// has one.
		r.progress.Deadline = max(other.progress.Deadline, w.now).Add(time.Second)
	} else {
		r.progress.Deadline = inbox.At(e.Deadline)
		text := e.Message()
		if _, err := c.send(inbox.Message{Text: &text}, nil); err != nil {
			return nil, err
		}
	}
	r.await(r.progress.Deadline)
	return nil, nil
}

// answerQuestion resumes the run that has the open question, if there is one, with the contact's message as its answer.
func (c *conversation) answerQuestion(m *inbox.Message) error {
	if !c.IsOpen() {
		return nil
	}
	r, err := c.asking(nil)
	if err != nil || r == nil || r.Status != inbox.RunWaiting {
		return err
	}
	answer := &workflow.Answer{Attachments: m.Attachments}
	if m.Text != nil {
		answer.Text = *m.Text
	}
	c.w.answers = append(c.w.answers, m.ID)
	return r.resume(workflow.Outcome{Answer: answer, Detail: map[string]any{"message": m.ID.String()}})
}

// askNext resumes the runs that wait to ask their question if the open one is over.
func (w *work) askNext() error {
	for len(w.unasked) > 0 {
		c := w.unasked[0]
		w.unasked = w.unasked[1:]
		for c.IsOpen() {
			other, err := c.asking(nil)
			if err != nil {
				return err
			}
			runs, err := c.activeRuns()
			if err != nil {
				return err
			}
			next := slices.IndexFunc(runs, (*run).waitsForTurn)
			if other != nil || next < 0 {
				break
			}
			if err := runs[next].resume(workflow.Outcome{Exit: workflow.ExitAgain}); err != nil {
				return err
			}
		}
	}
	return nil
}
