package engine

import (
	"errors"
	"fmt"
	"slices"

	"foyer/engine/assign"
	"foyer/engine/workflow"
	"foyer/inbox"
)

// apply does what a workflow asks for. It answers how that went, or that the run has to wait for it.
func (w *work) apply(r *run, effect workflow.Effect) (outcome workflow.Outcome, waits bool, err error) {
	c, err := w.runConversation(r)
	if err != nil {
		return outcome, false, err
	}
	switch e := effect.(type) {
	case workflow.Wait:
		return outcome, true, nil
	case workflow.Assign:
		outcome, waits, err = w.applyAssign(c, e)
	case workflow.Ask:
		waits, err = w.applyAsk(r, c, e)
	case workflow.Start:
		outcome, waits, err = w.applyStart(r, c, e)
	case workflow.HTTP:
		waits, err = true, w.applyHTTP(r, e)
	case workflow.SetField:
		outcome, err = w.setField(r.ContactID, e)
	case workflow.SetLifecycle:
		err = w.setLifecycle(r.ContactID, e.Stage)
	case workflow.Tag:
		outcome, err = w.engine.limits.tagOutcome(e, w.tag(r.ContactID, e))
	case workflow.Open:
		err = w.applyOpen(r, c)
	case workflow.Note:
		err = w.applyNote(c, e)
	default:
		outcome, err = w.applyToOpen(c, effect)
	}
	if err != nil {
		outcome, err = refusal(err)
		waits = false
	}
	return outcome, waits, err
}

// applyToOpen does what takes an open conversation. C is nil for a run without a conversation.
func (w *work) applyToOpen(c *conversation, effect workflow.Effect) (workflow.Outcome, error) {
	var done workflow.Outcome
	if err := mustBeOpen(c); err != nil {
		return done, err
	}
	switch e := effect.(type) {
	case workflow.Send:
		return w.applySend(c, e)
	case workflow.Route:
		return done, w.applyRoute(c, e)
	case workflow.Unassign:
		return done, w.unassign(c)
	case workflow.Snooze:
		return done, w.snooze(c, inbox.At(e.Until))
	case workflow.Close:
		return done, w.close(c, inbox.CloseWorkflow, &e.Category, &e.Summary)
	default:
		return done, fmt.Errorf("unknown workflow effect %T", effect)
	}
}

// mustBeOpen refuses what takes an open conversation where there is none.
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
	return inbox.Errorf(inbox.CodeInvalid, "", "The run has no conversation. A step `open` before this one opens one.")
}

func (w *work) applyNote(c *conversation, e workflow.Note) error {
	if c == nil {
		return noConversation()
	}
	_, err := w.note(c, e.Text, e.Mentions)
	return err
}

// applyOpen lets the run go on in the contact's open conversation, and opens one where there is none.
func (w *work) applyOpen(r *run, c *conversation) error {
	open, err := w.openConversation(r.ContactID)
	if err != nil {
		return err
	}
	if open == nil {
		if open, err = w.openAgain(r.ContactID, c); err != nil {
			return err
		}
	}
	r.ConversationID = &open.ID
	return nil
}

// openAgain opens a conversation for a run, on the channel of the last one.
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
	} else if stored, err := w.tx.LastConversation(id); err != nil {
		return nil, err
	} else if stored != nil {
		usual = stored.ChannelID
	}
	channel, err := w.world().outboundChannel(contact, nil, usual)
	if err != nil {
		return nil, err
	}
	return w.open(contact, inbox.SourceWorkflow, &channel.ID)
}

func (w *work) applySend(c *conversation, e workflow.Send) (workflow.Outcome, error) {
	m := inbox.Message{Text: blankToNil(&e.Text), Attachments: e.Attachments}
	var channel *inbox.ChannelID
	if e.Channel != 0 {
		channel = &e.Channel
	}
	sent, err := w.send(c, m, channel)
	if err != nil {
		return workflow.Outcome{}, err
	}
	return workflow.Outcome{Detail: map[string]any{"message": sent.ID.String()}}, nil
}

