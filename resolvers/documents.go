package resolvers

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

const (
	// maxCachedDocuments and maxCachedBytes bound the parsed documents that are kept: by their number, and by the size
	// of their texts.
	maxCachedDocuments = 1000
	maxCachedBytes     = 4 << 20
)

// documents keeps parsed and validated documents, with what is the same whenever their operations run. When there is no
// room another one goes, whichever.
type documents struct {
	mu    sync.RWMutex
	kept  map[string]*document
	bytes int
}

// document is one that is kept.
type document struct {
	parsed *ast.QueryDocument
	// What runs around fields: the same for all operations of an executor.
	fields     graphql.FieldMiddleware
	rootFields graphql.RootFieldMiddleware

	sizes     sync.Map // *ast.OperationDefinition to size, of those that do not depend on variables
	arguments sync.Map // *ast.OperationDefinition to []argument, those that have a limit
}

var _ graphql.Cache[*ast.QueryDocument] = (*documents)(nil)

func newDocuments() *documents { return &documents{kept: make(map[string]*document)} }

// find gives what is kept of a text; nil where nothing is.
func (d *documents) find(text string) *document {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.kept[text]
}

// Get gives the document of a text.
func (d *documents) Get(_ context.Context, text string) (*ast.QueryDocument, bool) {
	if found := d.find(text); found != nil {
		return found.parsed, true
	}
	return nil, false
}

// Add keeps the document of a text, for the operation that runs in ctx and those after it.
func (d *documents) Add(ctx context.Context, text string, parsed *ast.QueryDocument) {
	operation := graphql.GetOperationContext(ctx)
	added := &document{parsed: parsed, fields: operation.ResolverMiddleware, rootFields: operation.RootResolverMiddleware}
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.kept[text]; ok {
		return
	}
	for other := range d.kept {
		if len(d.kept) < maxCachedDocuments && d.bytes+len(text) <= maxCachedBytes {
			break
		}
		delete(d.kept, other)
		d.bytes -= len(other)
	}
	d.kept[text] = added
	d.bytes += len(text)
}

// size gives what is known of an operation's size.
func (d *documents) size(text string, operation *ast.OperationDefinition) (size, bool) {
	found := d.find(text)
	if found == nil {
		return size{}, false
	}
	known, ok := found.sizes.Load(operation)
	if !ok {
		return size{}, false
	}
	return known.(size), true
}

// keepSize keeps the size of an operation of a document that is kept.
func (d *documents) keepSize(text string, operation *ast.OperationDefinition, s size) {
	if found := d.find(text); found != nil && found.parsed.Operations.ForName(operation.Name) == operation {
		found.sizes.Store(operation, s)
	}
}
