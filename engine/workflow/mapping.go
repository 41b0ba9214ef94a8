package workflow

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// mappingDocument says which variables get which values of a JSON document: {variable: {path, type}}, or {variable:
// path} for texts.
type mappingDocument map[string]mappedDocument

type mappedDocument struct {
	Path string    `json:"path"`
	Type FieldType `json:"type"`
}

// UnmarshalJSON reads an object or a path.
func (m *mappedDocument) UnmarshalJSON(data []byte) error {
	type plain mappedDocument
	return textOr((*plain)(m), &m.Path, data)
}

// declare returns the variables that the mapping sets.
func (m mappingDocument) declare() map[string]FieldType {
	declared := make(map[string]FieldType, len(m))
	for name, mapped := range m {
		declared[name] = cmp.Or(mapped.Type, TypeText)
	}
	return declared
}

// mapping is a compiled mapping, in the order of the variables' names.
type mapping []mapped

type mapped struct {
	variable string
	path     jsonPath
	written  string
	typed    FieldType
}

// mapping compiles a mapping and reports paths that cannot be read.
func (c *compiler) mapping(at path, doc mappingDocument) mapping {
	var compiled mapping
	for _, name := range sortedKeys(doc) {
		one := doc[name]
		found, err := parseJSONPath(one.Path)
		if err != nil {
			place := at.to(name)
			if _, object := c.source.lookup(place).(map[string]any); object {
				place = place.to("path")
			}
			c.add(place, "%s", err)
		}
		compiled = append(compiled, mapped{name, found, one.Path, cmp.Or(one.Type, TypeText)})
	}
	return compiled
}

// read returns the variables, with nil for those without a value. If a value is not of its type, it returns an error
// besides all others.
func (m mapping) read(body any) (map[string]any, error) {
	var failed error
	variables := make(map[string]any, len(m))
	for _, one := range m {
		found := one.path.find(body)
		value, ok := Coerce(found, one.typed)
		rounded := ok && one.typed == TypeNumber && losesDigits(found)
		switch {
		case rounded && failed == nil:
			failed = fmt.Errorf("the value of %s in the JSON has more digits than a NUMBER can have; save it as TEXT to keep them all", quote(one.written))
		case !ok && failed == nil:
			failed = fmt.Errorf("the value of %s in the JSON is not %s", quote(one.written), one.typed.wording())
		}
		if rounded {
			value = nil
		}
		variables[one.variable] = value
	}
	return variables, failed
}

// decodeJSON reads JSON from outside, and cleans its texts. A number that a float64 would change, such as an id of 19
// digits, becomes the text that it is written as.
func decodeJSON(body string) (any, error) {
	var whole json.RawMessage
	if err := json.Unmarshal([]byte(body), &whole); err != nil { // unlike a decoder, this refuses text after the value
		return nil, fmt.Errorf("it is not JSON: %w", err)
	}
	var value any
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return nil, fmt.Errorf("it is not JSON: %w", err)
	}
	if nesting(value) > maxSentNesting {
		return nil, fmt.Errorf("it is nested deeper than %d levels", maxSentNesting)
	}
	return cleanJSON(value), nil
}

// maxSentNesting is how deep JSON from outside may be nested. Parts of it are stored inside the JSON of a run, which Go
// reads to a depth of 10,000: a run that cannot be read would stop everything that its contact does.
const maxSentNesting = 100

func nesting(value any) int {
	deepest := 0
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			deepest = max(deepest, nesting(item))
		}
	case map[string]any:
		for _, item := range value {
			deepest = max(deepest, nesting(item))
		}
	default:
		return 0
	}
	return deepest + 1
}

// maxExact is the number up to which a float64 holds every whole number.
const maxExact = 1 << 53

// losesDigits reports whether a text is a whole number that a float64 would change.
func losesDigits(value any) bool {
	text, ok := value.(string)
	text = strings.TrimSpace(text)
	n, err := strconv.ParseFloat(text, 64)
	return ok && err == nil && math.Abs(n) >= maxExact && !strings.ContainsAny(text, ".eE") && formatNumber(n) != text
}

func cleanNumber(written json.Number) any {
	n, err := written.Float64()
	if err != nil || math.Abs(n) >= maxExact && !strings.ContainsAny(written.String(), ".eE") {
		return written.String()
	}
	return n
}

func cleanJSON(value any) any {
	switch value := value.(type) {
	case string:
		return cleanText(value)
	case json.Number:
		return cleanNumber(value)
	case []any:
		for i, item := range value {
			value[i] = cleanJSON(item)
		}
		return value
	case map[string]any:
		clean := make(map[string]any, len(value))
		for name, item := range value {
			clean[cleanText(name)] = cleanJSON(item)
		}
		return clean
	default:
		return value
	}
}

// cleanText replaces bytes that are not UTF-8, and the character NUL, which PostgreSQL cannot store.
func cleanText(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}
