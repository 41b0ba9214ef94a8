package engine

import (
	"context"
	"errors"

	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

// maxAnswers is how many answers a simulation takes: more than all questions of a document, each asked as often as it may.
const maxAnswers = 1_000

// WorkflowSimulateInput is a document and the circumstances to try it in.
type WorkflowSimulateInput struct {
	Definition inbox.JSON
	ContactID  *inbox.ContactID       // an existing contact
	Contact    *SimulatedContactInput // or a made-up one; neither: somebody about whom nothing is known
	Message    *SimulatedMessageInput // their last message
	Answers    []*string              // their answers to the questions, in turn; nil: no answer in time
	At         *inbox.Time            // nil: now
	Outside    Outside                // not part of the API
}

// Outside stands in for what a simulation does not reach. Its functions may be called from several goroutines.
type Outside struct {
	Respond func(workflow.HTTP) workflow.Outcome  // answers requests, which are never sent; nil: each fails
	Start   func(workflow.Start) workflow.Outcome // starts other workflows; nil: those that are published run
}

// SimulatedContactInput is a contact that is made up. They are on the channel that they write on, and on no other.
type SimulatedContactInput struct {
	ExternalID *string
	ContactCreateInput
}

// SimulatedMessageInput is what they wrote.
type SimulatedMessageInput struct {
	Text *string
}

// WorkflowSimulation is what a run would do.
type WorkflowSimulation struct {
	Matches    bool // whether the trigger's condition holds; it is run either way
	Status     inbox.WorkflowRunStatus
	Steps      []inbox.WorkflowRunStep // if the run waits for an answer, the last one is that question, without an exit
	Sent       []string
	Error      *string // why it FAILED
	TeamID     *inbox.TeamID
	AssigneeID *inbox.AgentID
	Reason     *string // of the last assignment, a sentence; nil if nobody had to be assigned
	Candidates []inbox.AssignmentCandidate
}

// WorkflowSimulate runs a document as a real run would go, and changes nothing: it uses a trial of the database. It fails
// with FORBIDDEN, NOT_FOUND (the contact), INVALID, LIMIT_EXCEEDED and *InvalidDocumentError.
func (e *Engine) WorkflowSimulate(ctx context.Context, caller inbox.Caller, in WorkflowSimulateInput) (*WorkflowSimulation, error) {
	if !caller.Manages() {
		return nil, inbox.Forbidden("Only managers can simulate workflows.")
	}
	return e.simulate(ctx, in, func(r *store.Reader) (*workflow.Definition, error) {
		def, problems, err := compile(r, &inbox.Workflow{Definition: in.Definition})
		return def, errors.Join(err, documentError(problems))
	})
}

// Simulate is WorkflowSimulate for a definition that is compiled already, on behalf of the program itself.
func (e *Engine) Simulate(ctx context.Context, def *workflow.Definition, in WorkflowSimulateInput) (*WorkflowSimulation, error) {
	return e.simulate(ctx, in, func(*store.Reader) (*workflow.Definition, error) { return def, nil })
}

func (e *Engine) simulate(ctx context.Context, in WorkflowSimulateInput, compile func(*store.Reader) (*workflow.Definition, error)) (
	*WorkflowSimulation, error) {
	made, err := in.check(e.limits)
	if err != nil {
		return nil, err
	}
	var contact inbox.ContactID // zero for one that is made up
	set(&contact, in.ContactID)
	return store.Try(ctx, e.db, contact, func(tx *store.Tx) (*WorkflowSimulation, error) {
		def, err := compile(&tx.Reader)
		if err != nil {
			return nil, err
		}
		s := newSimulation(e, tx, def, in)
		if err := s.play(in, made); err != nil {
			return nil, err
		}
		return s.result()
	})
}

// check returns the made-up contact.
func (in *WorkflowSimulateInput) check(l Limits) (newContact, error) {
	if in.Contact != nil && in.ContactID != nil {
		return newContact{}, inbox.Errorf(inbox.CodeInvalid, "contact", "Give a contact or a contactId, not both.")
	}
	if len(in.Answers) > maxAnswers {
		return newContact{}, inbox.Errorf(inbox.CodeLimitExceeded, "answers", "There may be at most {limit} answers.", inbox.Named("limit", maxAnswers))
	}
	for _, answer := range in.Answers {
		if err := atMost("answers", answer, l.Text); err != nil {
			return newContact{}, err
		}
	}
	if in.Message != nil {
		if err := atMost("message.text", in.Message.Text, l.Text); err != nil {
			return newContact{}, err
		}
	}
	if in.Contact == nil {
		return newContact{}, nil
	}
	made, err := in.Contact.normal("contact.", l)
	if err == nil {
		err = atMost("contact.externalId", in.Contact.ExternalID, maxExternalID)
	}
	made.FirstIdentity = blankToNil(in.Contact.ExternalID)
	return made, err
}
