package workflow

import (
	"maps"
	"time"

	"foyer/inbox"
)

// Simulation is what a simulated run works with: a world made up, of which nothing is written to. It stands in for the
// engine where there is none: the engine simulates in its own world.
type Simulation struct {
	// Facts are those that Needs and TriggerNeeds name, Trigger too. Those that a step changes change for the steps
	// behind it.
	Facts Facts
	// Variables are those the run begins with.
	Variables map[string]any
	// Now is as Input.Now. Waiting moves it on.
	Now time.Time
	// Answers are what the contact answers to the questions, in turn; nil where nothing comes in time. When there are no
	// more, the simulation stops at the question.
	Answers []*string
	// Assign decides who would be assigned, as the engine would: with Detail["assignee"], ExitTimeout where nobody is
	// available, or ExitFailure. Nil: nobody is available.
	Assign func(effect Assign, facts Facts) Outcome
	// Request answers a request. Nil: none is sent, and it is as if each failed.
	Request func(effect HTTP) Outcome
	// Team returns Facts.Team for a team that the conversation is routed to. Nil: nothing is known of it.
	Team func(id inbox.TeamID) map[string]any
	// Assignee returns Facts.Assignee for whom Assign named. Nil: nothing is known of them.
	Assignee func(assignee string) map[string]any
	// Closed tells that the conversation is closed when the run begins, as after the event of its close.
	Closed bool
}

// Simulated is what a run would do.
type Simulated struct {
	// Matches reports whether the trigger's condition holds; it is run either way.
	Matches bool
	// Status is RunCompleted, RunFailed, or RunWaiting where there are no more answers.
	Status inbox.WorkflowRunStatus
	// Step is the question it waits in, by its key; empty where it has ended.
	Step string
	// Err says why it FAILED; nil otherwise.
	Err *Error
	// Steps is the run log.
	Steps []StepRecord
	// Effects are all that would be asked of the engine, in order.
	Effects []Effect
	// Sent are the texts that the contact would be sent, questions with their choices too.
	Sent []string
	// Team is where the conversation would be routed to last; nil where it would not be, or to no team.
	Team *inbox.TeamID
	// Assignee is who would be assigned last, as Simulation.Assign named them; empty for nobody.
	Assignee string
	// Variables are those of the run at its end.
	Variables map[string]any
	// At is when it would end.
	At time.Time
}

// Simulate runs a definition to its end, or to a question without an answer, without effects.
func Simulate(def *Definition, world Simulation) Simulated {
	s := simulator{
		world: world, facts: world.Facts, now: world.Now, closed: world.Closed,
		done: Simulated{Matches: def.Matches(world.Facts, world.Now)},
	}
	state, outcome := State{Variables: world.Variables}, Outcome{}
	for {
		var result Result
		state, result = Advance(def, state, Input{Now: s.now, Facts: s.facts, Outcome: outcome})
		s.done.Steps = append(s.done.Steps, result.Steps...)
		s.done.Status, s.done.Err, s.done.Variables, s.done.At = result.Status, result.Err, state.Variables, s.now
		if result.Ended {
			return s.done
		}
		s.done.Effects = append(s.done.Effects, result.Effect)
		var known bool
		if outcome, known = s.apply(result.Effect); !known {
			s.done.Step = state.Step
			return s.done
		}
	}
}

// simulator is a simulation under way.
type simulator struct {
	world  Simulation
	facts  Facts
	now    time.Time
	asked  int // answers used
	closed bool
	asleep time.Time // until then the conversation is snoozed
	done   Simulated
}

// apply does to the facts what the engine would do to the world. Not known means that the outcome never comes.
func (s *simulator) apply(effect Effect) (outcome Outcome, known bool) {
	switch e := effect.(type) {
	case SetField:
		s.facts.Contact = with(s.facts.Contact, e.Field, e.Value)
	case SetLifecycle:
		var stage any
		if e.Stage != nil {
			stage = *e.Stage
		}
		s.facts.Contact = with(s.facts.Contact, "lifecycle_stage", stage)
	case Tag:
		tags, _ := readList(s.facts.Contact["tags"])
		s.facts.Contact = with(s.facts.Contact, "tags", inbox.WithTags(tags, e.Add, e.Remove))
	case Open:
		s.open()
	case Wait:
		s.moveTo(e.Until)
	case HTTP:
		return s.request(e), true
	case Note, Start: // nothing that the steps could see
	default:
		if s.closed {
			return Outcome{Exit: ExitFailure, Error: "The conversation is closed; the next one is a new one."}, true
		}
		return s.applyOpen(effect)
	}
	return Outcome{}, true
}

