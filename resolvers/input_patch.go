package resolvers

import (
	"github.com/99designs/gqlgen/graphql"

	"foyer/engine"
	"foyer/inbox"
)

// In updates a field that is left out is unchanged, and null clears it.

// patch returns the change of a field that can be cleared.
func patch[T any](field graphql.Omittable[*T]) engine.Patch[T] {
	value, set := field.ValueOK()
	return engine.Patch[T]{Set: set, Value: value}
}

// patchID returns the change of an id of one kind that can be cleared.
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

// required returns a field that cannot be cleared, or nil if it is left out.
func required[T any](u *uncleared, name string, field graphql.Omittable[*T]) *T {
	value, set := field.ValueOK()
	if set && value == nil {
		u.add(name)
	}
	return value
}

// requiredList returns a list that cannot be cleared, such as one of tags to add, or nil if it is left out.
func requiredList[T any](u *uncleared, name string, field graphql.Omittable[[]T]) []T {
	value, set := field.ValueOK()
	if set && value == nil {
		u.add(name)
	}
	return value
}

// clearedList returns a list that null empties, or nil if it is left out.
func clearedList[T any](field graphql.Omittable[[]T]) []T {
	value, set := field.ValueOK()
	if set && value == nil {
		return []T{}
	}
	return value
}

// idsOf returns ids as those of one kind, and zero for ids that are malformed or of another kind. It returns nil for nil.
func idsOf[T any](ids []inbox.ID, kind func(inbox.ID) T) []T {
	if ids == nil {
		return nil
	}
	narrow := make([]T, len(ids))
	for i, id := range ids {
		narrow[i] = kind(id)
	}
	return narrow
}

// distinct returns values, each once. It returns nil for nil.
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
