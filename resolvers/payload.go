package resolvers

import (
	"context"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"foyer/inbox"
)

// The payload of a mutation has its objects as the commit left them, and passes them to the loaders so that they are not
// read again.

// mutated returns an object for the payload's field of this name. If the document selects revisions of objects of its type
// anywhere, the object is read again: a state and its revision must be of one snapshot, or a client would mistake a later state
// for one it has.
func mutated[K comparable, V any](ctx context.Context, l *gatherer[K, *V], typeName, name string, id K, object *V) (*V, error) {
	operation := graphql.GetOperationContext(ctx)
	// Most documents do not contain the word, so there is nothing to search.
	if !strings.Contains(operation.RawQuery, "revision") || !asksForRevision(operation.Doc, typeName) {
		l.Prime(id, object)
		return object, nil
	}
	if !graphql.FieldRequested(ctx, name) {
		return object, nil
	}
	return l.Load(ctx, id)
}

// asksForRevision reports whether a document asks for the revision of any object of a type.
func asksForRevision(document *ast.QueryDocument, typeName string) bool {
	var asks func(ast.SelectionSet) bool
	asks = func(selections ast.SelectionSet) bool {
		return slices.ContainsFunc(selections, func(selection ast.Selection) bool {
			switch s := selection.(type) {
			case *ast.Field:
				return s.Name == "revision" && s.ObjectDefinition.Name == typeName || asks(s.SelectionSet)
			case *ast.InlineFragment:
				return asks(s.SelectionSet)
			default:
				return false // a fragment's own selections are searched where it is defined
			}
		})
	}
	return slices.ContainsFunc(document.Operations, func(o *ast.OperationDefinition) bool { return asks(o.SelectionSet) }) ||
		slices.ContainsFunc(document.Fragments, func(f *ast.FragmentDefinition) bool { return asks(f.SelectionSet) })
}

// reread returns an object as of the snapshot after a mutation, if it is asked for: other effects of the commit may have changed
// it after the use case made its copy.
func reread[K comparable, V any](ctx context.Context, l *gatherer[K, *V], name string, id K) (*V, error) {
	if !graphql.FieldRequested(ctx, name) {
		return nil, nil
	}
	return l.Load(ctx, id)
}

func mutatedConversation(ctx context.Context, name string, v *inbox.Conversation) (*inbox.Conversation, error) {
	if v == nil {
		return nil, nil
	}
	return mutated(ctx, scopeOf(ctx).conversations(), "Conversation", name, v.ID, v)
}

func mutatedContact(ctx context.Context, name string, c *inbox.Contact) (*inbox.Contact, error) {
	if c == nil {
		return nil, nil
	}
	return mutated(ctx, scopeOf(ctx).contacts(), "Contact", name, c.ID, c)
}

func mutatedMessage(ctx context.Context, m *inbox.Message) *inbox.Message {
	if m != nil {
		scopeOf(ctx).messages().Prime(m.ID, m)
	}
	return m
}

// position returns the cursor of a payload, or nil if nothing happened.
func position(c inbox.Cursor) *inbox.Cursor {
	if c == "" {
		return nil
	}
	return &c
}
