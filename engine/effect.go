package engine

import (
	"errors"
	"slices"

	"foyer/engine/assign"
	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

// host lets a run act on the inbox, in the transaction of a use case.
type host struct {
	w *work
	r *run
	c *conversation // the conversation that the run is in, as of the last Look; nil for a run without one
}

var _ workflow.Host = (*host)(nil)

// done returns the outcome of an effect that is done, unless there is an error.
func done(err error) (*workflow.Outcome, error) { return &workflow.Outcome{}, err }

// invalid returns the outcome of an effect that might succeed with another value.
func invalid(refused *inbox.Error) *workflow.Outcome {
	return &workflow.Outcome{Exit: workflow.ExitFailure, Error: refused.Message, Invalid: true}
}

// inOpen calls fn with the run's conversation. It fails with CLOSED, and with INVALID if the run has none.
func (h *host) inOpen(fn func(*conversation) error) (*workflow.Outcome, error) {
	if err := mustBeOpen(h.c); err != nil {
		return nil, err
	}
	return done(fn(h.c))
}

// Send sends a message to the contact.
func (h *host) Send(e workflow.Send) (*workflow.Outcome, error) {
	if err := mustBeOpen(h.c); err != nil {
		return nil, err
	}
	var channel *inbox.ChannelID
	if e.Channel != 0 {
		channel = &e.Channel
	}
	sent, err := h.c.send(inbox.Message{Text: blankToNil(&e.Text), Attachments: e.Attachments}, channel)
	if err != nil {
		return nil, err
	}
	return &workflow.Outcome{Detail: map[string]any{"message": sent.ID.String()}}, nil
}

// Route sets team and priority.
func (h *host) Route(e workflow.Route) (*workflow.Outcome, error) {
	return h.inOpen(func(c *conversation) error {
		team, priority := c.TeamID, c.Priority
		if e.SetTeam {
			team = e.Team
		}
		set(&priority, e.Priority)
		return c.route(team, priority)
	})
}

// Unassign takes the conversation from its assignee.
func (h *host) Unassign(workflow.Unassign) (*workflow.Outcome, error) {
	return h.inOpen((*conversation).unassign)
}

// Snooze snoozes the conversation.
func (h *host) Snooze(e workflow.Snooze) (*workflow.Outcome, error) {
	return h.inOpen(func(c *conversation) error { return c.snooze(inbox.At(e.Until)) })
}

// Close closes the conversation.
func (h *host) Close(e workflow.Close) (*workflow.Outcome, error) {
	return h.inOpen(func(c *conversation) error { return c.close(inbox.CloseWorkflow, &e.Category, &e.Summary) })
}

// Wait makes the run wait until a time.
func (h *host) Wait(e workflow.Wait) (*workflow.Outcome, error) {
	h.r.await(inbox.At(e.Until))
	return nil, nil
}

// SetField sets a field of the contact. The outcome of a value that the field cannot hold is Invalid.
func (h *host) SetField(e workflow.SetField) (*workflow.Outcome, error) {
	in, err := h.w.patchOf(h.r.ContactID, e)
	if err == nil {
		err = h.w.patchAndSave(in)
	}
	refused, ok := errors.AsType[*inbox.Error](err)
	if ok && (refused.Code == inbox.CodeInvalid || refused.Code == inbox.CodeLimitExceeded) {
		return invalid(refused), nil
	}
	return done(err)
}

// SetLifecycle moves the contact to a lifecycle stage.
func (h *host) SetLifecycle(e workflow.SetLifecycle) (*workflow.Outcome, error) {
	return done(h.w.patchAndSave(ContactPatch{ID: h.r.ContactID, LifecycleStage: Patch[string]{Set: true, Value: e.Stage}}))
}

// Tag adds tags to the contact and removes others. The outcome of a text that cannot be a tag is Invalid.
func (h *host) Tag(e workflow.Tag) (*workflow.Outcome, error) {
	err := h.w.patchAndSave(ContactPatch{ID: h.r.ContactID, AddTags: e.Add, RemoveTags: e.Remove})
	refused, ok := errors.AsType[*inbox.Error](err)
	if ok && slices.ContainsFunc(e.Add, func(tag string) bool { return required("addTags", tag, h.w.engine.limits.Name) != nil }) {
		return invalid(refused), nil
	}
	return done(err)
}

// Note adds an internal note, to a closed conversation too.
func (h *host) Note(e workflow.Note) (*workflow.Outcome, error) {
	if h.c == nil {
		return nil, noConversation()
	}
	_, err := h.c.note(e.Text, e.Mentions, nil)
	return done(err)
}

// Open makes the run go on in the contact's open conversation, and opens one if there is none.
func (h *host) Open(workflow.Open) (*workflow.Outcome, error) {
	open, err := h.w.openConversation(h.r.ContactID)
	if err != nil {
		return nil, err
	}
	if open == nil {
		if open, err = h.w.openAgain(h.r.ContactID, h.c); err != nil {
			return nil, err
		}
	}
	h.r.ConversationID = &open.ID
	return done(nil)
}

// mustBeOpen returns an error unless there is a conversation and it is open.
func mustBeOpen(c *conversation) error {
	if c == nil {
		return noConversation()
	}
	if !c.IsOpen() {
		return closedError("")
	}
	return nil
}

func noConversation() error {
	return inbox.Errorf(inbox.CodeInvalid, "", "The run has no conversation. Open one with a step `open` before this one.")
}

// openAgain opens a conversation for a run, on the channel of the contact's last one. It fails with BLOCKED, INVALID and
// REQUIRED.
func (w *work) openAgain(id inbox.ContactID, last *conversation) (*conversation, error) {
	contact, err := w.contact(id)
	if err != nil {
		return nil, err
	}
	if contact.Blocked {
		return nil, blockedContact()
	}
	var usual *inbox.ChannelID
	if last != nil {
		usual = last.ChannelID
	} else if last, err := w.lastConversation(id); err != nil {
		return nil, err
	} else if last != nil {
		usual = last.ChannelID
	}
	channel, err := w.outboundChannel(contact, nil, usual)
	if err != nil {
		return nil, err
	}
	return w.open(contact, inbox.SourceWorkflow, &channel.ID)
}

// Assign assigns the conversation or, if nobody has capacity, queues it and makes the run wait.
func (h *host) Assign(e workflow.Assign) (*workflow.Outcome, error) {
	w, c := h.w, h.c
	if err := mustBeOpen(c); err != nil {
		return nil, err
	}
	if e.By == workflow.AssignByAgent || e.By == workflow.AssignByOwner {
		return c.assignOne(e)
	}
	request, err := requestOf(c.TeamID, e)
	if err != nil {
		return nil, err
	}
	if err := w.drainQueues(); err != nil { // agents who have capacity again first serve those who wait
		return nil, err
	}
	if c.AssigneeID != nil {
		return w.assignedOutcome(*c.AssigneeID, nil) // only a step that names an agent takes it from its assignee
	}
	if c.SnoozedUntil == nil {
		decided, err := w.decide(c, request)
		if err != nil {
			return nil, err
		}
		if decided.nobody {
			return nil, inbox.Errorf(inbox.CodeInvalid, "", "The team has no members.")
		}
		if err := c.carryOut(request, decided); err != nil {
			return nil, err
		}
		if decided.AssigneeID != nil {
			return w.assignedOutcome(*decided.AssigneeID, decided)
		}
	} else if err := c.waitAsleep(request); err != nil {
		return nil, err
	}
	h.r.progress.Assigns = true
	h.r.await(w.now.Add(e.Timeout))
	return nil, nil
}

// requestOf returns the assignment that a step asks for in a conversation of this team.
func requestOf(team *inbox.TeamID, e workflow.Assign) (assignment, error) {
	request := assignment{team: team, override: assign.Override(e.Policy), cause: cause{trigger: inbox.TriggerStep}}
	if e.By == workflow.AssignByWorkspace {
		request.team = nil
	} else if team == nil {
		return request, inbox.Errorf(inbox.CodeInvalid, "", "The conversation has no team. Route it first.")
	}
	return request, nil
}

// assignOne assigns to the agent that the step names, if they have capacity, and records the decision. Automation never
// assigns more than an agent may have.
func (c *conversation) assignOne(e workflow.Assign) (*workflow.Outcome, error) {
	decided, id, err := c.w.decideOne(c, e)
	if err != nil {
		return nil, err
	}
	if decided == nil {
		return c.w.assignedOutcome(id, nil)
	}
	c.recordDecision(decided)
	if decided.AssigneeID == nil {
		return nil, inbox.Errorf(inbox.CodeInvalid, "", decided.Reason)
	}
	if err := c.assignChosen(decided, assign.Override{}); err != nil {
		return nil, err
	}
	return c.w.assignedOutcome(id, decided)
}

// decideOne decides whether the agent that a step names can be assigned, by the policy of the conversation's team. It changes
// nothing. The decision is nil if the agent is the assignee already.
func (w *work) decideOne(c *conversation, e workflow.Assign) (*decision, inbox.AgentID, error) {
	id, err := w.named(c.ContactID, e)
	if err != nil || c.AssigneeID != nil && *c.AssigneeID == id {
		return nil, id, err
	}
	agent, err := w.assignable(id, "agent")
	if err != nil {
		return nil, 0, err
	}
	rules, err := w.rules(c.TeamID)
	if err != nil {
		return nil, 0, err
	}
	policy := assign.Override(e.Policy).Over(rules.policy)
	policy.RequireSkills = nil // the step names the agent
	choice, err := w.read.ChooseOne(id, store.Choosing{Policy: policy})
	if err != nil {
		return nil, 0, err
	}
	decided := &decision{name: choice.WinnerName, limit: policy.MaxOpen, AssignmentDecision: inbox.AssignmentDecision{
		At: w.now, ConversationID: c.ID, TeamID: c.TeamID, AssigneeID: choice.Winner, Trigger: new(inbox.TriggerStep),
		Candidates: choice.Candidates, PassedOver: choice.PassedOver,
		Reason: assign.ReasonOne(e.By == workflow.AssignByOwner, agent.Name, choice.PassedOver),
	}}
	return decided, id, nil
}

// named returns the agent that a step names, or the contact's owner. It fails with INVALID if the contact has none.
func (w world) named(id inbox.ContactID, e workflow.Assign) (inbox.AgentID, error) {
	if e.By != workflow.AssignByOwner {
		return e.Agent, nil
	}
	contact, err := w.contact(id)
	if err != nil {
		return 0, err
	}
	if contact.OwnerID == nil {
		return 0, inbox.Errorf(inbox.CodeInvalid, "", "The contact has no owner.")
	}
	return *contact.OwnerID, nil
}

// patchOf returns the change of a contact that a step asks for. It fails with INVALID and NOT_FOUND.
func (w world) patchOf(id inbox.ContactID, e workflow.SetField) (ContactPatch, error) {
	in := ContactPatch{ID: id}
	value := Patch[string]{Set: true}
	if text, ok := e.Value.(string); ok {
		value.Value = &text
	}
	texts := map[string]*Patch[string]{"first_name": &in.FirstName, "last_name": &in.LastName, "email": &in.Email, "phone": &in.Phone,
		"language": &in.Language, "country": &in.Country}
	if field, ok := texts[e.Field]; ok {
		*field = value
		return in, nil
	}
	switch e.Field {
	case "avatar":
		in.Avatar = Patch[inbox.URL]{Set: true}
		if value.Value != nil {
			var url inbox.URL
			if err := url.UnmarshalGQL(*value.Value); err != nil {
				return in, inbox.Errorf(inbox.CodeInvalid, "avatar", "{cause}.", inbox.Named("cause", err))
			}
			in.Avatar.Value = &url
		}
	default:
		fields, err := w.contactFields()
		if err != nil {
			return in, err
		}
		if !slices.ContainsFunc(fields, func(f *inbox.ContactField) bool { return f.Name == e.Field }) {
			return in, inbox.NotFound("", "field") // it has been deleted since the run began
		}
		in.Fields = jsonOf(map[string]any{e.Field: e.Value})
	}
	return in, nil
}

// patchAndSave changes a contact. If it fails, nothing has changed.
func (w *work) patchAndSave(in ContactPatch) error {
	c, err := w.contact(in.ID)
	if err != nil {
		return err
	}
	patched := *c
	patched.Tags = slices.Clone(c.Tags)
	changes, err := w.patchContact(&patched, in)
	if err != nil {
		return err
	}
	*c = patched
	return w.saveContact(c, changes)
}
