package engine_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// steps returns the log of a run, each step as "key exit", with its error behind it.
func steps(r *inbox.WorkflowRun) []string {
	var list []string
	for _, s := range r.Steps {
		line := s.Key
		if s.Exit != nil {
			line += " " + *s.Exit
		}
		if s.Error != nil {
			line += ": " + *s.Error
		}
		list = append(list, line)
	}
	return list
}

func TestATriggersConditionDecidesWhichConversationsStartIt(t *testing.T) {
	d := newDesk(t)
	d.team("Support", engine.PolicyPatch{}, d.hire("Ana"))
	d.publish(inboundWorkflow) // only what contacts open
	in := d.say("c1", "Hello")
	d.run(in.Conversation.ID)
	d.close(in.Conversation.ID)
	out := must(d.ConversationOpen(d.ctx(), d.owner, engine.ConversationOpenInput{ContactID: in.Contact.ID}))
	if runs := d.runs(out.Conversation.ID); len(runs) != 0 {
		t.Errorf("a conversation that an agent opened started %d runs", len(runs))
	}
}

func TestARunThatFindsNobodyWaitsAndGoesOnWithWhoeverComes(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", being(inbox.PresenceOffline))
	d.team("Support", engine.PolicyPatch{}, ana)
	d.publish(inboundWorkflow)
	id := d.opened("c1")
	run := d.run(id)
	if run.Status != inbox.RunWaiting || run.CurrentStep == nil || *run.CurrentStep != "hand_over" || d.conversation(id).QueuedAt == nil {
		t.Fatalf("got %+v", run)
	}
	types := d.during(func() { d.presence(ana, inbox.PresenceOnline) })
	same(t, types, []string{"PRESENCE_CHANGED by AGENT", "CONVERSATION_ASSIGNED by SYSTEM", "WORKFLOW_RUN_CHANGED by WORKFLOW_RUN"})
	run = d.run(id)
	same(t, steps(run), []string{"to_support next", "hand_over next"})
	if run.Status != inbox.RunCompleted || run.CurrentStep != nil {
		t.Errorf("got %+v", run)
	}
	d.later(time.Hour)
	same(t, d.messages(id), []string{"CONTACT: Hello"})
}

func TestAnAssignmentsTimeoutLeadsOnAndThePlaceStays(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", being(inbox.PresenceOffline))
	d.team("Support", engine.PolicyPatch{}, ana)
	d.publish(inboundWorkflow)
	id := d.opened("c1")
	before := d.conversation(id)
	d.later(29 * time.Minute)
	if run := d.run(id); run.Status != inbox.RunWaiting {
		t.Errorf("after 29 minutes the run is %s", run.Status)
	}
	d.later(time.Minute)
	run := d.run(id)
	same(t, steps(run), []string{"to_support next", "hand_over timeout", "apologise next"})
	same(t, d.messages(id), []string{"CONTACT: Hello", "WORKFLOW_RUN: Everyone is busy."})
	after := d.conversation(id)
	if run.Status != inbox.RunCompleted || after.QueueKey == nil || *after.QueueKey != *before.QueueKey {
		t.Errorf("the run is %s and the place %v, want it where it was", run.Status, after.QueueKey)
	}
	if after.WaitingSince == nil || after.FirstResponseAt != nil {
		t.Errorf("a workflow's message does not count as an answer: %+v", after)
	}
	d.presence(ana, inbox.PresenceOnline)
	if got := d.assignee(id); got != ana {
		t.Errorf("%v has it, want Ana", got)
	}
}

