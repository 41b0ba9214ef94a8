package workflow

import (
	"errors"
	"maps"
	"slices"
)

// maxVariables is how many bytes the names and values of all variables of a run may have.
const maxVariables = 64 << 10

// setVariable sets a variable, or clears it if the value is nil. If the variables would become too large, nothing
// changes.
func (e *execution) setVariable(name string, value any) error {
	variables := make(map[string]any, len(e.variables)+1)
	maps.Copy(variables, e.variables)
	variables[name] = value
	if value == nil {
		delete(variables, name)
	} else if err := checkVariables(variables); err != nil {
		return err
	}
	e.variables = variables
	return nil
}

// checkVariables fails on variables that are too large.
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

// sortedKeys returns the keys of a map, sorted.
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
