package resolvers

import (
	"github.com/99designs/gqlgen/graphql"

	"foyer/engine"
	"foyer/inbox"
)

// In updates, left out means unchanged and null means cleared.

// patch takes over a field that can be cleared.
func patch[T any](field graphql.Omittable[*T]) engine.Patch[T] {
	value, set := field.ValueOK()
	return engine.Patch[T]{Set: set, Value: value}
}

// patchID takes over an id that can be cleared, as one of its kind.
func patchID[T any](field graphql.Omittable[*inbox.ID], kind func(inbox.ID) T) engine.Patch[T] {
	value, set := field.ValueOK()
	if value == nil {
		return engine.Patch[T]{Set: set}
	}
	return engine.SetTo(kind(*value))
}

// uncleared collects the fields that were cleared and cannot be.
type uncleared []*inbox.Error

// Error returns the first of them; userErrors has all.
func (u uncleared) Error() string { return u[0].Error() }

func (u *uncleared) add(name string) {
	*u = append(*u, inbox.Errorf(inbox.CodeInvalid, name, "This cannot be cleared. Leave it out to keep it unchanged."))
}

// kept takes over a field that cannot be cleared; nil where it is left out.
func kept[T any](u *uncleared, name string, field graphql.Omittable[*T]) *T {
	value, set := field.ValueOK()
	if set && value == nil {
		u.add(name)
	}
	return value
}

// keptList takes over a list that cannot be cleared, such as one of what to add; nil where it is left out.
func keptList[T any](u *uncleared, name string, field graphql.Omittable[[]T]) []T {
	value, set := field.ValueOK()
	if set && value == nil {
		u.add(name)
	}
	return value
}

// clearedList takes over a list that null empties; nil where it is left out.
func clearedList[T any](field graphql.Omittable[[]T]) []T {
	value, set := field.ValueOK()
	if set && value == nil {
		return []T{}
	}
	return value
}

// narrowed returns ids as those of one kind; nil stays nil. What is malformed or of another kind is unknown: zero.
func narrowed[T any](ids []inbox.ID, kind func(inbox.ID) T) []T {
	if ids == nil {
		return nil
	}
	narrow := make([]T, len(ids))
	for i, id := range ids {
		narrow[i] = kind(id)
	}
	return narrow
}

// distinct returns the values that a filter names, each once, or nil if it names none.
func distinct[T comparable](values []T) []T {
	if values == nil {
		return nil
	}
	seen := make(map[T]bool, len(values))
	once := make([]T, 0, len(values))
	for _, v := range values {
		if !seen[v] {
			seen[v] = true
			once = append(once, v)
		}
	}
	return once
}
