package resolvers

import (
	"context"
	"encoding/base64"
	"slices"
	"strconv"

	"github.com/99designs/gqlgen/graphql"

	"foyer/graph"
	"foyer/store"
)

const (
	// maxPage is how long a page may be.
	maxPage = 100
	// defaultPage is how long a page is if the caller does not say.
	defaultPage = 50
	// maxCount is how far lists are counted.
	maxCount = 10_000
)

// connection returns a page with these nodes. cursor returns the cursor of the node at an index.
func connection[T any](nodes []T, cursor func(i int) string) *graph.Connection[T] {
	c := &graph.Connection[T]{Nodes: nodes, Edges: make([]graph.Edge[T], len(nodes))}
	for i, node := range nodes {
		c.Edges[i] = graph.Edge[T]{Cursor: cursor(i), Node: node}
	}
	if n := len(nodes); n > 0 {
		c.PageInfo.StartCursor, c.PageInfo.EndCursor = &c.Edges[0].Cursor, &c.Edges[n-1].Cursor
	}
	return c
}

// pageSize checks a first or last.
func pageSize(name string, n int32) (int, error) {
	if n < 0 || n > maxPage {
		return 0, requestError(codeBadRequest, "%s must be from 0 to %d.", name, maxPage)
	}
	return int(n), nil
}

// encodeCursor makes a cursor of a position.
func encodeCursor(position string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(position))
}

// decodeCursor returns the position of a cursor, or "" if there is no cursor.
func decodeCursor(name string, cursor *string) (string, error) {
	if cursor == nil {
		return "", nil
	}
	position, err := base64.RawURLEncoding.Strict().DecodeString(*cursor)
	if err != nil || len(position) == 0 {
		return "", malformed(name)
	}
	return string(position), nil
}

func malformed(name string) error {
	return requestError(codeBadRequest, "%s is not a cursor of this list.", name)
}

// numberCursor makes a cursor of an id or an event's number.
func numberCursor(n int64) string { return encodeCursor(strconv.FormatInt(n, 10)) }

// decodeNumber returns the number of a cursor, or zero if there is no cursor.
func decodeNumber(name string, cursor *string) (int64, error) {
	position, err := decodeCursor(name, cursor)
	if err != nil || position == "" {
		return 0, err
	}
	n, err := strconv.ParseInt(position, 10, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 10) != position {
		return 0, malformed(name)
	}
	return n, nil
}

// window is the requested page of a list that is ordered by number.
type window struct {
	store.Range
	size int
}

// forward checks the arguments of a list that is paged in one direction.
func forward(first int32, after *string) (window, error) {
	return newWindow(&first, after, nil, nil)
}

// newWindow checks the arguments of a list that is paged in both directions. Without first and last, the last ones are
// requested.
func newWindow(first *int32, after *string, last *int32, before *string) (window, error) {
	if first != nil && last != nil {
		return window{}, bothEnds()
	}
	w := window{size: defaultPage}
	w.Newest = first == nil
	var err error
	switch {
	case first != nil:
		w.size, err = pageSize("first", *first)
	case last != nil:
		w.size, err = pageSize("last", *last)
	}
	if err != nil {
		return window{}, err
	}
	if w.After, err = decodeNumber("after", after); err != nil {
		return window{}, err
	}
	if w.Before, err = decodeNumber("before", before); err != nil {
		return window{}, err
	}
	w.Limit = w.size + 1 // one more shows whether there are others
	return w, nil
}

func bothEnds() error {
	return requestError(codeBadRequest, "`first` and `last` cannot be used together.")
}

// list returns a page of what was found. If one more than requested was found, it is left out: the first if the newest were
// requested, otherwise the last.
func list[T any](w window, found []T, number func(T) int64) *graph.Connection[T] {
	more := len(found) > w.size
	switch {
	case more && w.Newest:
		found = slices.Clip(found[len(found)-w.size:])
	case more:
		found = slices.Clip(found[:w.size])
	}
	c := connection(found, func(i int) string { return numberCursor(number(found[i])) })
	c.PageInfo.HasPreviousPage = w.After != 0 || more && w.Newest
	c.PageInfo.HasNextPage = w.Before != 0 || more && !w.Newest
	return c
}

// listByID reads a page of a list that is paged in one direction by id.
func listByID[K ~int64, T any](ctx context.Context, first int32, after *string,
	find func(r *store.Reader, after K, limit int) ([]*T, error), id func(*T) K) (*graph.Connection[*T], error) {
	page, err := forward(first, after)
	if err != nil {
		return nil, err
	}
	found, err := read(ctx, func(r *store.Reader) ([]*T, error) { return find(r, K(page.After), page.Limit) })
	return list(page, found, func(o *T) int64 { return int64(id(o)) }), err
}

// search returns a page of what a search has found. more is the cursor after which the search goes on, or "" if it has come to
// the end: until there it may have found fewer than requested. A page of size 0 says whether there is anything.
func search[T any](size int, after *string, found []T, cursor func(i int) string, more string) *graph.Connection[T] {
	if size == 0 {
		return &graph.Connection[T]{PageInfo: graph.PageInfo{HasPreviousPage: after != nil, HasNextPage: len(found) > 0 || more != ""}}
	}
	c := connection(found, cursor)
	c.PageInfo.HasPreviousPage = after != nil
	if more != "" {
		c.PageInfo.HasNextPage, c.PageInfo.EndCursor = true, &more
	}
	return c
}

// totalCount returns how many nodes a list has, or nil if that is not requested or above maxCount. count counts them up to
// most.
func totalCount(ctx context.Context, count func(r *store.Reader, most int) (int, error)) (*int32, error) {
	if !graphql.FieldRequested(ctx, "totalCount") {
		return nil, nil
	}
	n, err := read(ctx, func(r *store.Reader) (int, error) { return count(r, maxCount+1) })
	return counted(n), err
}

// counted returns a count that stops at maxCount+1: exact, or nil.
func counted(n int) *int32 {
	if n > maxCount {
		return nil
	}
	count := int32(n) // at most maxCount
	return &count
}
