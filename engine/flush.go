package engine

import (
	"encoding/json"
	"fmt"

	"foyer/inbox"
	"foyer/store"
)

// flush writes what is pending, in an order in which each row finds those that it refers to. If a unique value exists
// already, it fails with the error of the row that has it.
func (s *rows) flush() error {
	err := s.write(s.target)
	if err != nil {
		s.target.Fail(err) // even if a caller ignores the error, what has been written must not be committed
	}
	return err
}

func (s *rows) write(tx *store.Tx) error {
	for _, write := range [...]func(*rows, *store.Tx) error{
		(*rows).writeContacts, (*rows).writeConversations, (*rows).writeRuns, (*rows).writeMessages, (*rows).writeTimers,
	} {
		if err := write(s, tx); err != nil {
			return err
		}
	}
	return nil
}

// flushed writes what is pending and returns the transaction, for statements that have to find everything. If the writing
// fails, so does every further statement.
func (s *rows) flushed() *store.Tx {
	_ = s.flush() // the transaction has the error
	return s.target
}

func (s *rows) writeContacts(tx *store.Tx) error {
	for _, c := range s.changedContacts {
		var err error
		if c.isNew {
			err = tx.InsertContact(&c.Contact)
		} else {
			err = tx.UpdateContact(&c.stored, &c.Contact)
		}
		if err != nil {
			return err
		}
		c.stored, c.isNew, c.dirty = c.Contact, false, false
	}
	for _, i := range s.newIdentities {
		if err := refuseTwice(tx.InsertIdentity(i.ContactIdentity), i.taken); err != nil {
			return err
		}
	}
	s.changedContacts, s.newIdentities = nil, nil
	return nil
}

// refuseTwice returns the row's own error if the store has refused it because of a unique value.
func refuseTwice(err error, taken func() error) error {
	if taken != nil && store.IsUnique(err) {
		return taken()
	}
	return err
}

// writeConversations writes conversations, and their changes of the stored counts.
func (s *rows) writeConversations(tx *store.Tx) error {
	var counts map[inbox.Scope]store.Counts
	for _, c := range s.touched {
		if !c.dirty {
			continue
		}
		var err error
		if c.isNew {
			err = tx.InsertConversation(&c.Conversation)
		} else {
			err = tx.UpdateConversation(&c.stored, &c.Conversation)
		}
		if err != nil {
			return err
		}
		after := store.CountsOf(&c.Conversation)
		if was, is := c.stored.Scope(), c.Scope(); was != is || c.counted != after {
			if counts == nil {
				counts = make(map[inbox.Scope]store.Counts, 2)
			}
			counts[was] = counts[was].Plus(c.counted, -1)
			counts[is] = counts[is].Plus(after, 1)
		}
		c.stored, c.counted, c.isNew, c.dirty = c.Conversation, after, false, false
	}
	if counts == nil {
		return nil
	}
	queues := make(map[inbox.TeamID]int)
	for scope, n := range counts {
		queues[scope.Team] += n.Queued
	}
	for id, n := range queues {
		if id == 0 || n == 0 { // the workspace's own queue has no row to keep its length
			continue
		}
		if err := tx.AddQueueLength(id, n); err != nil {
			return err
		}
		if t := s.teams[id]; t != nil {
			t.stored += int32(n)
		}
	}
	return tx.AddCounts(counts)
}

// writeRuns writes runs. One that has ended is written before the next of its workflow for the contact.
func (s *rows) writeRuns(tx *store.Tx) error {
	for _, r := range s.changedRuns {
		if !r.dirty {
			continue
		}
		if err := r.encode(); err != nil {
			return err
		}
		var err error
		if r.isNew {
			err = tx.InsertRun(&r.WorkflowRun)
		} else {
			err = tx.UpdateRun(&r.WorkflowRun)
		}
		if err != nil {
			return err
		}
		r.isNew, r.dirty = false, false
	}
	for _, m := range s.marks {
		if err := tx.MarkContact(m.workflow, m.contact); err != nil {
			return err
		}
	}
	s.marks = nil
	return nil
}

// writeMessages writes messages, notes and decisions.
func (s *rows) writeMessages(tx *store.Tx) error {
	for _, m := range s.messages {
		if err := refuseTwice(tx.InsertMessage(m.Message), m.taken); err != nil {
			return err
		}
		if m.fullText == nil && len(m.warnings) == 0 {
			continue
		}
		if err := tx.InsertMessageExtra(m.ID, m.fullText, m.warnings); err != nil {
			return err
		}
	}
	for _, n := range s.notes {
		if err := tx.InsertNote(n.Note, n.contact); err != nil {
			return err
		}
	}
	for _, d := range s.decisions {
		if err := tx.InsertDecision(d); err != nil {
			return err
		}
	}
	s.messages, s.notes, s.decisions = nil, nil, nil
	return nil
}

func (s *rows) writeTimers(tx *store.Tx) error {
	for _, t := range s.timers {
		var err error
		if t.Due == 0 {
			err = tx.ClearTimer(t.Kind, t.SubjectID)
		} else {
			err = tx.SetTimer(t)
		}
		if err != nil {
			return err
		}
	}
	s.timers = nil
	return nil
}

// encode updates the stored form of a run's progress.
func (r *run) encode() error {
	var err error
	if r.State, err = json.Marshal(r.progress); err != nil {
		return fmt.Errorf("encode state of run %d: %w", r.ID, err)
	}
	if r.Variables, err = variablesOf(r.progress.State); err != nil {
		return fmt.Errorf("encode variables of run %d: %w", r.ID, err)
	}
	return nil
}