func TestEveryKindOfStepDoesWhatItSays(t *testing.T) {
	d := newDesk(t)
	must(d.WorkspaceUpdate(d.ctx(), d.owner, engine.WorkspacePatch{LifecycleStages: []string{"Lead", "Customer"}}))
	ana := d.hire("Ana")
	team := d.team("Support", engine.PolicyPatch{}, ana)
	d.publish(`
format: 1
name: Everything
trigger: { on: conversation.opened }
steps:
  - key: name
    set: { field: last_name, value: "{{ contact.first_name | upcase }}" }
  - key: stage
    set: { lifecycle: Lead }
  - key: topic
    set: { variable: topic, value: Billing }
  - key: mark
    tag: { add: [vip, new] }
  - key: unmark
    tag: { remove: [new] }
  - key: choose
    branch:
      - { when: { field: vars.topic, op: equals, value: sales }, go: finish }
      - { when: { all: [ { field: contact.tags, op: hasAny, value: [vip] }, { field: message.text, op: contains, value: HELP } ] }, go: greet }
    else: finish
  - key: greet
    send: { text: "Hi {{ contact.first_name }}, about {{ vars.topic }}" }
  - key: remember
    note: { text: "Wants {{ vars.topic }}", mention: [Ana] }
  - key: to
    route: { team: Support, priority: HIGH }
  - key: who
    assign: { by: team }
  - key: finish
    close: { category: Done, summary: "{{ contact.last_name }}" }
`)
	in := d.message("c1", "help!")
	in.Contact.FirstName = new("Zoë")
	id := must(d.MessageReceive(d.ctx(), d.key, in)).Conversation.ID
	c, run := d.conversation(id), d.run(id)
	contact := d.contact(c.ContactID)
	if *contact.LastName != "ZOË" || *contact.LifecycleStage != "Lead" || !slices.Equal(contact.Tags, []string{"vip"}) {
		t.Errorf("the contact is %+v", contact)
	}
	same(t, d.messages(id), []string{"CONTACT: help!", "WORKFLOW_RUN: Hi Zoë, about Billing"})
	if c.Status != inbox.Closed || *c.ClosedSource != inbox.CloseWorkflow || *c.Category != "Done" || *c.Summary != "ZOË" ||
		c.Priority != inbox.PriorityHigh || c.Scope() != (inbox.Scope{Team: team, Assignee: ana}) || c.ClosedBy.Run() != run.ID {
		t.Errorf("the conversation is %+v", c)
	}
	notes := view(d, func(r *store.ReadTx) ([]*inbox.Note, error) { return r.Notes([]inbox.NoteID{1}) })
	if len(notes) != 1 || notes[0].Text != "Wants Billing" || !slices.Equal(notes[0].MentionIDs, []inbox.AgentID{ana}) {
		t.Errorf("the notes are %+v", notes)
	}
	same(t, run.Status, inbox.RunCompleted)
	same(t, steps(run), []string{"name next", "stage next", "topic next", "mark next", "unmark next", "choose greet", "greet next",
		"remember next", "to next", "who next", "finish next"})
	same(t, string(run.Variables), `{"topic":"Billing"}`)
}

func TestAStepThatCannotBeDoneTakesItsFailureExitAndTheMessageStays(t *testing.T) {
	for name, test := range map[string]struct{ step, log string }{
		"a field with a bad value": {`set: { field: email, value: "{{ message.text }}" }`, "This is not an email address."},
		"nobody in the team":       {`assign: { by: team }`, "The team has no members."},
		"no owner":                 {`assign: { by: owner }`, "The contact has no owner."},
		"a full agent":             {`assign: { agent: Full }`, "Nobody was assigned: Full, whom the workflow names, was at capacity."},
		"a disabled agent":         {`assign: { agent: Gone }`, "The agent is disabled. Choose another."},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			full, gone := d.hire("Full", capped(1)), d.hire("Gone")
			d.give(d.opened("other"), full)
			d.team("Nobody", engine.PolicyPatch{})
			d.publish(`
format: 1
name: Failing
trigger: { on: conversation.opened }
steps:
  - key: to
    route: { team: Nobody }
  - key: fail
    ` + test.step + `
    exits: { failure: sorry }
    next: end
  - key: sorry
    note: { text: Sorry }
`)
			must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: gone, Disabled: new(true)}))
			types := d.during(func() { d.opened("c1") })
			if slices.ContainsFunc(types, func(s string) bool { return s == "CONVERSATION_QUEUED by WORKFLOW_RUN" }) {
				t.Errorf("a failing step queued: %v", types)
			}
			id := view(d, func(r *store.ReadTx) (*inbox.Conversation, error) { return r.ConversationByNumber(2) }).ID
			same(t, steps(d.run(id)), []string{"to next", "fail failure: " + test.log, "sorry next"})
			same(t, d.messages(id), []string{"CONTACT: Hello"})
		})
	}
}

