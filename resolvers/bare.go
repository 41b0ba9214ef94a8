package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// onlyID tells whether nothing is asked of an object of this type but its id, which its parent knows already: then
// there is nothing to load. Foreign keys see to it that the object exists.
func onlyID(ctx context.Context, typeName string) bool {
	for _, field := range graphql.CollectFieldsCtx(ctx, []string{typeName, "Node"}) {
		if field.Name != "id" && field.Name != "__typename" {
			return false
		}
	}
	return true
}
