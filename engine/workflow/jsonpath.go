package workflow

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// jsonPath leads to a value in JSON. It is the part of gjson's syntax that selects one value: data.items.0.id. A point
// or a backslash in a name is written with a backslash before it. # is the length of a list, and #.id are the ids of
// its items.
type jsonPath []string

const (
	maxPathParts = 32
	jsonCount    = "#"
)

// parseJSONPath reads a path. It refuses gjson's wildcards, queries and modifiers.
func parseJSONPath(written string) (jsonPath, error) {
	var parts jsonPath
	var part strings.Builder
	for i := 0; i < len(written); i++ {
		switch c := written[i]; {
		case c == '\\' && i+1 < len(written):
			i++
			part.WriteByte(written[i])
		case c == '.':
			parts = append(parts, part.String())
			part.Reset()
		case strings.IndexByte("*?|@!{}[]()\\", c) >= 0:
			return nil, fmt.Errorf("write a path like data.items.0.id: %q needs a backslash before it", c)
		default:
			part.WriteByte(c)
		}
	}
	parts = append(parts, part.String())
	if len(parts) > maxPathParts {
		return nil, fmt.Errorf("a path may have at most %d parts", maxPathParts)
	}
	for i, part := range parts {
		if part == "" {
			return nil, errors.New("write a path like data.items.0.id: a part of it is empty")
		}
		if part[0] == '#' && (part != jsonCount || i > 0 && parts[i-1] == jsonCount) {
			return nil, errors.New("`#` can be used alone, for the length of a list, or as `#.name`")
		}
	}
	return parts, nil
}

// find returns the value, or nil if there is none.
func (p jsonPath) find(value any) any {
	for i, part := range p {
		switch container := value.(type) {
		case map[string]any:
			value = container[part]
		case []any:
			if part == jsonCount {
				return p[i+1:].each(container)
			}
			index, err := strconv.Atoi(part)
			if err != nil || index < 0 || index >= len(container) {
				return nil
			}
			value = container[index]
		default:
			return nil
		}
	}
	return value
}

// each returns the values in all items of a list, or their number if the path ends at the list.
func (p jsonPath) each(items []any) any {
	if len(p) == 0 {
		return float64(len(items))
	}
	found := []any{}
	for _, item := range items {
		if value := p.find(item); value != nil {
			found = append(found, value)
		}
	}
	return found
}