func (w *work) applyRoute(c *conversation, e workflow.Route) error {
	team, priority := c.TeamID, c.Priority
	if e.SetTeam {
		team = e.Team
	}
	if e.Priority != nil {
		priority = *e.Priority
	}
	return w.route(c, team, priority)
}

// applyAssign finds an agent or queues the conversation; then the run waits.
func (w *work) applyAssign(c *conversation, e workflow.Assign) (workflow.Outcome, bool, error) {
	if err := mustBeOpen(c); err != nil {
		return workflow.Outcome{}, false, err
	}
	if e.By == workflow.AssignByAgent || e.By == workflow.AssignByOwner {
		outcome, err := w.applyAssignOne(c, e)
		return outcome, false, err
	}
	request, err := requestOf(c.TeamID, e)
	if err != nil {
		return workflow.Outcome{}, false, err
	}
	if c.AssigneeID != nil {
		return assignedOutcome(*c.AssigneeID), false, nil // somebody has it: nobody takes it from them but by name
	}
	if c.SnoozedUntil != nil {
		return workflow.Outcome{}, true, w.waitAsleep(c, request)
	}
	decided, err := w.world().decide(c, request)
	if err != nil {
		return workflow.Outcome{}, false, err
	}
	if err := nobodyThere(decided); err != nil {
		return workflow.Outcome{}, false, err
	}
	if err := w.carryOut(c, request, decided); err != nil || decided.AssigneeID == nil {
		return workflow.Outcome{}, true, err
	}
	return assignedOutcome(*decided.AssigneeID), false, nil
}

// requestOf returns what an assign step asks for, of a conversation with this team.
func requestOf(team *inbox.TeamID, e workflow.Assign) (assignment, error) {
	request := assignment{team: team, policy: overrideOf(e.Policy)}
	if e.By == workflow.AssignByWorkspace {
		request.team = nil
	} else if team == nil {
		return request, inbox.Errorf(inbox.CodeInvalid, "", "The conversation has no team.")
	}
	return request, nil
}

// nobodyThere refuses to let a conversation wait for nobody.
func nobodyThere(decided *decision) error {
	if *decided.Strategy != inbox.StrategyManual && len(decided.Candidates) == 0 {
		return inbox.Errorf(inbox.CodeInvalid, "", "There is nobody in the team.")
	}
	return nil
}

// applyAssignOne assigns to the one agent the step names, where that agent is there and has room, and stores why or why
// not. Automation gives nobody more than they may have.
func (w *work) applyAssignOne(c *conversation, e workflow.Assign) (workflow.Outcome, error) {
	decided, id, err := w.world().decideOne(c, e)
	if err != nil {
		return workflow.Outcome{}, err
	}
	if decided == nil {
		return assignedOutcome(id), nil
	}
	if err := w.storeDecision(c, decided); err != nil {
		return workflow.Outcome{}, err
	}
	if decided.AssigneeID == nil {
		return workflow.Outcome{}, inbox.Errorf(inbox.CodeInvalid, "", "%s", decided.Reason)
	}
	return assignedOutcome(id), w.giveChosen(c, decided)
}

// decideOne decides whether the one agent whom a step names can take a conversation, by the policy of its team. It changes
// nothing. The decision is nil where the agent has the conversation already.
func (w world) decideOne(c *conversation, e workflow.Assign) (*decision, inbox.AgentID, error) {
	id, err := w.named(c.ContactID, e)
	if err != nil || c.AssigneeID != nil && *c.AssigneeID == id {
		return nil, id, err
	}
	agent, err := w.assignable(id, "agent")
	if err != nil {
		return nil, 0, err
	}
	policy := assign.Default()
	if c.TeamID != nil {
		if policy, err = w.policy(*c.TeamID); err != nil {
			return nil, 0, err
		}
	}
	policy = overrideOf(e.Policy).Over(policy)
	choice, err := w.ChooseOne(id, policy, w.supposed())
	if err != nil {
		return nil, 0, err
	}
	decided := &decision{limit: policy.MaxOpen, AssignmentDecision: inbox.AssignmentDecision{
		At: w.now, ConversationID: c.ID, TeamID: c.TeamID, AssigneeID: choice.Winner,
		Candidates: choice.Candidates, PassedOver: choice.PassedOver,
		Reason: assign.ReasonOne(e.By == workflow.AssignByOwner, agent.Name, choice.PassedOver),
	}}
	return decided, id, nil
}

