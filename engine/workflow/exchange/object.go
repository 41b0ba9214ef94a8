package exchange

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"foyer/engine/workflow"
)

// object is a JSON object whose members keep their order. The other values of a document are []any, string,
// json.Number, bool and nil.
type object []member

type member struct {
	name  string
	value any
}

// get returns the member of this name, or nil if there is none.
func (o object) get(name string) any {
	for _, m := range o {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// members returns an object with each of its members changed, and any other value as it is.
func members(value any, change func(name string, value any) any) any {
	o, ok := value.(object)
	if !ok {
		return value
	}
	changed := make(object, len(o))
	for i, m := range o {
		changed[i] = member{m.name, change(m.name, m.value)}
	}
	return changed
}

// items returns a list with each of its items changed, and any other value changed itself.
func items(value any, change func(item any) any) any {
	list, ok := value.([]any)
	if !ok {
		return change(value)
	}
	changed := make([]any, len(list))
	for i, item := range list {
		changed[i] = change(item)
	}
	return changed
}

// readJSON reads a document. It fails on what is not JSON, too large or nested too deep.
func readJSON(document []byte) (any, error) {
	if len(document) > workflow.MaxDocument {
		return nil, tooLarge(document)
	}
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	value, err := readValue(decoder, 0)
	if err != nil {
		return nil, fmt.Errorf("the document is not JSON: %w", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("the document is not JSON: there is something after its end")
	}
	return value, nil
}

func readValue(decoder *json.Decoder, depth int) (any, error) {
	if depth > workflow.MaxNesting {
		return nil, errTooDeep
	}
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	delimiter, isContainer := token.(json.Delim)
	if !isContainer {
		return token, nil
	}
	o, list := object{}, []any{}
	for decoder.More() {
		var name json.Token
		if delimiter == '{' {
			if name, err = decoder.Token(); err != nil {
				return nil, err
			}
		}
		value, err := readValue(decoder, depth+1)
		if err != nil {
			return nil, err
		}
		if delimiter == '{' {
			o = append(o, member{fmt.Sprint(name), value})
		} else {
			list = append(list, value)
		}
	}
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	if delimiter == '{' {
		return o, nil
	}
	return list, nil
}

// leading and trailing are the names that people write first and last in an object; never written to.
var (
	leading = []string{
		"$schema", "format", "name", "description", "trigger", "settings", "key", "on", "when", "go", "workflow",
		"field", "variable", "op", "value", "text", "answer", "method", "url", "label", "type", "timeZone",
		"mon", "tue", "wed", "thu", "fri", "sat", "sun",
	}
	trailing = []string{"next", "else", "exits", "steps"}
)

// isSorted reports whether the members of all objects are sorted by name: a document that was a variable of a request has
// lost its own order.
func isSorted(value any) bool {
	switch value := value.(type) {
	case object:
		return slices.IsSortedFunc(value, func(a, b member) int { return cmp.Compare(a.name, b.name) }) &&
			!slices.ContainsFunc(value, func(m member) bool { return !isSorted(m.value) })
	case []any:
		return !slices.ContainsFunc(value, func(item any) bool { return !isSorted(item) })
	}
	return true
}

// reordered returns a document in the order in which people write one.
func reordered(value any) any {
	switch value := value.(type) {
	case object:
		changed, _ := members(value, func(_ string, value any) any { return reordered(value) }).(object)
		slices.SortStableFunc(changed, func(a, b member) int { return cmp.Compare(rank(a.name), rank(b.name)) })
		return changed
	case []any:
		return items(value, reordered)
	}
	return value
}

// rank returns the place of a name in an object; names that are neither leading nor trailing are between these.
func rank(name string) int {
	if at := slices.Index(leading, name); at >= 0 {
		return at
	}
	return len(leading) + 1 + slices.Index(trailing, name)
}
