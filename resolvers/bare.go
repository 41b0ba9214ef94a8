package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// onlyID reports whether a selection asks an object of a type for nothing but its id. Its parent knows the id, so there is
// nothing to load: foreign keys make sure that the object exists.
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

// plain reports whether a selection has no other fields and no fragments, which would have to be collected.
func plain(selections ast.SelectionSet) bool {
	for _, selection := range selections {
		if field, ok := selection.(*ast.Field); !ok || !isBare(field.Name) {
			return false
		}
	}
	return true
}

func isBare(field string) bool { return field == "id" || field == "__typename" }
