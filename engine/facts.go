package engine

import (
	"fmt"
	"maps"
	"math"
	"time"

	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

// matches reports whether the conditions of a trigger hold.
func (w world) matches(id inbox.WorkflowID, def *workflow.Definition, contact inbox.ContactID, c *inbox.Conversation, data map[string]any) (
	bool, error) {
	facts, err := w.facts(def.TriggerNeeds(), contact, c, data)
	if err != nil {
		return false, err
	}
	now, err := w.localNow(def.TriggerNeeds())
	if err != nil {
		return false, err
	}
	return w.engine.holds(id, def, facts, now), nil
}

// holds reports whether the conditions of a trigger hold. They do not if testing them panics.
func (e *Engine) holds(id inbox.WorkflowID, def *workflow.Definition, facts workflow.Facts, now time.Time) (holds bool) {
	defer func() {
		if cause := recover(); cause != nil {
			e.log.Error("workflow trigger panicked", "workflow", id.String(), "panic", fmt.Sprint(cause))
			holds = false
		}
	}()
	return def.Matches(facts, now)
}

// facts loads what a workflow reads, and nothing more. c is nil for a run without a conversation.
func (w world) facts(needs workflow.Needs, id inbox.ContactID, c *inbox.Conversation, trigger map[string]any) (workflow.Facts, error) {
	var facts workflow.Facts
	var err error
	if facts.Trigger, err = w.triggerFacts(needs, trigger); err != nil {
		return facts, err
	}
	if facts.Schedules, err = w.schedules(needs.Schedules()); err != nil {
		return facts, err
	}
	if needs.Group("contact") {
		if facts.Contact, err = w.contactFacts(needs, id, c); err != nil {
			return facts, err
		}
	}
	if needs.Group("workspace") {
		if facts.Workspace, err = w.workspaceFacts(); err != nil {
			return facts, err
		}
	}
	if c == nil {
		return facts, nil
	}
	for _, group := range []struct {
		name string
		load func(workflow.Needs, *inbox.Conversation) (map[string]any, error)
		to   *map[string]any
	}{
		{"conversation", w.conversationFacts, &facts.Conversation},
		{"message", w.messageFacts, &facts.Message},
		{"assignee", w.assigneeFacts, &facts.Assignee},
		{"team", w.teamFacts, &facts.Team},
		{"channel", w.channelFacts, &facts.Channel},
	} {
		if !needs.Group(group.name) {
			continue
		}
		loaded, err := group.load(needs, c)
		if err != nil {
			return facts, err
		}
		*group.to = loaded
	}
	return facts, nil
}

// triggerFacts adds to trigger.* the present names of the agents whose ids are in it.
func (w world) triggerFacts(needs workflow.Needs, trigger map[string]any) (map[string]any, error) {
	facts := trigger
	for _, who := range []string{"previous_assignee", "agent"} {
		id, known := trigger[who].(string)
		if !known || !needs.Field("trigger."+who+"_name") && !needs.Field("trigger."+who+"_email") {
			continue
		}
		a, err := w.read.Agent(inbox.ID(id).Agent())
		if err != nil {
			return nil, err
		}
		if a != nil {
			facts = maps.Clone(facts) // the run keeps its own
			facts[who+"_name"], facts[who+"_email"] = a.Name, a.Email
		}
	}
	return facts, nil
}

// localNow returns the present time, in the workspace's time zone if the workflow needs that.
func (w world) localNow(needs workflow.Needs) (time.Time, error) {
	now := w.now.Std()
	if !needs.Zone() {
		return now, nil
	}
	workspace, err := w.read.Workspace()
	if err != nil {
		return now, err
	}
	zone, err := w.engine.zones.load(workspace.TimeZone)
	if err != nil {
		return now, err
	}
	return now.In(zone), nil
}

func (w world) contactFacts(needs workflow.Needs, id inbox.ContactID, c *inbox.Conversation) (map[string]any, error) {
	contact, err := w.contact(id)
	if err != nil {
		return nil, err
	}
	facts := map[string]any{
		"display_name": contact.DisplayName(), "first_name": value(contact.FirstName), "last_name": value(contact.LastName),
		"email": value(contact.Email), "phone": value(contact.Phone), "language": value(contact.Language),
		"country": value(contact.Country), "lifecycle_stage": value(contact.LifecycleStage), "tags": contact.Tags,
	}
	if contact.Avatar != nil {
		facts["avatar"] = string(*contact.Avatar)
	}
	if contact.Values != nil && needs.CustomFields() {
		if err := w.addCustomFacts(facts, contact); err != nil {
			return nil, err
		}
	}
	if needs.Field("contact.is_returning") {
		before := inbox.ConversationID(math.MaxInt64) // for a run without a conversation, any earlier one counts
		if c != nil {
			before = c.ID
		}
		if facts["is_returning"], err = w.hasEarlier(id, before); err != nil {
			return nil, err
		}
	}
	return facts, nil
}

// addCustomFacts adds the values of the contact's custom fields.
func (w world) addCustomFacts(facts map[string]any, contact *inbox.Contact) error {
	fields, err := w.contactFields()
	if err != nil {
		return err
	}
	values, err := FieldValues(fields, contact)
	maps.Copy(facts, values)
	return err
}

func (w world) conversationFacts(needs workflow.Needs, c *inbox.Conversation) (map[string]any, error) {
	facts := map[string]any{
		"number": c.Number, "source": string(c.Source), "priority": string(c.Priority), "category": value(c.Category),
		"opened_at": c.OpenedAt.Std(),
	}
	if c.ChannelID != nil {
		facts["channel"] = c.ChannelID.String()
	}
	if c.TeamID != nil {
		facts["team"] = c.TeamID.String()
	}
	if c.AssigneeID != nil {
		facts["assignee"] = c.AssigneeID.String()
	}
	if c.ClosedSource != nil {
		facts["closed_source"] = string(*c.ClosedSource)
	}
	if c.WaitingSince != nil {
		facts["waiting_since"] = c.WaitingSince.Std()
	}
	for field, direction := range map[string]inbox.Direction{"last_inbound_text": inbox.Inbound, "last_outbound_text": inbox.Outbound} {
		if !needs.Field("conversation." + field) {
			continue
		}
		text, err := w.lastText(c.ID, direction, w.newest)
		if err != nil {
			return nil, err
		}
		facts[field] = value(seen(text))
	}
	return facts, nil
}

func (w world) messageFacts(_ workflow.Needs, c *inbox.Conversation) (map[string]any, error) {
	text, err := w.lastText(c.ID, inbox.Inbound, w.newest)
	return map[string]any{"text": value(seen(text))}, err
}

func (w world) assigneeFacts(_ workflow.Needs, c *inbox.Conversation) (map[string]any, error) {
	if c.AssigneeID == nil {
		return nil, nil
	}
	a, err := w.read.Agent(*c.AssigneeID)
	if err != nil {
		return nil, err
	}
	return map[string]any{"name": a.Name, "email": a.Email, "presence": string(a.Presence)}, nil
}

func (w world) teamFacts(needs workflow.Needs, c *inbox.Conversation) (map[string]any, error) {
	if c.TeamID == nil {
		return nil, nil
	}
	t, err := w.team(*c.TeamID)
	if err != nil {
		return nil, err
	}
	facts := map[string]any{"name": t.Name, "queue_length": int64(t.QueueLength)}
	schedule, err := w.engine.schedule(t)
	if err != nil {
		return nil, err
	}
	open := schedule.Open(w.now.Std())
	if needs.Field("team.is_open") {
		facts["is_open"] = open
	}
	if needs.Field("team.available_agents") {
		n, err := w.read.AvailableAgents(store.Choosing{Team: &t.ID, Policy: t.Policy, Closed: !open})
		if err != nil {
			return nil, err
		}
		facts["available_agents"] = int64(n)
	}
	return facts, nil
}

// schedules returns the hours of teams. A team that does not exist is always open.
func (w world) schedules(teams []inbox.TeamID) (map[inbox.TeamID]*workflow.Schedule, error) {
	if len(teams) == 0 {
		return nil, nil
	}
	found := make(map[inbox.TeamID]*workflow.Schedule, len(teams))
	for _, id := range teams {
		t, err := w.team(id)
		if err != nil {
			return nil, err
		}
		if t == nil {
			continue
		}
		if found[id], err = w.engine.schedule(t); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (w world) channelFacts(_ workflow.Needs, c *inbox.Conversation) (map[string]any, error) {
	if c.ChannelID == nil {
		return nil, nil
	}
	h, err := w.read.Channel(*c.ChannelID)
	if err != nil {
		return nil, err
	}
	return map[string]any{"name": h.Name, "kind": string(h.Kind)}, nil
}

func (w world) workspaceFacts() (map[string]any, error) {
	workspace, err := w.read.Workspace()
	if err != nil {
		return nil, err
	}
	return map[string]any{"name": workspace.Name, "time_zone": workspace.TimeZone}, nil
}

// value returns an optional text in the form that facts have.
func value(text *string) any {
	if text == nil {
		return nil
	}
	return *text
}

// seen returns the part of a message that workflows read.
func seen(text *string) *string {
	if text == nil || len(*text) <= maxText {
		return text
	}
	count := 0
	for at := range *text {
		if count++; count > maxText {
			return new((*text)[:at])
		}
	}
	return text
}