func TestARunThatClosedItsConversationGoesOnAndOtherRunsEnd(t *testing.T) {
	d := newDesk(t)
	d.team("Support", engine.PolicyPatch{}, d.hire("Off", being(inbox.PresenceOffline)))
	d.publish(inboundWorkflow) // waits for an agent
	d.publish(`
format: 1
name: Closing
trigger: { on: conversation.opened }
steps:
  - key: shut
    close: {}
  - key: late
    send: { text: Too late }
    exits: { failure: told }
    next: end
  - key: told
    note: { text: Closed }
`)
	id := d.opened("c1")
	runs := d.runs(id)
	same(t, []inbox.WorkflowRunStatus{runs[0].Status, runs[1].Status}, []inbox.WorkflowRunStatus{inbox.RunCancelled, inbox.RunCompleted})
	same(t, steps(runs[1])[1:], []string{"late failure: The conversation is closed and cannot be reopened. Open a new one with conversationOpen.", "told next"})
}

const patientWorkflow = `
format: 1
name: Patient
trigger: { on: conversation.opened }
settings: { exitOnAgentAction: %t }
steps:
  - key: to_support
    route: { team: Support }
  - key: hand_over
    assign: { by: team }
  - key: greet
    send: { text: "You have an agent now." }
`

func TestARunGivesWayWhenAPersonActs(t *testing.T) {
	acts := map[string]func(d *desk, id inbox.ConversationID, ana inbox.AgentID){
		"by writing":   func(d *desk, id inbox.ConversationID, ana inbox.AgentID) { d.send(d.caller(ana), id, "I am here") },
		"by assigning": func(d *desk, id inbox.ConversationID, ana inbox.AgentID) { d.give(id, ana) },
	}
	for name, act := range acts {
		for _, exits := range []bool{true, false} {
			t.Run(fmt.Sprint(name, " ", exits), func(t *testing.T) {
				d := newDesk(t)
				ana := d.hire("Ana", being(inbox.PresenceOffline))
				d.team("Support", engine.PolicyPatch{}, ana)
				d.publish(fmt.Sprintf(patientWorkflow, exits))
				id := d.opened("c1")
				act(d, id, ana)
				status, greeted := d.run(id).Status, slices.Contains(d.messages(id), "WORKFLOW_RUN: You have an agent now.")
				if exits && (status != inbox.RunTakenOver || greeted) {
					t.Errorf("the run is %s (greeted: %t), want it taken over, and nothing more sent", status, greeted)
				}
				if !exits && (status != inbox.RunCompleted || !greeted) {
					t.Errorf("the run is %s (greeted: %t), want it to go on with the agent", status, greeted)
				}
				if got := d.assignee(id); got != ana {
					t.Errorf("%v has it, want Ana", got)
				}
			})
		}
	}
}

func TestARunDoesNotGiveWayToAnIntegration(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", being(inbox.PresenceOffline))
	d.team("Support", engine.PolicyPatch{}, ana)
	d.publish(fmt.Sprintf(patientWorkflow, true))
	id := d.opened("c1")
	d.send(d.key, id, "We are looking for somebody")
	same(t, d.run(id).Status, inbox.RunWaiting)
	must(d.ConversationAssign(d.ctx(), d.key, assignTo(id, ana)))
	same(t, d.run(id).Status, inbox.RunCompleted)
}

