package engine

import (
	"fmt"
	"math"
	"time"

	"foyer/engine/workflow"
	"foyer/inbox"
)

// facts loads what a workflow reads, and nothing more. C is nil for a run without a conversation.
func (w world) facts(needs workflow.Needs, id inbox.ContactID, c *conversation, trigger map[string]any) (workflow.Facts, error) {
	facts := workflow.Facts{Trigger: trigger}
	var err error
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
		load func(workflow.Needs, *conversation) (map[string]any, error)
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

// localNow gives the time, in the workspace's time zone where a workflow depends on it.
func (w world) localNow(needs workflow.Needs) (time.Time, error) {
	now := w.now.Std()
	if !needs.Zone() {
		return now, nil
	}
	workspace, err := w.Workspace()
	if err != nil {
		return now, err
	}
	zone, err := time.LoadLocation(workspace.TimeZone)
	if err != nil {
		return now, fmt.Errorf("load the workspace's time zone: %w", err)
	}
	return now.In(zone), nil
}

func (w world) contactFacts(needs workflow.Needs, id inbox.ContactID, c *conversation) (map[string]any, error) {
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
	if needs.Field("contact.is_returning") {
		before := inbox.ConversationID(math.MaxInt64) // of a run without a conversation, any counts
		if c != nil {
			before = c.ID
		}
		if facts["is_returning"], err = w.HasEarlierConversation(id, before); err != nil {
			return nil, err
		}
	}
	return facts, nil
}

func (w world) conversationFacts(needs workflow.Needs, c *conversation) (map[string]any, error) {
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
		text, err := w.LastText(c.ID, direction)
		if err != nil {
			return nil, err
		}
		facts[field] = value(text)
	}
	return facts, nil
}

func (w world) messageFacts(_ workflow.Needs, c *conversation) (map[string]any, error) {
	text, err := w.LastText(c.ID, inbox.Inbound)
	return map[string]any{"text": value(text)}, err
}

func (w world) assigneeFacts(_ workflow.Needs, c *conversation) (map[string]any, error) {
	if c.AssigneeID == nil {
		return nil, nil
	}
	a, err := w.Agent(*c.AssigneeID)
	if err != nil {
		return nil, err
	}
	return map[string]any{"name": a.Name, "email": a.Email, "presence": string(a.Presence)}, nil
}

func (w world) teamFacts(needs workflow.Needs, c *conversation) (map[string]any, error) {
	if c.TeamID == nil {
		return nil, nil
	}
	if needs.Field("team.queue_length") {
		if err := w.flush(); err != nil {
			return nil, err
		}
	}
	t, err := w.team(*c.TeamID)
	if err != nil {
		return nil, err
	}
	facts := map[string]any{"name": t.Name, "queue_length": int64(t.QueueLength)}
	if needs.Field("team.available_agents") {
		n, err := w.AvailableAgents(t.ID, t.Policy)
		if err != nil {
			return nil, err
		}
		facts["available_agents"] = int64(n)
	}
	return facts, nil
}

func (w world) channelFacts(_ workflow.Needs, c *conversation) (map[string]any, error) {
	if c.ChannelID == nil {
		return nil, nil
	}
	h, err := w.Channel(*c.ChannelID)
	if err != nil {
		return nil, err
	}
	return map[string]any{"name": h.Name, "kind": string(h.Kind)}, nil
}

func (w world) workspaceFacts() (map[string]any, error) {
	workspace, err := w.Workspace()
	if err != nil {
		return nil, err
	}
	return map[string]any{"name": workspace.Name, "time_zone": workspace.TimeZone}, nil
}

// value gives an optional text as facts have it.
func value(text *string) any {
	if text == nil {
		return nil
	}
	return *text
}
