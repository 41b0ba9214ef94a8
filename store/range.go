package store

import "slices"

// Range is a part of a list that is ordered by id. After and Before are exclusive; zero is an open end. With Newest the limit
// leaves the last ones of the part, else the first ones; the result is oldest first either way.
type Range struct {
	After, Before int64
	Limit         int
	Newest        bool
}

// narrow adds the part to a WHERE and returns the ORDER BY and LIMIT that go with it.
func (r Range) narrow(where *condition, column string) string {
	if r.After != 0 {
		where.and(column+` > ?`, r.After)
	}
	if r.Before != 0 {
		where.and(column+` < ?`, r.Before)
	}
	where.args = append(where.args, r.Limit)
	if r.Newest {
		return ` ORDER BY ` + column + ` DESC` + limited
	}
	return ` ORDER BY ` + column + limited
}

func oldestFirst[T any](list []T, page Range) []T {
	if page.Newest {
		slices.Reverse(list)
	}
	return list
}
