package engine

// Patch is a change of one optional field: left out (not Set) it stays as it is, a nil Value clears it.
type Patch[T any] struct {
	Set   bool
	Value *T
}

// SetTo is the change to a value.
func SetTo[T any](v T) Patch[T] { return Patch[T]{Set: true, Value: &v} }

// set changes a field to a value; nil leaves it.
func set[T any](to, value *T) {
	if value != nil {
		*to = *value
	}
}

// apply makes the change and reports whether it was one.
func apply[T comparable](to **T, p Patch[T]) bool {
	if !p.Set || same(*to, p.Value) {
		return false
	}
	*to = p.Value
	return true
}