// named returns the one agent whom a step names, or the contact's owner.
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

func overrideOf(p workflow.PolicyOverrides) *assign.Override {
	if p == (workflow.PolicyOverrides{}) {
		return nil
	}
	return &assign.Override{Strategy: p.Strategy, OnlineOnly: p.OnlineOnly, MaxOpen: p.MaxOpen}
}

// setField sets a field of the contact to what a workflow rendered.
func (w *work) setField(id inbox.ContactID, e workflow.SetField) (workflow.Outcome, error) {
	in, err := w.world().patchOf(id, e)
	if err == nil {
		err = w.patchAndSave(in)
	}
	return fieldOutcome(err)
}

// fieldOutcome returns how setting a field went: a value that the field cannot hold is told from what no value could do.
func fieldOutcome(err error) (workflow.Outcome, error) {
	if err == nil {
		return workflow.Outcome{}, nil
	}
	own, _ := errors.AsType[*inbox.Error](err)
	outcome, err := refusal(err)
	outcome.Invalid = own != nil && (own.Code == inbox.CodeInvalid || own.Code == inbox.CodeLimitExceeded)
	return outcome, err
}

// patchOf returns the change of a contact that setting a field is.
func (w world) patchOf(id inbox.ContactID, e workflow.SetField) (ContactPatch, error) {
	in := ContactPatch{ID: id}
	value := Patch[string]{Set: true}
	if text, ok := e.Value.(string); ok {
		value.Value = &text
	}
	switch e.Field {
	case "first_name":
		in.FirstName = value
	case "last_name":
		in.LastName = value
	case "email":
		in.Email = value
	case "phone":
		in.Phone = value
	case "language":
		in.Language = value
	case "country":
		in.Country = value
	case "avatar":
		in.Avatar = Patch[inbox.URL]{Set: true}
		if value.Value != nil {
			var url inbox.URL
			if err := url.UnmarshalGQL(*value.Value); err != nil {
				return in, inbox.Errorf(inbox.CodeInvalid, "avatar", "%s.", err)
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

func (w *work) setLifecycle(id inbox.ContactID, stage *string) error {
	return w.patchAndSave(ContactPatch{ID: id, LifecycleStage: Patch[string]{Set: true, Value: stage}})
}

func (w *work) tag(id inbox.ContactID, e workflow.Tag) error {
	return w.patchAndSave(ContactPatch{ID: id, AddTags: e.Add, RemoveTags: e.Remove})
}

// tagOutcome returns how tagging went: a text that is no tag is told from what no other text could do.
func (l Limits) tagOutcome(e workflow.Tag, err error) (workflow.Outcome, error) {
	outcome, err := refusal(err)
	outcome.Invalid = outcome.Exit != "" && slices.ContainsFunc(e.Add, func(tag string) bool {
		return required("addTags", tag, l.Name) != nil
	})
	return outcome, err
}

// patchAndSave changes a contact; where it is refused, nothing changes.
func (w *work) patchAndSave(in ContactPatch) error {
	c, err := w.contact(in.ID)
	if err != nil {
		return err
	}
	patched := *c
	patched.Tags = slices.Clone(c.Tags)
	changes, err := w.world().patchContact(&patched, in)
	if err != nil {
		return err
	}
	*c = patched
	return w.saveContact(c, changes)
}

// inOrder sorts runs by when they started.
func inOrder(runs []*run) []*run {
	slices.SortFunc(runs, func(a, b *run) int { return int(a.ID - b.ID) })
	return runs
}
