package engine

import (
	"errors"
	"math"
	"time"

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
	s := &simulation{def: def, world: e.world(r), scene: &scene{stored: stored{r}}}
	s.holder = s.scene
	if in.At != nil {
		s.now = *in.At
	}
	if err := s.setScene(in, profile); err != nil {
		return nil, err
	}
	return s.run(in)
}

// check gives the made-up contact in its normal form.
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

// describe gives the made-up contact what the workspace must know: custom fields and the stage.
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

// simulation is a workflow tried in a world that is only read. Contact and conversation may be made up.
type simulation struct {
	world
	scene        *scene
	def          *workflow.Definition
	conversation *conversation
	decision     *decision // the last one
	reason       string    // of the last assignment
	failed       error     // the first failed read
}

// scene is what is stored, but for whom it is about.
type scene struct {
	stored
	who *inbox.Contact // made up or not
}

func (s *scene) contact(id inbox.ContactID) (*inbox.Contact, error) {
	if id == s.who.ID {
		return s.who, nil
	}
	return s.Contact(id)
}

// fromNowhere is the id of a conversation that is made up: every other of the contact is earlier.
const fromNowhere = inbox.ConversationID(math.MaxInt64)

// setScene finds or makes up the contact and the conversation.
func (s *simulation) setScene(in WorkflowSimulateInput, profile inbox.Contact) error {
	s.scene.who = &profile
	if in.Contact != nil {
		if err := s.describe(&profile, in.Contact); err != nil {
			return err
		}
	}
	if in.ContactID != nil {
		found, err := s.Contact(*in.ContactID)
		if err != nil {
			return err
		}
		if found == nil {
			return inbox.NotFound("contactId", "contact")
		}
		s.scene.who = found
	}
	var stored *inbox.Conversation
	var err error
	switch s.def.Trigger() {
	case triggerOpened: // a new one opens
	case triggerClosed:
		stored, err = s.LastConversation(s.scene.who.ID)
	default:
		stored, err = s.OpenConversation(s.scene.who.ID)
	}
	if err != nil {
		return err
	}
	if stored != nil {
		s.conversation = &conversation{Conversation: *stored}
		return nil
	}
	s.conversation = &conversation{Conversation: inbox.Conversation{
		ID: fromNowhere, Status: inbox.Open, Source: inbox.SourceContact, Priority: inbox.PriorityNormal, ContactID: s.scene.who.ID,
		OpenedAt: s.now, WaitingSince: &s.now,
	}}
	return s.setChannel()
}

// setChannel makes the contact write on the channel that they used last or, where they have none, on the first that is
// in use.
func (s *simulation) setChannel() error {
	last, err := s.LastConversation(s.scene.who.ID)
	if err != nil {
		return err
	}
	if last != nil && last.ChannelID != nil {
		s.conversation.ChannelID = last.ChannelID
		return nil
	}
	channels, err := s.ChannelList(0, maxBatch)
	for _, h := range channels {
		if h.DisabledAt == nil {
			s.conversation.ChannelID = &h.ID
			break
		}
	}
	return err
}

// trigger gives trigger.*, as far as the occasion can be told from the conversation.
func (s *simulation) trigger() map[string]any {
	switch c := s.conversation; s.def.Trigger() {
	case triggerOpened:
		return map[string]any{"source": string(c.Source)}
	case triggerClosed:
		source := inbox.CloseAgent
		if c.ClosedSource != nil {
			source = *c.ClosedSource
		}
		return map[string]any{"source": string(source), "category": value(c.Category)}
	default:
		return map[string]any{}
	}
}

// run runs the workflow.
func (s *simulation) run(in WorkflowSimulateInput) (*WorkflowSimulation, error) {
	facts, err := s.facts(s.def.Needs(), s.scene.who.ID, s.conversation.plain(), s.trigger())
	if err != nil {
		return nil, err
	}
	if in.Message != nil && facts.Message != nil {
		facts.Message["text"] = value(in.Message.Text)
	}
	if in.Message != nil && facts.Conversation != nil {
		facts.Conversation["last_inbound_text"] = value(in.Message.Text)
	}
	now, err := s.localNow(s.def.Needs())
	if err != nil {
		return nil, err
	}
	done := workflow.Simulate(s.def, workflow.Simulation{
		Facts: facts, Now: now, Answers: in.Answers, Assign: s.assign, Set: s.set, Tag: s.tag, Send: s.send, Team: s.routed, Later: s.later, Assignee: s.assigned,
		Closed: s.def.Trigger() == triggerClosed,
	})
	if s.failed != nil {
		return nil, s.failed
	}
	return s.tell(done)
}

// tell puts what happened into the words of the API.
func (s *simulation) tell(done workflow.Simulated) (*WorkflowSimulation, error) {
	told := &WorkflowSimulation{Matches: done.Matches, Status: done.Status, Sent: done.Sent, TeamID: done.Team}
	if done.Step != "" {
		done.Steps = append(done.Steps, workflow.StepRecord{Key: done.Step, Type: "ask", At: done.At})
	}
	var log run
	if err := log.record(done.Steps); err != nil {
		return nil, err
	}
	told.Steps = log.Steps
	if done.Err != nil {
		told.Error = new(done.Err.Error())
	}
	if id := inbox.ID(done.Assignee).Agent(); id != 0 {
		told.AssigneeID = &id
	}
	if done.Undecided {
		return told, nil
	}
	told.Reason = blankToNil(&s.reason)
	if s.decision != nil {
		var err error
		if told.Candidates, err = s.decision.candidates.List(); err != nil {
			return nil, err
		}
	}
	return told, nil
}

