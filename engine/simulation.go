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

// simulation lets a run of a document happen in a trial of the database. What happens is done by the units of work that
// do it for real, one for each message and timer; the simulation decides when, and notes what an author wants to know.
// Other published workflows do not start by themselves, and runs that the contact has already do nothing.
type simulation struct {
	engine  *Engine
	tx      *store.Tx
	def     *workflow.Definition
	now     inbox.Time
	contact inbox.ContactID
	run     inbox.WorkflowRunID // of the document; started ones have others
	matches bool
	outside Outside

	answers []*string                      // those that have yet to be given
	replies map[inbox.WorkflowRunID]*reply // to the questions that are open
	effects int                            // that have been applied

	sent   []string
	routed map[inbox.ConversationID]bool // those that were routed
	given  map[inbox.ConversationID]bool // those that were assigned, or taken from an assignee

	decision *decision // the last one that named nobody by name
	reason   string    // of the last assignment
}

// reply is what the contact does about a question.
type reply struct {
	text    *string // nil: nothing in time
	unknown bool    // there are no more answers
}

func newSimulation(e *Engine, tx *store.Tx, def *workflow.Definition, in WorkflowSimulateInput) *simulation {
	s := &simulation{engine: e, tx: tx, def: def, now: e.now(), answers: in.Answers, outside: in.Outside,
		replies: map[inbox.WorkflowRunID]*reply{}, routed: map[inbox.ConversationID]bool{}, given: map[inbox.ConversationID]bool{}}
	if in.At != nil {
		s.now = *in.At
	}
	return s
}

// act does something now, and lets everything follow from it.
func (s *simulation) act(fn func(w *work) error) error {
	actor := inbox.BySystem()
	if s.contact != 0 {
		actor = inbox.ByContact(s.contact)
	}
	w := newWork(s.engine, s.tx, system())
	w.actor, w.now, w.trial, w.seen = actor, s.now, s, len(s.tx.Appended())
	if err := fn(w); err != nil {
		return err
	}
	return w.settle()
}

// play lets the run begin, and go on until it has ended or waits for an answer that is not given.
func (s *simulation) play(in WorkflowSimulateInput, made newContact) error {
	err := s.act(func(w *work) error {
		c, err := s.setScene(w, in, made)
		if err != nil {
			return err
		}
		return s.begin(w, c)
	})
	for going := true; going && err == nil; {
		going, err = s.goOn()
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
	return w.begin(r)
}

// goOn lets happen what comes next: what is due, an answer, or what is due later. It reports false where the run has ended,
// or waits for an answer that is not given.
func (s *simulation) goOn() (bool, error) {
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
	unknown := false
	for _, id := range slices.Sorted(maps.Keys(s.replies)) {
		if s.replies[id].text != nil {
			return true, s.hear(id)
		}
		unknown = unknown || s.replies[id].unknown
	}
	_, waitsIn, err := s.place(main)
	if err != nil || len(timers) == 0 || unknown && (waitsIn == "ask" || waitsIn == "start") {
		return false, err
	}
	s.now = timers[0].Due
	return true, s.fire(timers[0])
}

func (s *simulation) fire(t store.Timer) error {
	return s.act(func(w *work) error {
		if _, err := w.flushed().TakeTimer(t, w.now); err != nil {
			return err
		}
		return w.fired(t)
	})
}

// hear lets the contact answer a question.
func (s *simulation) hear(id inbox.WorkflowRunID) error {
	text := s.replies[id].text
	delete(s.replies, id)
	return s.act(func(w *work) error {
		r, err := w.run(id)
		if err != nil || !r.Status.Active() {
			return err
		}
		c, err := w.runConversation(r)
		if err != nil {
			return err
		}
		return s.say(w, c, text)
	})
}

// place returns the step that a run is in, by its key and kind.
func (s *simulation) place(r *inbox.WorkflowRun) (key, kind string, err error) {
	var at progress
	if err := json.Unmarshal(r.State, &at); err != nil {
		return "", "", fmt.Errorf("decode state of run %d: %w", r.ID, err)
	}
	key, kind = s.def.StepAt(at.State)
	return key, kind, nil
}

// decided notes what automation decided. Where a step found nobody, why is of more interest than what followed from that.
func (s *simulation) decided(d *decision, byRun bool) {
	if byRun || d.AssigneeID != nil || s.reason == "" {
		s.decision, s.reason = d, d.Reason
	}
}

// told returns what happened in the words of the API.
func (s *simulation) told() (*WorkflowSimulation, error) {
	for _, event := range s.tx.Appended() {
		switch e := event.(type) {
		case *inbox.ConversationRouted:
			s.routed[e.ConversationID] = true
		case *inbox.ConversationAssigned:
			s.given[e.ConversationID] = true
		case *inbox.ConversationUnassigned:
			s.given[e.ConversationID] = true
		}
	}
	r, err := s.tx.Run(s.run)
	if err != nil {
		return nil, err
	}
	told := &WorkflowSimulation{Matches: s.matches, Status: r.Status, Steps: r.Steps, Sent: s.sent, Error: r.Error, Reason: blankToNil(&s.reason)}
	for i := range told.Steps {
		if told.Steps[i].Detail, err = withoutIDs(told.Steps[i].Detail); err != nil {
			return nil, err
		}
	}
	if r.Status.Active() {
		key, kind, err := s.place(r)
		if err != nil {
			return nil, err
		}
		told.Steps = append(told.Steps, inbox.WorkflowRunStep{Key: key, Type: kind, At: s.now})
	}
	c, err := s.tx.Conversation(*r.ConversationID)
	if err != nil {
		return nil, err
	}
	if s.routed[c.ID] {
		told.TeamID = c.TeamID
	}
	if s.given[c.ID] {
		told.AssigneeID = c.AssigneeID
	}
	if s.decision != nil {
		told.Candidates = s.decision.Candidates
	}
	return told, nil
}

// withoutIDs returns the detail of a step without the ids of messages and runs that come to nothing.
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
