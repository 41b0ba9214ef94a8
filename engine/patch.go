package engine

// Patch is a change of one optional field. If it is not Set the field does not change; a nil Value clears it.
type Patch[T any] struct {
	Set   bool
	Value *T
}

// SetTo is the change to a value.
func SetTo[T any](v T) Patch[T] { return Patch[T]{Set: true, Value: &v} }

// set changes a field to a value; nil changes nothing.
func set[T any](to, value *T) {
	if value != nil {
		*to = *value
	}
}

// apply makes the change and reports whether the field changed.
func apply[T comparable](to **T, p Patch[T]) bool {
	if !p.Set || same(*to, p.Value) {
		return false
	}
	*to = p.Value
	return true
}
