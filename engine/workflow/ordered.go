package workflow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// orderedObject is a JSON object whose members keep the order in which they stand. Beside it ordered values are
// []any, string, json.Number, bool and nil.
type orderedObject []member

type member struct {
	name  string
	value any
}

// get returns the member of this name; nil where there is none.
func (o orderedObject) get(name string) any {
	for _, m := range o {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// readOrdered reads JSON. It fails on what is not JSON, too large or too deep.
func readOrdered(document []byte) (any, error) {
	if len(document) > MaxDocument {
		return nil, fmt.Errorf("the document has %d bytes, and may have at most %d", len(document), MaxDocument)
	}
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	value, err := readOrderedValue(decoder, 0)
	if err != nil {
		return nil, fmt.Errorf("the document is not JSON: %w", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("the document is not JSON: there is something after its end")
	}
	return value, nil
}

func readOrderedValue(decoder *json.Decoder, depth int) (any, error) {
	if depth > maxNesting {
		return nil, fmt.Errorf("lists and objects are nested more than %d levels deep", maxNesting)
	}
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		object := orderedObject{}
		for decoder.More() {
			name, err := decoder.Token()
			if err != nil {
				return nil, err
			}
			value, err := readOrderedValue(decoder, depth+1)
			if err != nil {
				return nil, err
			}
			object = append(object, member{fmt.Sprint(name), value})
		}
		_, err := decoder.Token()
		return object, err
	case json.Delim('['):
		list := []any{}
		for decoder.More() {
			value, err := readOrderedValue(decoder, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		_, err := decoder.Token()
		return list, err
	default:
		return token, nil
	}
}
