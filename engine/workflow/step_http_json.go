package workflow

import (
	"encoding/json"
	"strings"
)

// jsonEncoder encodes values in a body that is a text of JSON: because of its media type or, without one, because it
// begins like JSON. Values inside the quotes of a string are escaped. A value outside of quotes stays if it is a
// number, true or false, becomes null if it is empty, and a string otherwise.
type jsonEncoder struct {
	plainEncoder
	known    bool // whether it is known to be JSON or not
	is       bool
	inString bool
	escaped  bool // after a backslash
}

func (j *jsonEncoder) Literal(text string) string {
	if !j.known {
		if begins := strings.TrimSpace(text); begins != "" {
			j.known, j.is = true, begins[0] == '{' || begins[0] == '['
		}
	}
	for i := range len(text) {
		switch c := text[i]; {
		case j.escaped:
			j.escaped = false
		case c == '\\':
			j.escaped = j.inString
		case c == '"':
			j.inString = !j.inString
		}
	}
	return text
}

func (j *jsonEncoder) Value(text, by string) (string, error) {
	j.known = true
	switch {
	case !j.is:
		return text, nil
	case j.inString:
		return jsonInside(text), nil
	case by == encodedJSON:
		return text, nil
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return "null", nil
	}
	if strings.IndexByte(`"{[`, text[0]) < 0 && json.Valid([]byte(text)) {
		return text, nil
	}
	return `"` + jsonInside(text) + `"`, nil
}

func (j *jsonEncoder) Secret() { j.known = true }
