package resolvers

import (
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"foyer/internal/cache"
)

const (
	// maxCachedBytes bounds the parsed documents that are kept, by the size of their texts and documentCost for each.
	maxCachedBytes = 4 << 20
	// documentCost is the least that a document counts, so that at most a thousand are kept.
	documentCost = 4 << 10
)

// documents keeps parsed and validated documents, with what does not change between runs of their operations.
type documents struct {
	kept *cache.Cache[string, *document]
}

// document is a document that is kept.
type document struct {
	parsed *ast.QueryDocument
	// The functions that run around fields, for gqlgen: the same for all operations of an executor.
	fields     graphql.FieldMiddleware
	rootFields graphql.RootFieldMiddleware

	sizes     sync.Map // *ast.OperationDefinition to size, of those that do not depend on variables
	forms     sync.Map // *ast.OperationDefinition to normalForm, of subscriptions
	arguments sync.Map // *ast.OperationDefinition to []argument, those that have a limit
}

func newDocuments() *documents {
	return &documents{kept: cache.New[string, *document](maxCachedBytes)}
}

// find returns the document of a text, or nil if it is not kept.
func (d *documents) find(text string) *document {
	found, _ := d.kept.Get(text)
	return found
}

// keep keeps the document of an operation for its account and for all others.
func (d *documents) keep(account string, operation *graphql.OperationContext) {
	d.kept.Put(account, operation.RawQuery, &document{parsed: operation.Doc,
		fields: operation.ResolverMiddleware, rootFields: operation.RootResolverMiddleware},
		max(documentCost, len(operation.RawQuery)))
}

// size returns the size of an operation and reports whether it is known.
func (d *documents) size(text string, operation *ast.OperationDefinition) (size, bool) {
	found := d.find(text)
	if found == nil {
		return size{}, false
	}
	known, _ := found.sizes.Load(operation)
	s, ok := known.(size)
	return s, ok
}

// keepSize keeps the size of an operation of a document that is kept.
func (d *documents) keepSize(text string, operation *ast.OperationDefinition, s size) {
	if found := d.find(text); found != nil && found.parsed.Operations.ForName(operation.Name) == operation {
		found.sizes.Store(operation, s)
	}
}

// normalForm returns the normal form of an operation, and keeps it with its document if that is kept.
func (d *documents) normalForm(text string, operation *ast.OperationDefinition) normalForm {
	found := d.find(text)
	if found == nil || found.parsed.Operations.ForName(operation.Name) != operation {
		return normalize(operation)
	}
	if known, ok := found.forms.Load(operation); ok {
		return known.(normalForm)
	}
	form := normalize(operation)
	found.forms.Store(operation, form)
	return form
}
