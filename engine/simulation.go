package engine

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

// maxEffects is how many effects a simulation applies. A document that starts others can ask for more than anybody reads.
const maxEffects = 2 * workflow.MaxExecuted

// draftVersion is the version of the document that is simulated.
const draftVersion = inbox.WorkflowVersionID(0)

// simulation runs a document in a transaction that is never committed (store.Try). Each message and each timer is a unit of
// work, as for real; the simulation decides when they happen, and notes what an author wants to know. Events start no other
// workflows, and runs that the contact already has do nothing.
type simulation struct {
	engine  *Engine
	tx      *store.Tx
	def     *workflow.Definition // of the document
	now     inbox.Time           // moves on when nothing else can happen
	contact inbox.ContactID
	run     inbox.WorkflowRunID // of the document; the runs that it starts have other ids
	outside Outside

	answers []*string                     // those that are left
	replies map[inbox.WorkflowRunID]reply // to the open question of each run
	effects int                           // that have been applied

	// What is noted.
	matches  bool
	sent     []string
	routed   map[inbox.ConversationID]bool // by a step or an event
	assigned map[inbox.ConversationID]bool // or unassigned, by a step or an event
	decision *decision                     // the last
	reason   string                        // of the last assignment
}

// reply is the contact's reaction to an open question.
type reply struct {
	text    *string // nil: they do not answer in time
	missing bool    // no answer was left
}

func newSimulation(e *Engine, tx *store.Tx, def *workflow.Definition, in WorkflowSimulateInput) *simulation {
	s := &simulation{engine: e, tx: tx, def: def, now: e.now(), answers: in.Answers, outside: in.Outside,
		replies: map[inbox.WorkflowRunID]reply{}, routed: map[inbox.ConversationID]bool{}, assigned: map[inbox.ConversationID]bool{}}
	set(&s.now, in.At)
	return s
}

// act calls fn with a unit of work at the time of the simulation, and lets everything follow from it.
func (s *simulation) act(fn func(w *work) error) error {
	w := newWork(s.engine, s.tx, system())
	w.now, w.trial, w.seen = s.now, s, len(s.tx.Appended())
	if err := fn(w); err != nil {
		return err
	}
	return w.settle()
}

// play starts the run, and goes on until it has ended or waits for an answer that is not given.
func (s *simulation) play(in WorkflowSimulateInput, made newContact) error {
	err := s.act(func(w *work) error {
		c, err := s.setScene(w, in, made)
		if err != nil {
			return err
		}
		return s.begin(w, c)
	})
	for more := true; more && err == nil; {
		more, err = s.next()
	}
	return err
}

// begin starts the run, whether the trigger's conditions hold or not.
func (s *simulation) begin(w *work, c *conversation) (err error) {
	trigger := map[string]any{}
	switch s.def.Trigger() {
	case triggerOpened:
		trigger["source"] = string(c.Source)
	case triggerClosed:
		trigger["source"], trigger["category"] = string(inbox.CloseAgent), value(c.Category)
		if c.ClosedSource != nil {
			trigger["source"] = string(*c.ClosedSource)
		}
	}
	if s.matches, err = w.matches(0, s.def, s.contact, &c.Conversation, trigger); err != nil {
		return err
	}
	r := &run{def: s.def, progress: progress{Trigger: trigger, Depth: 1}, WorkflowRun: inbox.WorkflowRun{VersionID: draftVersion,
		Status: inbox.RunRunning, ContactID: s.contact, ConversationID: &c.ID, StartedAt: s.now}}
	w.insertRun(r)
	s.run = r.ID
	return r.begin()
}

