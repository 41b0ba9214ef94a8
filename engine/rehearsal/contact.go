package rehearsal

import (
	"context"
	"encoding/json"
	"fmt"

	"foyer/inbox"
	"foyer/store"
)

// contact returns the contact, whom every channel knows that has been named by now. Closed says that a conversation with them
// has just been closed.
func (o *Office) contact(ctx context.Context, closed bool, now inbox.Time) (inbox.ContactID, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if id, known := o.contacts[closed]; known {
		return id, nil
	}
	id, err := store.Update(ctx, o.db, func(tx *store.Tx) (inbox.ContactID, error) {
		c, err := o.describe(tx)
		if err != nil {
			return 0, err
		}
		if err := tx.InsertContact(c); err != nil {
			return 0, err
		}
		for _, id := range o.ids[channel] {
			identity := inbox.ContactIdentity{ContactID: c.ID, ChannelID: inbox.ChannelID(id), ExternalID: c.ID.String()}
			if err := tx.InsertIdentity(identity); err != nil {
				return 0, err
			}
		}
		if returning, _ := o.setting.Contact["is_returning"].(bool); returning {
			if err := o.converse(tx, c.ID, now); err != nil {
				return 0, err
			}
		}
		if closed {
			err = o.converse(tx, c.ID, now)
		}
		return c.ID, err
	})
	if err == nil {
		o.contacts[closed] = id
	}
	return id, err
}

// describe returns the contact as the setting has them.
func (o *Office) describe(tx *store.Tx) (*inbox.Contact, error) {
	c := &inbox.Contact{Tags: []string{}}
	texts := map[string]**string{
		"first_name": &c.FirstName, "last_name": &c.LastName, "email": &c.Email, "phone": &c.Phone, "language": &c.Language,
		"country": &c.Country, "lifecycle_stage": &c.LifecycleStage, "display_name": &c.FirstIdentity,
	}
	values := map[inbox.ContactFieldID]any{}
	for name, fact := range o.setting.Contact {
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
			if err != nil || field == nil {
				return nil, fmt.Errorf("contacts have no field %s: %w", name, err)
			}
			values[field.ID] = fact
		}
	}
	if o.setting.Owner != "" {
		c.OwnerID = new(inbox.AgentID(o.id(agent, o.setting.Owner)))
	}
	if len(values) == 0 {
		return c, nil
	}
	var err error
	c.Values, err = json.Marshal(values)
	return c, err
}

// converse stores a conversation that is over.
func (o *Office) converse(tx *store.Tx, id inbox.ContactID, now inbox.Time) error {
	channel := inbox.ChannelID(o.id(channel, website))
	return tx.InsertConversation(&inbox.Conversation{
		Status: inbox.Closed, Source: inbox.SourceContact, OpenedBy: inbox.ByContact(id), Priority: inbox.PriorityNormal,
		ContactID: id, ChannelID: &channel, OpenedAt: now, LastActivityAt: now,
		ClosedAt: &now, ClosedBy: new(inbox.BySystem()), ClosedSource: new(inbox.CloseAgent),
	})
}
