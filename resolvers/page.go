package resolvers

import (
	"context"
	"encoding/base64"
	"slices"
	"strconv"

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

// listing is a page of a list: its nodes, and the cursor of each.
type listing[T any] struct {
	nodes   []T
	cursors []string
	info    *graph.PageInfo
}

// edges returns the nodes of a page with their cursors.
func edges[T, E any](l listing[T], edge func(cursor string, node T) *E) []*E {
	made := make([]*E, len(l.nodes))
	for i, node := range l.nodes {
		made[i] = edge(l.cursors[i], node)
	}
	return made
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

// window is a page that was asked for, of a list that is ordered by number.
type window struct {
	store.Range
	size int
}

// forward checks the arguments of a list that is paged in one direction.
func forward(first int32, after *string) (window, error) {
	return newWindow(&first, after, nil, nil)
}

// newWindow checks the arguments of a list that is paged in both directions. Without first and last the last ones are
// asked for.
func newWindow(first *int32, after *string, last *int32, before *string) (window, error) {
	if first != nil && last != nil {
		return window{}, requestError(codeBadRequest, "`first` and `last` cannot be used together.")
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
	w.Limit = w.size + 1 // one more reports whether there is more
	return w, nil
}

// list returns a page of what was found. If one more than asked for was found, it is left out: the first if the newest were
// asked for, else the last.
func list[T any](w window, found []T, number func(T) int64) listing[T] {
	more := len(found) > w.size
	switch {
	case more && w.Newest:
		found = slices.Clip(found[len(found)-w.size:])
	case more:
		found = slices.Clip(found[:w.size])
	}
	l := listing[T]{nodes: found, cursors: make([]string, len(found)), info: &graph.PageInfo{}}
	for i, node := range found {
		l.cursors[i] = numberCursor(number(node))
	}
	l.info.HasPreviousPage, l.info.HasNextPage = w.After != 0, w.Before != 0
	if w.Newest {
		l.info.HasPreviousPage = l.info.HasPreviousPage || more
	} else {
		l.info.HasNextPage = l.info.HasNextPage || more
	}
	l.ends()
	return l
}

// listByID reads a page of a list that is paged in one direction by id.
func listByID[K ~int64, T any](ctx context.Context, first int32, after *string,
	find func(r *store.Reader, after K, limit int) ([]*T, error), id func(*T) K) (listing[*T], error) {
	page, err := forward(first, after)
	if err != nil {
		return listing[*T]{}, err
	}
	found, err := read(ctx, func(r *store.Reader) ([]*T, error) { return find(r, K(page.After), page.Limit) })
	return list(page, found, func(o *T) int64 { return int64(id(o)) }), err
}

// search returns a page of what a search has found. More is the cursor after which the search goes on, or "" if it has come to
// the end: it may have found fewer than asked for by then. A page of size 0 says whether there is anything.
func search[T any](size int, after *string, found []T, cursor func(i int) string, more string) listing[T] {
	l := listing[T]{info: &graph.PageInfo{HasPreviousPage: after != nil}}
	if size == 0 {
		l.info.HasNextPage = len(found) > 0 || more != ""
		return l
	}
	for i, node := range found {
		l.nodes, l.cursors = append(l.nodes, node), append(l.cursors, cursor(i))
	}
	l.ends()
	if more != "" {
		l.info.HasNextPage, l.info.EndCursor = true, &more
	}
	return l
}

// ends fills in the cursors of the first and the last node.
func (l listing[T]) ends() {
	if n := len(l.cursors); n > 0 {
		l.info.StartCursor, l.info.EndCursor = &l.cursors[0], &l.cursors[n-1]
	}
}

// counted returns a count that went as far as maxCount+1: exact, or nil.
func counted(n int) *int32 {
	if n > maxCount {
		return nil
	}
	count := int32(n) // at most maxCount
	return &count
}
