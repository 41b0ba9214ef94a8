package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"foyer/inbox"
)

// saveContact marks a changed contact for writing and appends an event with the changes. Without changes it does
// nothing.
func (w *work) saveContact(c *inbox.Contact, changes []fieldChange) error {
	if len(changes) == 0 {
		return nil
	}
	event := &inbox.ContactChanged{EventMeta: w.meta(), ContactID: c.ID}
	for _, change := range changes {
		event.Changes = append(event.Changes, change.Change)
	}
	if w.changes == nil {
		w.changes = make(map[*inbox.ContactChanged][]fieldChange)
	}
	w.changes[event] = changes
	w.tx.Append(event)
	w.updateContact(c.ID)
	if slices.ContainsFunc(changes, func(change fieldChange) bool { return change.Field == "language" || change.Field == "owner" }) {
		return w.queueAnew(c.ID)
	}
	return nil
}

// ContactChange is a contact after a change.
type ContactChange struct {
	Contact *inbox.Contact
	Cursor  *inbox.Cursor // nil if nothing happened
}

func (w *work) changedContact(c *inbox.Contact) *ContactChange {
	return &ContactChange{Contact: c, Cursor: w.cursor()}
}

// ContactCreateInput is a new contact.
type ContactCreateInput struct {
	Identities     []ContactIdentityInput
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
	IdempotencyKey *string
}

// ContactIdentityInput is an identity of a contact: the external id by which a channel knows them.
type ContactIdentityInput struct {
	ChannelID  inbox.ChannelID
	ExternalID string
}

// ContactCreate adds a contact. It fails with FORBIDDEN (for a caller who does not see all contacts), NOT_FOUND (a channel),
// TAKEN (an identity), INVALID, LIMIT_EXCEEDED and IDEMPOTENCY_MISMATCH.
func (e *Engine) ContactCreate(ctx context.Context, caller inbox.Caller, in ContactCreateInput) (*ContactChange, error) {
	if !caller.SeesAll() {
		return nil, inbox.Forbidden("Only agents with visibility ALL can create contacts.")
	}
	c, err := in.normal("", e.limits)
	if err != nil {
		return nil, err
	}
	return change(ctx, e, caller, func(w *work) (*ContactChange, error) {
		return once(w, in.IdempotencyKey, "contactCreate", in, func(first *firstResult) (*ContactChange, error) {
			if first != nil {
				c, err := w.visibleContact(first.Contact, "idempotencyKey")
				return &ContactChange{Contact: c, Cursor: first.Cursor}, err
			}
			return w.createContact(c, in.Identities)
		}, func(c *ContactChange) firstResult { return firstResult{Contact: c.Contact.ID, Cursor: c.Cursor} })
	})
}

// newContact is a contact to be added, as far as the input alone tells.
type newContact struct {
	inbox.Contact
	at     string // the place of the input
	stage  *string
	fields fieldInput
}

// normal returns the contact in normal form. at is the place of the input: "contact.", or empty for all of it.
func (in *ContactCreateInput) normal(at string, l Limits) (c newContact, err error) {
	c.at, c.stage = at, in.LifecycleStage
	if c.Contact, err = (Profile{in.FirstName, in.LastName, in.Email, in.Phone, in.Language, in.Country, in.Avatar}).normal(at); err != nil {
		return c, err
	}
	if err := l.names(at, c.Contact); err != nil {
		return c, err
	}
	if c.Tags, err = l.withTags(at+"tags", nil, in.Tags, nil); err != nil {
		return c, err
	}
	c.fields, err = readFields(at+"fields", in.Fields)
	return c, err
}

// addContact adds a contact without identities.
func (w *work) addContact(in newContact) (*inbox.Contact, error) {
	c := in.Contact
	stage, err := w.stage(in.at+"lifecycleStage", in.stage)
	if err != nil {
		return nil, err
	}
	if _, err := w.patchFields(&c, in.fields, false); err != nil {
		return nil, err
	}
	c.LifecycleStage, c.CreatedAt = stage, w.now
	added := w.insertContact(c)
	w.tx.Append(&inbox.ContactChanged{EventMeta: w.meta(), ContactID: added.ID, Created: true})
	return added, nil
}

func (w *work) createContact(in newContact, identities []ContactIdentityInput) (*ContactChange, error) {
	if len(identities) > 0 {
		in.FirstIdentity = &identities[0].ExternalID
	}
	c, err := w.addContact(in)
	if err != nil {
		return nil, err
	}
	for i, identity := range identities {
		if err := w.addIdentity(c.ID, identity, fmt.Sprintf("identities.%d.", i)); err != nil {
			return nil, err
		}
	}
	return w.changedContact(c), nil
}

