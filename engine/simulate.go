package engine

import (
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
	ContactID  *inbox.ContactID       // a contact there is, or
	Contact    *SimulatedContactInput // one made up; neither: somebody of whom nothing is known
	Message    *SimulatedMessageInput // what they wrote last
	Answers    []*string              // what they answer to the questions, in turn; nil: nothing in time
	At         *inbox.Time            // nil: now
}

// SimulatedContactInput is a contact that is made up.
type SimulatedContactInput struct {
	ExternalID     *string
	FirstName      *string
	LastName       *string
	Email          *string
	Phone          *string
	Language       *string
	Country        *string
	Avatar         *inbox.URL
	Tags           []string
	LifecycleStage *string
	Fields         inbox.JSON // custom ones by name; nil: none
}

// SimulatedMessageInput is what they wrote.
type SimulatedMessageInput struct {
	Text *string
}

// WorkflowSimulation is what a run would do.
type WorkflowSimulation struct {
	Matches    bool // whether the trigger's condition holds; it is run either way
	Status     inbox.WorkflowRunStatus
	Steps      []inbox.WorkflowRunStep // the last one, without an exit, is the question it waits in, if it does
	Sent       []string
	Error      *string // why it FAILED
	TeamID     *inbox.TeamID
	AssigneeID *inbox.AgentID
	Reason     *string // of the last assignment, a sentence; nil where nobody was to be assigned
	Candidates []inbox.AssignmentCandidate
}

// WorkflowSimulate runs a document as its run would go, in the world that the snapshot shows, and changes nothing: a
// simulation has no transaction to write in. It fails with FORBIDDEN, NOT_FOUND (the contact), INVALID, LIMIT_EXCEEDED and
// *InvalidDocumentError.
func (e *Engine) WorkflowSimulate(r *store.Reader, caller inbox.Caller, in WorkflowSimulateInput) (*WorkflowSimulation, error) {
	if !caller.Manages() {
		return nil, inbox.Forbidden("Only managers simulate workflows.")
	}
	profile, err := in.check(e.limits)
	if err != nil {
		return nil, err
	}
	d, err := newDirectory(r)
	if err != nil {
		return nil, err
	}
	def, problems := workflow.Compile(in.Definition, d)
	if err := errors.Join(d.err, documentError(problems)); err != nil {
		return nil, err
	}
	s := newSimulation(e.world(r), in)
	if err := s.setScene(def.Trigger(), in, profile); err != nil {
		return nil, err
	}
	return s.try(def)
}

// check returns the made-up contact in its normal form.
func (in *WorkflowSimulateInput) check(l Limits) (inbox.Contact, error) {
	var profile inbox.Contact
	if in.Contact != nil && in.ContactID != nil {
		return profile, inbox.Errorf(inbox.CodeInvalid, "contact", "Give a contact or the id of one, not both.")
	}
	if len(in.Answers) > maxAnswers {
		return profile, inbox.Errorf(inbox.CodeLimitExceeded, "answers", "At most %s answers.", inbox.Thousands(maxAnswers))
	}
	for _, answer := range in.Answers {
		if err := atMost("answers", answer, l.Text); err != nil {
			return profile, err
		}
	}
	if in.Message != nil {
		if err := atMost("message.text", in.Message.Text, l.Text); err != nil {
			return profile, err
		}
	}
	if in.Contact == nil {
		return profile, nil
	}
	c := in.Contact
	profile, err := Profile{c.FirstName, c.LastName, c.Email, c.Phone, c.Language, c.Country, c.Avatar}.normal("contact.")
	if err := firstError(err, l.names("contact.", profile), atMost("contact.externalId", c.ExternalID, maxExternalID)); err != nil {
		return profile, err
	}
	profile.FirstIdentity = blankToNil(c.ExternalID)
	profile.Tags, err = l.withTags("contact.tags", nil, c.Tags, nil)
	return profile, err
}

// describe returns the made-up contact what the workspace must know: custom fields and the stage.
func (s *simulation) describe(profile *inbox.Contact, in *SimulatedContactInput) error {
	fields, err := readFields("contact.fields", in.Fields)
	if err != nil {
		return err
	}
	if profile.LifecycleStage, err = s.stage("contact.lifecycleStage", in.LifecycleStage); err != nil {
		return err
	}
	_, err = s.patchFields(profile, fields, false)
	return err
}

// try runs the workflow, and tells what happened in the words of the API.
func (s *simulation) try(def *workflow.Definition) (*WorkflowSimulation, error) {
	trigger := s.trigger(def.Trigger())
	matches, err := s.matches(0, def, s.latest(), trigger)
	if err != nil {
		return nil, err
	}
	r := &simulatedRun{run: run{def: def, progress: progress{Trigger: trigger, Depth: 1}}}
	if err := s.play(r); err != nil {
		return nil, err
	}
	told := &WorkflowSimulation{Matches: matches, Status: r.Status, Steps: r.Steps, Sent: s.sent, Error: r.Error, Reason: blankToNil(&s.reason)}
	if r.Status.Active() {
		told.Steps = append(told.Steps, inbox.WorkflowRunStep{Key: *r.CurrentStep, Type: r.waitsIn, At: s.now})
	}
	if c := s.in(r); c.routed {
		told.TeamID = c.TeamID
	}
	if c := s.in(r); c.given {
		told.AssigneeID = c.AssigneeID
	}
	if s.decision != nil {
		told.Candidates = s.decision.Candidates
	}
	return told, nil
}
