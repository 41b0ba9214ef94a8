package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// onlyID reports whether nothing is asked of an object of this type but its id, which its parent knows already: then
// there is nothing to load. Foreign keys see to it that the object exists.
func onlyID(ctx context.Context, typeName string) bool {
	if plain(graphql.GetFieldContext(ctx).Field.Selections) {
		return true
	}
	for _, field := range graphql.CollectFieldsCtx(ctx, []string{typeName, "Node"}) {
		if !isBare(field.Name) {
			return false
		}
	}
	return true
}

// plain reports whether a selection has nothing but such fields, and no fragments: then there is nothing to collect.
func plain(selections ast.SelectionSet) bool {
	for _, selection := range selections {
		if field, ok := selection.(*ast.Field); !ok || !isBare(field.Name) {
			return false
		}
	}
	return true
}

func isBare(field string) bool { return field == "id" || field == "__typename" }