// addIdentity adds an identity of a contact. at is its place in the input. It fails with NOT_FOUND (the channel), REQUIRED,
// INVALID, LIMIT_EXCEEDED and, when it is written, TAKEN.
func (w *work) addIdentity(contact inbox.ContactID, in ContactIdentityInput, at string) error {
	if err := required(at+"externalId", in.ExternalID, maxExternalID); err != nil {
		return err
	}
	channel, err := find(w.read.Channel, in.ChannelID, at+"channelId", "channel")
	if err != nil {
		return err
	}
	w.insertIdentity(newIdentity{
		inbox.ContactIdentity{ContactID: contact, ChannelID: channel.ID, ExternalID: in.ExternalID},
		func() error {
			return inbox.Errorf(inbox.CodeTaken, at+"externalId", "Another contact has this id on the channel.")
		},
	})
	return nil
}

// ContactPatch is a change of a contact.
type ContactPatch struct {
	ID             inbox.ContactID
	FirstName      Patch[string]
	LastName       Patch[string]
	Email          Patch[string]
	Phone          Patch[string]
	Language       Patch[string]
	Country        Patch[string]
	Avatar         Patch[inbox.URL]
	AddTags        []string
	RemoveTags     []string
	LifecycleStage Patch[string]
	Fields         inbox.JSON // custom ones by name, merged; nil: unchanged
	Owner          Patch[inbox.AgentID]
	Blocked        *bool
}

// ContactUpdate changes a contact. Blocking one closes their open conversation, fails the messages that it has yet to send,
// and ends their runs. It fails with NOT_FOUND, FORBIDDEN (blocking, for role AGENT), INVALID and LIMIT_EXCEEDED.
func (e *Engine) ContactUpdate(ctx context.Context, caller inbox.Caller, in ContactPatch) (*ContactChange, error) {
	return change(ctx, e, caller, func(w *work) (*ContactChange, error) { return w.changeContact(in) })
}

// changeContact is ContactUpdate as part of a use case.
func (w *work) changeContact(in ContactPatch) (*ContactChange, error) {
	c, err := w.visibleContact(in.ID, "id")
	if err != nil {
		return nil, err
	}
	if in.Blocked != nil && !w.caller.Manages() {
		return nil, inbox.Forbidden("Only managers can block contacts.")
	}
	changes, err := w.patchContact(c, in)
	if err != nil {
		return nil, err
	}
	if in.Blocked != nil && c.Blocked != *in.Blocked {
		changes = append(changes, changeOf("blocked", c.Blocked, *in.Blocked))
		c.Blocked = *in.Blocked
	}
	err = w.saveContact(c, changes)
	if err == nil && c.Blocked {
		err = w.endBlocked(c)
	}
	return w.changedContact(c), err
}

// endBlocked closes a blocked contact's conversation, fails the messages that it has yet to send, and ends the contact's
// runs.
func (w *work) endBlocked(c *inbox.Contact) error {
	open, err := w.openConversation(c.ID)
	if err != nil {
		return err
	}
	if open != nil {
		if err := open.failUnsent(endedByBlock); err != nil {
			return err
		}
		if err := open.close(inbox.CloseBlock, nil, nil); err != nil {
			return err
		}
	}
	return w.cancelRunsOf(c.ID, endedByBlock)
}

// patchContact changes a contact in memory and returns what changed. It fails as ContactUpdate does.
func (w world) patchContact(c *inbox.Contact, in ContactPatch) ([]fieldChange, error) {
	normal, err := Profile{in.FirstName.Value, in.LastName.Value, in.Email.Value, in.Phone.Value, in.Language.Value,
		in.Country.Value, in.Avatar.Value}.normal("")
	if err == nil {
		err = w.engine.limits.names("", normal)
	}
	if err != nil {
		return nil, err
	}
	var changes []fieldChange
	patch := func(name string, to **string, set bool, value *string) {
		from := *to
		if apply(to, Patch[string]{set, value}) {
			changes = append(changes, fieldChange{inbox.Change{Field: name}, from, value})
		}
	}
	patch("firstName", &c.FirstName, in.FirstName.Set, normal.FirstName)
	patch("lastName", &c.LastName, in.LastName.Set, normal.LastName)
	patch("email", &c.Email, in.Email.Set, normal.Email)
	patch("phone", &c.Phone, in.Phone.Set, normal.Phone)
	patch("language", &c.Language, in.Language.Set, normal.Language)
	patch("country", &c.Country, in.Country.Set, normal.Country)
	avatar := c.Avatar
	if apply(&c.Avatar, Patch[inbox.URL]{in.Avatar.Set, normal.Avatar}) {
		changes = append(changes, fieldChange{inbox.Change{Field: "avatar"}, avatar, normal.Avatar})
	}
	stage, err := w.patchStage(c, in.LifecycleStage)
	if err != nil {
		return nil, err
	}
	tags, err := w.patchTags(c, in.AddTags, in.RemoveTags)
	if err != nil {
		return nil, err
	}
	owner, err := w.patchOwner(c, in.Owner)
	if err != nil {
		return nil, err
	}
	values, err := readFields("fields", in.Fields)
	if err != nil {
		return nil, err
	}
	fields, err := w.patchFields(c, values, false)
	return slices.Concat(changes, stage, tags, owner, fields), err
}