// next lets one thing happen: the timer that is due or, if none is, an answer or, if there is none, the next timer, to whose
// time the simulation then moves. It returns false if the run has ended, or waits for an answer that is not given.
func (s *simulation) next() (bool, error) {
	timers, err := s.tx.Timers(1)
	if err != nil {
		return false, err
	}
	if len(timers) > 0 && timers[0].Due <= s.now {
		return true, s.fire(timers[0])
	}
	main, err := s.tx.Run(s.run)
	if err != nil || !main.Status.Active() {
		return false, err
	}
	missing := false
	for _, id := range slices.Sorted(maps.Keys(s.replies)) {
		if s.replies[id].text != nil {
			return true, s.hear(id)
		}
		missing = missing || s.replies[id].missing
	}
	_, waitsIn, err := s.currentStep(main)
	if err != nil || len(timers) == 0 || missing && (waitsIn == "ask" || waitsIn == "start") {
		return false, err
	}
	s.now = timers[0].Due
	return true, s.fire(timers[0])
}

func (s *simulation) fire(t store.Timer) error {
	return s.act(func(w *work) error {
		if _, err := w.flushed().ClaimTimer(t, w.now); err != nil {
			return err
		}
		return w.fired(t)
	})
}

// hear lets the contact answer the question of a run.
func (s *simulation) hear(id inbox.WorkflowRunID) error {
	text := s.replies[id].text
	delete(s.replies, id)
	return s.act(func(w *work) error {
		r, err := w.run(id)
		if err != nil || !r.Status.Active() {
			return err
		}
		c, err := r.inConversation()
		if err != nil {
			return err
		}
		return s.say(w, c, text)
	})
}

// currentStep returns the key and the kind of the step that the document's run is in.
func (s *simulation) currentStep(r *inbox.WorkflowRun) (key, kind string, err error) {
	var at progress
	if err := json.Unmarshal(r.State, &at); err != nil {
		return "", "", fmt.Errorf("decode state of run %d: %w", r.ID, err)
	}
	key, kind = s.def.StepAt(at.State)
	return key, kind, nil
}

// noteDecision stores what automation decided. If a step has found nobody, its reason is kept until somebody is assigned: it
// says more than that of the queue, which follows.
func (s *simulation) noteDecision(d *decision, byRun bool) {
	if byRun || d.AssigneeID != nil || s.reason == "" {
		s.decision, s.reason = d, d.Reason
	}
}

// result returns what happened.
func (s *simulation) result() (*WorkflowSimulation, error) {
	for _, event := range s.tx.Appended() {
		switch e := event.(type) {
		case *inbox.ConversationRouted:
			s.routed[e.ConversationID] = true
		case *inbox.ConversationAssigned:
			s.assigned[e.ConversationID] = true
		case *inbox.ConversationUnassigned:
			s.assigned[e.ConversationID] = true
		}
	}
	r, err := s.tx.Run(s.run)
	if err != nil {
		return nil, err
	}
	done := &WorkflowSimulation{Matches: s.matches, Status: r.Status, Steps: r.Steps, Sent: s.sent, Error: r.Error, Reason: blankToNil(&s.reason)}
	for i := range done.Steps {
		if done.Steps[i].Detail, err = withoutIDs(done.Steps[i].Detail); err != nil {
			return nil, err
		}
	}
	if r.Status.Active() {
		key, kind, err := s.currentStep(r)
		if err != nil {
			return nil, err
		}
		done.Steps = append(done.Steps, inbox.WorkflowRunStep{Key: key, Type: kind, At: s.now})
	}
	c, err := s.tx.Conversation(*r.ConversationID)
	if err != nil {
		return nil, err
	}
	if s.routed[c.ID] {
		done.TeamID = c.TeamID
	}
	if s.assigned[c.ID] {
		done.AssigneeID = c.AssigneeID
	}
	if s.decision != nil {
		done.Candidates = s.decision.Candidates
	}
	return done, nil
}

// withoutIDs returns the detail of a step without the ids of messages and runs, which exist only in the simulation.
func withoutIDs(detail inbox.JSON) (inbox.JSON, error) {
	if detail == nil {
		return nil, nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(detail, &members); err != nil {
		return nil, fmt.Errorf("decode run log: %w", err)
	}
	delete(members, "message")
	delete(members, "run")
	if len(members) == 0 {
		return nil, nil
	}
	return json.Marshal(members)
}
