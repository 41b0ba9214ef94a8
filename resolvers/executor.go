package resolvers

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"

	"foyer/graph"
)

const (
	// maxCachedDocuments and maxCachedBytes bound the parsed documents that are kept: by their number, and by the size
	// of their texts.
	maxCachedDocuments = 1000
	maxCachedBytes     = 4 << 20
)

// Executor makes what runs operations: the schema with its limits, who calls, and how failures are shown.
func (r *Resolver) Executor() *executor.Executor {
	schema := graph.NewSchema(r)
	e := executor.New(schema)
	e.SetParserTokenLimit(r.limits.MaxTokens) // validation takes time that grows with the square of them
	e.SetDisableSuggestion(true)              // what there is, introspection tells; an error does not
	e.SetQueryCache(&documents{kept: make(map[string]*ast.QueryDocument)})
	e.SetErrorPresenter(r.present)
	e.SetRecoverFunc(recovered)
	e.Use(callers{r})
	e.Use(limits{r, schema.Schema()})
	e.Use(scopes{r})
	e.Use(streams{e})
	return e
}

// documents keeps parsed and validated documents. When there is no room another one goes, whichever.
type documents struct {
	mu    sync.Mutex
	kept  map[string]*ast.QueryDocument
	bytes int
}

var _ graphql.Cache[*ast.QueryDocument] = (*documents)(nil)

// Get gives the document of a text.
func (d *documents) Get(_ context.Context, text string) (*ast.QueryDocument, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	document, ok := d.kept[text]
	return document, ok
}

// Add keeps the document of a text.
func (d *documents) Add(_ context.Context, text string, document *ast.QueryDocument) {
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
	d.kept[text] = document
	d.bytes += len(text)
}
