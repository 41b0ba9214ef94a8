package resolvers

import (
	"context"
	"encoding/json"
	"slices"

	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
)

// ContactFields returns the custom fields of contacts.
func (workspaceResolver) ContactFields(ctx context.Context, _ *inbox.Workspace) ([]*inbox.ContactField, error) {
	return scopeOf(ctx).fields()
}

// fields returns the custom fields of contacts, as of the snapshot. They are read once.
func (s *scope) fields() ([]*inbox.ContactField, error) {
	s.listed.Do(func() {
		var r *store.Reader
		if r, s.unlisted = s.reader(); s.unlisted == nil {
			s.custom, s.unlisted = r.ContactFields()
		}
	})
	return s.custom, s.unlisted
}

// contactField returns the custom field with an id, or nil.
func (s *scope) contactField(id inbox.ContactFieldID) (*inbox.ContactField, error) {
	fields, err := s.fields()
	if i := slices.IndexFunc(fields, func(f *inbox.ContactField) bool { return f.ID == id }); i >= 0 {
		return fields[i], err
	}
	return nil, err
}

// Field returns one custom field of a contact.
func (r contactResolver) Field(ctx context.Context, c *inbox.Contact, name string) (inbox.JSON, error) {
	values, err := r.values(ctx, c)
	if err != nil || values[name] == nil {
		return nil, err
	}
	return json.Marshal(values[name])
}

// Fields returns the custom fields of a contact.
func (r contactResolver) Fields(ctx context.Context, c *inbox.Contact) (inbox.JSON, error) {
	values, err := r.values(ctx, c)
	if err != nil {
		return nil, err
	}
	return json.Marshal(values)
}

func (contactResolver) values(ctx context.Context, c *inbox.Contact) (map[string]any, error) {
	if c.Values == nil {
		return map[string]any{}, nil
	}
	fields, err := scopeOf(ctx).fields()
	if err != nil {
		return nil, err
	}
	return engine.FieldValues(fields, c)
}

// ContactFieldCreate adds a custom field.
func (m mutationResolver) ContactFieldCreate(ctx context.Context, input engine.ContactFieldCreateInput) (*graph.ContactFieldPayload, error) {
	field, err := m.engine.ContactFieldCreate(ctx, callerOf(ctx), input)
	return contactFieldPayload(field, err)
}

// ContactFieldUpdate changes a custom field.
func (m mutationResolver) ContactFieldUpdate(ctx context.Context, input graph.ContactFieldUpdateInput) (*graph.ContactFieldPayload, error) {
	var bad uncleared
	change := engine.ContactFieldPatch{
		ID:      input.ID.ContactField(),
		Label:   required(&bad, "label", input.Label),
		Type:    required(&bad, "type", input.Type),
		Options: clearedList(input.Options),
	}
	if bad != nil {
		return nil, bad
	}
	field, err := m.engine.ContactFieldUpdate(ctx, callerOf(ctx), change)
	return contactFieldPayload(field, err)
}

// ContactFieldDelete removes a custom field.
func (m mutationResolver) ContactFieldDelete(ctx context.Context, input graph.ContactFieldDeleteInput) (*graph.ContactFieldPayload, error) {
	field, err := m.engine.ContactFieldDelete(ctx, callerOf(ctx), input.ID.ContactField())
	return contactFieldPayload(field, err)
}

func contactFieldPayload(f *inbox.ContactField, err error) (*graph.ContactFieldPayload, error) {
	if err != nil {
		return nil, err
	}
	return &graph.ContactFieldPayload{ContactField: f}, nil
}
