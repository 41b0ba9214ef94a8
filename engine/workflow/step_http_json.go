package workflow

import (
	"encoding/json"
	"strings"
)

// jsonPlace is a body that is given as a text and is JSON: because its media type says so or, where there is none, because
// the author has written it so. Values inside the quotes of a string are escaped; one outside of quotes is a number, true
// or false as it is, null where it is empty, and else a string.
type jsonPlace struct {
	known    bool // whether it is JSON or not
	is       bool
	inString bool
	escaped  bool // behind a backslash
}

func (j *jsonPlace) Literal(text string) string {
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

func (j *jsonPlace) Value(text, by string) (string, error) {
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

func (j *jsonPlace) Secret() { j.known = true }

func (*jsonPlace) end() error { return nil }