// applyOpen does what needs an open conversation.
func (s *simulator) applyOpen(effect Effect) (outcome Outcome, known bool) {
	switch e := effect.(type) {
	case Send:
		s.send(e.Text)
	case Ask:
		s.send(e.Message())
		return s.answer(e)
	case Route:
		s.route(e)
	case Assign:
		return s.assign(e), true
	case Unassign:
		s.facts.Conversation = with(s.facts.Conversation, "assignee", nil)
		s.facts.Assignee, s.done.Assignee = nil, ""
	case Close:
		s.closed = true
		s.facts.Conversation = with(s.facts.Conversation, "closed_source", string(inbox.CloseWorkflow))
		s.facts.Conversation = with(s.facts.Conversation, "category", e.Category)
	case Snooze:
		s.asleep = e.Until
	}
	return Outcome{}, true
}

// open opens a conversation where none is open, of which nothing is known yet.
func (s *simulator) open() {
	if !s.closed {
		return
	}
	s.closed = false
	s.facts.Conversation = map[string]any{
		"source": string(inbox.SourceWorkflow), "priority": string(inbox.PriorityNormal), "opened_at": s.now,
		"channel": s.facts.Conversation["channel"],
	}
	s.facts.Message, s.facts.Team, s.facts.Assignee = nil, nil, nil
	s.done.Team, s.done.Assignee = nil, ""
}

// moveTo lets time pass; the zone stays.
func (s *simulator) moveTo(later time.Time) {
	s.now = later.In(s.now.Location())
}

func (s *simulator) send(text string) {
	if text != "" {
		s.done.Sent = append(s.done.Sent, text)
	}
	s.facts.Conversation = with(s.facts.Conversation, "last_outbound_text", text)
}

func (s *simulator) answer(e Ask) (Outcome, bool) {
	if s.asked >= len(s.world.Answers) {
		return Outcome{}, false
	}
	answer := s.world.Answers[s.asked]
	s.asked++
	if answer == nil {
		s.moveTo(e.Deadline)
		return Outcome{Exit: ExitTimeout}, true
	}
	s.asleep = time.Time{} // a message of the contact wakes the conversation
	s.facts.Message = with(s.facts.Message, "text", *answer)
	s.facts.Conversation = with(s.facts.Conversation, "last_inbound_text", *answer)
	return Outcome{Answer: &Answer{Text: *answer}}, true
}

func (s *simulator) request(e HTTP) Outcome {
	if s.world.Request == nil {
		return Outcome{Exit: ExitFailure, Error: "A simulation sends no requests."}
	}
	return s.world.Request(e)
}

func (s *simulator) route(e Route) {
	if e.Priority != nil {
		s.facts.Conversation = with(s.facts.Conversation, "priority", string(*e.Priority))
	}
	if !e.SetTeam {
		return
	}
	s.done.Team, s.facts.Team = e.Team, nil
	var team any
	if e.Team != nil {
		team = e.Team.String()
		if s.world.Team != nil {
			s.facts.Team = s.world.Team(*e.Team)
		}
	}
	s.facts.Conversation = with(s.facts.Conversation, "team", team)
}

func (s *simulator) assign(e Assign) Outcome {
	outcome, deadline := Outcome{Exit: ExitTimeout}, s.now.Add(e.Timeout)
	if s.world.Assign != nil {
		outcome = s.world.Assign(e, s.facts)
	}
	if waits := e.By == AssignByTeam || e.By == AssignByWorkspace; waits && outcome.Exit != ExitFailure && s.asleep.After(s.now) {
		outcome = s.assignAwake(e, deadline)
	}
	if outcome.Exit == ExitTimeout {
		s.moveTo(deadline)
	}
	if assignee, ok := outcome.Detail["assignee"].(string); ok {
		s.done.Assignee = assignee
		s.facts.Conversation = with(s.facts.Conversation, "assignee", assignee)
		if s.facts.Assignee = nil; s.world.Assignee != nil {
			s.facts.Assignee = s.world.Assignee(assignee)
		}
	}
	return outcome
}

// assignAwake assigns once the conversation is awake, if that is in time.
func (s *simulator) assignAwake(e Assign, deadline time.Time) Outcome {
	if _, has := s.facts.Conversation["assignee"].(string); !has && s.asleep.Before(deadline) {
		s.moveTo(s.asleep)
	} else if !has {
		return Outcome{Exit: ExitTimeout}
	}
	if s.world.Assign == nil {
		return Outcome{Exit: ExitTimeout}
	}
	return s.world.Assign(e, s.facts)
}

// with returns a copy of the facts of a group with one changed.
func with(facts map[string]any, key string, value any) map[string]any {
	changed := maps.Clone(facts)
	if changed == nil {
		changed = map[string]any{}
	}
	changed[key] = value
	return changed
}
