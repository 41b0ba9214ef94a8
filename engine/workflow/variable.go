package workflow

import (
	"errors"
	"maps"
	"slices"
)

// maxVariables bounds the bytes of all variables of a run: their names and texts.
const maxVariables = 64 << 10

// setVariable sets a variable, or clears it where the value is nil. Where it would be too much, all stays as it was.
func (r *run) setVariable(name string, value any) error {
	if !r.ownVariables {
		r.variables, r.ownVariables = maps.Clone(r.variables), true
	}
	if value == nil {
		delete(r.variables, name)
		return nil
	}
	if r.variables == nil {
		r.variables = map[string]any{}
	}
	before, had := r.variables[name]
	r.variables[name] = value
	err := checkVariables(r.variables)
	switch {
	case err != nil && had:
		r.variables[name] = before
	case err != nil:
		delete(r.variables, name)
	}
	return err
}

// checkVariables refuses more than a run may hold.
func checkVariables(variables map[string]any) error {
	size := 0
	for name, value := range variables {
		size += len(name) + variableSize(value)
	}
	if size > maxVariables {
		return errors.New("the variables of the run are larger than 64 KiB")
	}
	return nil
}

// sortedKeys returns the keys of a map in order.
func sortedKeys[T any](values map[string]T) []string { return slices.Sorted(maps.Keys(values)) }

func variableSize(value any) int {
	switch value := value.(type) {
	case string:
		return len(value)
	case []any:
		size := 0
		for _, item := range value {
			size += variableSize(item)
		}
		return size
	default:
		return 8
	}
}
