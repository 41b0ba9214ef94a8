package resolvers

import (
	"context"
	"strings"

	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
)

// Contact returns a contact by its id.
func (queryResolver) Contact(ctx context.Context, id inbox.ID) (*inbox.Contact, error) {
	return scopeOf(ctx).visibleContact(ctx, id.Contact())
}

// ContactByIdentity returns the contact that a channel knows by an id.
func (queryResolver) ContactByIdentity(ctx context.Context, channelID inbox.ID, externalID string) (*inbox.Contact, error) {
	c, err := read(ctx, func(r *store.Reader) (*inbox.Contact, error) {
		return r.ContactByIdentity(channelID.Channel(), externalID)
	})
	if c == nil || err != nil {
		return nil, err
	}
	if seen, err := scopeOf(ctx).seesContact(ctx, c.ID); !seen || err != nil {
		return nil, err
	}
	return c, nil
}

// Contacts lists the contacts, for callers who see all of them.
func (queryResolver) Contacts(ctx context.Context, filter *graph.ContactFilter, first int32, after *string) (*graph.ContactConnection, error) {
	if !scopeOf(ctx).caller.SeesAll() {
		return nil, requestError(codeForbidden, "Only agents with visibility ALL can list contacts. Reach contacts through their conversations.")
	}
	page, err := forward(first, after)
	if err != nil {
		return nil, err
	}
	narrow := contactFilter(filter)
	found, err := read(ctx, func(r *store.Reader) (*store.ContactPage, error) {
		return r.ContactList(narrow, inbox.ContactID(page.After), page.Limit)
	})
	if err != nil {
		return nil, err
	}
	c := list(page, found.Contacts, func(c *inbox.Contact) int64 { return int64(c.ID) })
	if found.More != 0 && !c.PageInfo.HasNextPage { // the search has ended early, and the list goes on
		c.PageInfo.HasNextPage, c.PageInfo.EndCursor = true, new(numberCursor(int64(found.More)))
	}
	c.TotalCount, err = totalCount(ctx, func(r *store.Reader, most int) (int, error) { return r.ContactCount(narrow, most) })
	return c, err
}

func contactFilter(filter *graph.ContactFilter) store.ContactFilter {
	if filter == nil {
		return store.ContactFilter{}
	}
	narrow := store.ContactFilter{
		Search: strings.TrimSpace(textOf(filter.Search.Value())), Blocked: filter.Blocked.Value(),
		Emails: distinct(filter.Emails.Value()), Phones: distinct(filter.Phones.Value()),
		Tags: distinct(filter.Tags.Value()), LifecycleStages: distinct(filter.LifecycleStages.Value()),
	}
	for i, email := range narrow.Emails {
		narrow.Emails[i] = engine.EmailAsKept(email)
	}
	for i, phone := range narrow.Phones {
		narrow.Phones[i] = engine.PhoneAsKept(phone)
	}
	return narrow
}

// Owner returns the agent that a contact was last assigned to.
func (contactResolver) Owner(ctx context.Context, c *inbox.Contact) (*inbox.Agent, error) {
	return maybe(ctx, scopeOf(ctx).agents(), c.OwnerID)
}

// Identities returns the identities by which channels know a contact.
func (contactResolver) Identities(ctx context.Context, c *inbox.Contact) ([]*inbox.ContactIdentity, error) {
	return scopeOf(ctx).identities().Load(ctx, c.ID)
}

// OpenConversation returns a contact's open conversation, or nil if the caller sees none.
func (contactResolver) OpenConversation(ctx context.Context, c *inbox.Contact) (*inbox.Conversation, error) {
	s := scopeOf(ctx)
	v, err := s.open().Load(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	return s.visible(v)
}

// Conversations lists a contact's conversations that the caller sees.
func (contactResolver) Conversations(ctx context.Context, c *inbox.Contact, first *int32, after *string, last *int32, before *string) (*graph.ConversationConnection, error) {
	part, err := newStretch(inbox.OrderNewest, first, after, last, before)
	if err != nil {
		return nil, err
	}
	return listConversations(ctx, store.ConversationFilter{ContactIDs: []inbox.ContactID{c.ID}}, part)
}

// Revision returns a contact's newest event.
func (r contactResolver) Revision(ctx context.Context, c *inbox.Contact) (inbox.Cursor, error) {
	return r.revision(ctx, inbox.SubjectContact, int64(c.ID))
}

// Channel returns the channel that knows a contact by an identity.
func (identityResolver) Channel(ctx context.Context, i *inbox.ContactIdentity) (*inbox.Channel, error) {
	return scopeOf(ctx).channels().Load(ctx, i.ChannelID)
}

// ContactCreate adds a contact.
func (m mutationResolver) ContactCreate(ctx context.Context, input engine.ContactCreateInput) (*graph.ContactPayload, error) {
	change, err := m.engine.ContactCreate(ctx, callerOf(ctx), input)
	return contactPayload(ctx, change, err)
}

// ContactUpdate changes a contact.
func (m mutationResolver) ContactUpdate(ctx context.Context, input graph.ContactUpdateInput) (*graph.ContactPayload, error) {
	var bad uncleared
	contact := engine.ContactPatch{
		ID:             input.ID.Contact(),
		FirstName:      patch(input.FirstName),
		LastName:       patch(input.LastName),
		Email:          patch(input.Email),
		Phone:          patch(input.Phone),
		Language:       patch(input.Language),
		Country:        patch(input.Country),
		Avatar:         patch(input.Avatar),
		AddTags:        requiredList(&bad, "addTags", input.AddTags),
		RemoveTags:     requiredList(&bad, "removeTags", input.RemoveTags),
		LifecycleStage: patch(input.LifecycleStage),
		Fields:         input.Fields.Value(),
		Owner:          patchID(input.OwnerID, inbox.ID.Agent),
		Blocked:        required(&bad, "blocked", input.Blocked),
	}
	if input.Fields.IsSet() && contact.Fields == nil {
		bad.add("fields")
	}
	if bad != nil {
		return nil, bad
	}
	change, err := m.engine.ContactUpdate(ctx, callerOf(ctx), contact)
	return contactPayload(ctx, change, err)
}

func contactPayload(ctx context.Context, change *engine.ContactChange, err error) (*graph.ContactPayload, error) {
	if err != nil {
		return nil, err
	}
	contact, err := mutatedContact(ctx, "contact", change.Contact)
	return &graph.ContactPayload{Contact: contact, Cursor: change.Cursor}, err
}