func TestAnAssignStepLetsWhoeverHasTheConversationKeepIt(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	d.team("Support", engine.PolicyPatch{}, d.hire("Off", being(inbox.PresenceOffline)))
	contact := d.say("c1", "Hello")
	d.close(contact.Conversation.ID)
	d.publish(fmt.Sprintf(patientWorkflow, true))
	out := must(d.ConversationOpen(d.ctx(), d.owner, engine.ConversationOpenInput{ContactID: contact.Contact.ID, AssigneeID: &ana}))
	if got := d.assignee(out.Conversation.ID); got != ana {
		t.Errorf("%v has it, want Ana, for whom it was opened", got)
	}
	same(t, steps(d.run(out.Conversation.ID)), []string{"to_support next", "hand_over next", "greet next"})
}

func TestABrokenRunFailsAndTheMessageStays(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", being(inbox.PresenceOffline))
	d.team("Support", engine.PolicyPatch{}, ana)
	d.publish(inboundWorkflow)
	id := d.opened("c1")
	must(store.Update(d.ctx(), d.db, func(tx *store.Tx) (struct{}, error) { // as if by a version that had another step
		r, err := tx.Run(d.run(id).ID)
		if err != nil {
			return struct{}{}, err
		}
		r.State = inbox.JSON(`{"state":{"step":"gone","waiting":true},"assigns":true}`)
		return struct{}{}, tx.UpdateRun(r)
	}))
	d.presence(ana, inbox.PresenceOnline)
	run := d.run(id)
	if run.Status != inbox.RunFailed || run.Error == nil || *run.Error == "" || d.assignee(id) != ana {
		t.Errorf("the run is %+v, and %v has the conversation", run, d.assignee(id))
	}
}

func TestANamedAgentOrTheOwnerIsAssignedByTheWorkflow(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana"), d.hire("Ben")
	first := d.say("c1", "Hello")
	d.give(first.Conversation.ID, ben)
	d.close(first.Conversation.ID)
	d.publish(`
format: 1
name: Sticky
trigger: { on: conversation.opened }
steps:
  - key: owner
    assign: { by: owner }
    exits: { failure: ana }
    next: end
  - key: ana
    assign: { agent: Ana }
`)
	if got := d.assignee(d.opened("c1")); got != ben {
		t.Errorf("%v has it, want the owner, Ben", got)
	}
	if got := d.assignee(d.opened("c2")); got != ana {
		t.Errorf("%v has it, want Ana", got)
	}
}

func TestTheWorkspaceAsAWholeIsAChoiceToo(t *testing.T) {
	d := newDesk(t)
	d.hire("Off", being(inbox.PresenceOffline))
	d.publish(`
format: 1
name: Anybody
trigger: { on: conversation.opened }
steps:
  - key: who
    assign: { by: workspace }
`)
	waiting := d.opened("c1")
	if c := d.conversation(waiting); c.QueuedAt == nil || c.TeamID != nil {
		t.Fatalf("got %+v, want it in the workspace's queue", c)
	}
	ana := d.hire("Ana", being(inbox.PresenceOffline))
	d.presence(ana, inbox.PresenceOnline)
	if got := d.assignee(waiting); got != ana {
		t.Errorf("%v has it, want Ana", got)
	}
	if got := d.decision(waiting); got.TeamID != nil || len(got.Candidates) != 3 {
		t.Errorf("decided %+v", got)
	}
}

// runsOfWorkflow returns a workflow's runs, newest first.
func runsOfWorkflow(r *store.ReadTx, id inbox.WorkflowID) ([]*inbox.WorkflowRun, error) {
	page, err := r.RunList(inbox.SeesAll(), store.RunFilter{WorkflowIDs: []inbox.WorkflowID{id}}, 0, 1000)
	if err != nil {
		return nil, err
	}
	return page.Runs, nil
}