// note keeps the first failed read; the simulation's result is then worth nothing.
func (s *simulation) note(err error) {
	if s.failed == nil {
		s.failed = err
	}
}

// routed gives what is known of a team.
func (s *simulation) routed(id inbox.TeamID) map[string]any {
	c := *s.conversation
	c.TeamID = &id
	facts, err := s.teamFacts(s.def.Needs(), &c.Conversation)
	s.note(err)
	return facts
}

// later gives what is known of the conversation's team at a later time, which it then is.
func (s *simulation) later(now time.Time, facts workflow.Facts) map[string]any {
	s.now = inbox.At(now)
	c := s.as(facts)
	team, err := s.teamFacts(s.def.Needs(), &c.Conversation)
	s.note(err)
	return team
}

// as gives the conversation with the team and the assignee that the simulation has given it.
func (s *simulation) as(facts workflow.Facts) conversation {
	c := *s.conversation
	if team, changed := facts.Conversation["team"]; changed {
		c.TeamID = nil
		if id, ok := team.(string); ok {
			c.TeamID = new(inbox.ID(id).Team())
		}
	}
	if assignee, changed := facts.Conversation["assignee"]; changed {
		c.AssigneeID = nil
		if id, ok := assignee.(string); ok {
			c.AssigneeID = new(inbox.ID(id).Agent())
		}
	}
	return c
}

// assigned gives what is known of an assignee.
func (s *simulation) assigned(assignee string) map[string]any {
	id := inbox.ID(assignee).Agent()
	c := *s.conversation
	c.AssigneeID = &id
	facts, err := s.assigneeFacts(s.def.Needs(), &c.Conversation)
	s.note(err)
	return facts
}

// set changes the contact of the simulation alone, and gives the value as setField would keep it, and the name that the
// contact then goes by.
func (s *simulation) set(e workflow.SetField) (map[string]any, workflow.Outcome) {
	patched := *s.scene.who
	in, err := s.patchOf(patched.ID, e)
	if err == nil {
		_, err = s.patchContact(&patched, in)
	}
	if err != nil {
		outcome, err := fieldOutcome(err)
		s.note(err)
		return nil, outcome
	}
	s.scene.who = &patched
	facts, err := s.contactFacts(s.def.Needs(), patched.ID, s.conversation.plain())
	s.note(err)
	return map[string]any{"display_name": facts["display_name"], e.Field: facts[e.Field]}, workflow.Outcome{}
}

// tag changes the tags of the simulation's contact alone.
func (s *simulation) tag(e workflow.Tag) ([]string, workflow.Outcome) {
	patched := *s.scene.who
	_, err := s.patchContact(&patched, ContactPatch{ID: patched.ID, AddTags: e.Add, RemoveTags: e.Remove})
	outcome, err := s.engine.limits.tagOutcome(e, err)
	s.note(err)
	if outcome.Exit != "" {
		return nil, outcome
	}
	s.scene.who = &patched
	return patched.Tags, workflow.Outcome{}
}

// send tells whether a message could go out. Of a contact who is made up nobody knows which channels they are on.
func (s *simulation) send(e workflow.Send) workflow.Outcome {
	if s.scene.who.ID == 0 {
		return workflow.Outcome{}
	}
	var asked *inbox.ChannelID
	if e.Channel != 0 {
		asked = &e.Channel
	}
	_, err := s.outboundChannel(s.scene.who, asked, s.conversation.ChannelID)
	outcome, err := refusal(err)
	s.note(err)
	return outcome
}

// assign decides as a run would.
func (s *simulation) assign(e workflow.Assign, facts workflow.Facts) workflow.Outcome {
	outcome, err := s.decideFor(e, facts)
	if err != nil {
		outcome, err = refusal(err)
		s.reason = outcome.Error
	}
	s.note(err)
	if id, ok := outcome.Detail["assignee"].(string); ok && facts.Conversation["assignee"] != any(id) {
		owned := *s.scene.who
		owned.OwnerID = new(inbox.ID(id).Agent())
		s.scene.who = &owned
	}
	return outcome
}

// decideFor answers as applyAssign does, with the same decision, and carries nothing out.
func (s *simulation) decideFor(e workflow.Assign, facts workflow.Facts) (workflow.Outcome, error) {
	c := s.as(facts)
	s.decision, s.reason = nil, ""
	if e.By == workflow.AssignByAgent || e.By == workflow.AssignByOwner {
		return s.decideOne(e, &c)
	}
	request, err := requestOf(c.TeamID, e)
	if err != nil {
		return workflow.Outcome{}, err
	}
	if c.AssigneeID != nil {
		s.reason = "Somebody has the conversation already."
		return assignedOutcome(*c.AssigneeID), nil
	}
	decided, err := s.decide(&c, request)
	if err != nil {
		return workflow.Outcome{}, err
	}
	s.decision, s.reason = decided, decided.Reason
	if err := nobodyThere(decided); err != nil || decided.AssigneeID == nil {
		return workflow.Outcome{Exit: workflow.ExitTimeout}, err
	}
	return assignedOutcome(*decided.AssigneeID), nil
}

// decideOne answers as applyAssignOne does.
func (s *simulation) decideOne(e workflow.Assign, c *conversation) (workflow.Outcome, error) {
	decided, id, err := s.world.decideOne(c, e)
	if err != nil {
		return workflow.Outcome{}, err
	}
	if decided == nil {
		s.reason = "The agent has the conversation already."
		return assignedOutcome(id), nil
	}
	s.decision, s.reason = decided, decided.Reason
	if decided.AssigneeID == nil {
		return workflow.Outcome{}, inbox.Errorf(inbox.CodeInvalid, "", "%s", decided.Reason)
	}
	return assignedOutcome(id), nil
}