func (w world) patchStage(c *inbox.Contact, p Patch[string]) ([]fieldChange, error) {
	if p.Set {
		var err error
		if p.Value, err = w.stage("lifecycleStage", p.Value); err != nil {
			return nil, err
		}
	}
	from := c.LifecycleStage
	if !apply(&c.LifecycleStage, p) {
		return nil, nil
	}
	return []fieldChange{changeOf("lifecycleStage", from, p.Value)}, nil
}

// stage returns a lifecycle stage as the workspace spells it, or nil for nil. It fails with INVALID if there is no such
// stage.
func (w world) stage(field string, written *string) (*string, error) {
	if written == nil {
		return nil, nil
	}
	workspace, err := w.read.Workspace()
	if err != nil {
		return nil, err
	}
	found, ok := inbox.FindLabel(workspace.LifecycleStages, *written)
	if !ok {
		return nil, inbox.Errorf(inbox.CodeInvalid, field, "The workspace has no such lifecycle stage.")
	}
	return &found, nil
}

func (w world) patchTags(c *inbox.Contact, add, remove []string) ([]fieldChange, error) {
	tags, err := w.engine.limits.withTags("addTags", c.Tags, add, remove)
	if err != nil || slices.Equal(tags, c.Tags) {
		return nil, err
	}
	changes := []fieldChange{changeOf("tags", c.Tags, tags)}
	c.Tags = tags
	return changes, nil
}

// withTags adds and removes tags as inbox.WithTags does, within the limit. A contact who has more than the limit may lose
// some. It fails with REQUIRED, INVALID and LIMIT_EXCEEDED.
func (l Limits) withTags(field string, tags, add, remove []string) ([]string, error) {
	if len(add) > l.Tags {
		return nil, inbox.Errorf(inbox.CodeLimitExceeded, field, "A contact may have at most {limit} tags.", inbox.Named("limit", l.Tags))
	}
	limit := max(l.Tags, len(tags))
	for i, tag := range add {
		if err := required(fmt.Sprintf("%s.%d", field, i), tag, l.Name); err != nil {
			return nil, err
		}
	}
	tags = inbox.WithTags(tags, add, remove)
	if len(tags) > limit {
		return nil, inbox.Errorf(inbox.CodeLimitExceeded, field, "A contact may have at most {limit} tags.", inbox.Named("limit", l.Tags))
	}
	return tags, nil
}

func (w world) patchOwner(c *inbox.Contact, p Patch[inbox.AgentID]) ([]fieldChange, error) {
	if p.Set && p.Value != nil {
		if _, err := w.assignable(*p.Value, "ownerId"); err != nil {
			return nil, err
		}
	}
	from := c.OwnerID
	if !apply(&c.OwnerID, p) {
		return nil, nil
	}
	return []fieldChange{changeOf("owner", idText(from), idText(p.Value))}, nil
}

func idText(id *inbox.AgentID) *string {
	if id == nil {
		return nil
	}
	return new(id.String())
}

func jsonOf(v any) inbox.JSON {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // only plain scalars, lists of texts and objects of such come here
	}
	return text
}

// visibleContact loads a contact that the caller sees. field is the field of the input that has the id. It fails with
// NOT_FOUND.
func (w *work) visibleContact(id inbox.ContactID, field string) (*inbox.Contact, error) {
	c, err := find(w.contact, id, field, "contact")
	if err != nil {
		return nil, err
	}
	access, err := AccessOf(&w.flushed().Reader, w.caller)
	if err != nil {
		return nil, err
	}
	seen, err := w.flushed().ContactsSeen(access, []inbox.ContactID{id})
	if err == nil && len(seen) == 0 {
		return nil, inbox.NotFound(field, "contact")
	}
	return c, err
}
