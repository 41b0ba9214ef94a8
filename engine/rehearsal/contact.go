package rehearsal

import (
	"context"
	"encoding/json"
	"fmt"

	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

// contact returns the contact, and adds them at first: with an identity on each channel that has been named by then and, if
// closed is set, with a conversation that has just been closed.
func (w *Workspace) contact(ctx context.Context, closed bool, now inbox.Time) (inbox.ContactID, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if id, known := w.contacts[closed]; known {
		return id, nil
	}
	id, err := store.Update(ctx, w.db, func(tx *store.Tx) (inbox.ContactID, error) {
		channel := inbox.ChannelID(w.id(workflow.ReferenceChannel, website))
		c, err := w.describe(tx)
		if err != nil {
			return 0, err
		}
		if err := tx.InsertContact(c); err != nil {
			return 0, err
		}
		for _, id := range w.ids[workflow.ReferenceChannel] {
			identity := inbox.ContactIdentity{ContactID: c.ID, ChannelID: inbox.ChannelID(id), ExternalID: c.ID.String()}
			if err := tx.InsertIdentity(identity); err != nil {
				return 0, err
			}
		}
		if returning, _ := w.setting.Contact["is_returning"].(bool); returning {
			if err := addClosed(tx, c.ID, channel, now); err != nil {
				return 0, err
			}
		}
		if closed {
			err = addClosed(tx, c.ID, channel, now)
		}
		return c.ID, err
	})
	if err == nil {
		w.contacts[closed] = id
	}
	return id, err
}

// describe returns the contact that the setting describes.
func (w *Workspace) describe(tx *store.Tx) (*inbox.Contact, error) {
	c := &inbox.Contact{Tags: []string{}}
	texts := map[string]**string{
		"first_name": &c.FirstName, "last_name": &c.LastName, "email": &c.Email, "phone": &c.Phone, "language": &c.Language,
		"country": &c.Country, "lifecycle_stage": &c.LifecycleStage, "display_name": &c.FirstIdentity,
	}
	values := map[inbox.ContactFieldID]any{}
	for name, fact := range w.setting.Contact {
		if place, ok := texts[name]; ok {
			*place = new(fmt.Sprint(fact))
			continue
		}
		switch name {
		case "avatar":
			c.Avatar = new(inbox.URL(fmt.Sprint(fact)))
		case "tags":
			tags, _ := fact.([]string)
			c.Tags = inbox.WithTags(nil, tags, nil)
		case "is_returning":
		default:
			field, err := tx.ContactFieldNamed(name)
			if err != nil {
				return nil, err
			}
			if field == nil {
				return nil, fmt.Errorf("contacts have no field %s", name)
			}
			values[field.ID] = fact
		}
	}
	if w.setting.Owner != "" {
		c.OwnerID = new(inbox.AgentID(w.id(workflow.ReferenceAgent, w.setting.Owner)))
	}
	if len(values) == 0 {
		return c, nil
	}
	var err error
	c.Values, err = json.Marshal(values)
	return c, err
}

// addClosed adds a closed conversation.
func addClosed(tx *store.Tx, id inbox.ContactID, channel inbox.ChannelID, now inbox.Time) error {
	return tx.InsertConversation(&inbox.Conversation{
		Status: inbox.Closed, Source: inbox.SourceContact, OpenedBy: inbox.ByContact(id), Priority: inbox.PriorityNormal,
		ContactID: id, ChannelID: &channel, OpenedAt: now, LastActivityAt: now,
		ClosedAt: &now, ClosedBy: new(inbox.BySystem()), ClosedSource: new(inbox.CloseAgent),
	})
}
