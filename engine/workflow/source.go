package workflow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

const (
	// MaxDocument is how many bytes a document may have.
	MaxDocument = 256 << 10
	// MaxNesting is how deep lists and objects may nest. A document with conditions within their bounds needs less.
	MaxNesting = 64
	// maxValues is how many values a document may have, counting those in lists and objects. maxContainers is how many
	// of them may be lists or objects: each can be a mistake that takes work to explain.
	maxValues     = 40_000
	maxContainers = 10_000
)

// source is a document as plain JSON values, with float64 for numbers, and the order of its parts.
type source struct {
	value any
	order map[string]int
}

// readSource reads a document. Unlike encoding/json it refuses a document that is too large or nested too deep, a name
// that occurs twice in an object (it is unclear which one counts), and the character NUL (PostgreSQL cannot store it).
func readSource(document []byte) (source, *Problem) {
	if len(document) > MaxDocument {
		message := fmt.Sprintf("The document has %d bytes, and may have at most %d.", len(document), MaxDocument)
		return source{}, &Problem{Path: path{}, Message: message}
	}
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	reader := sourceReader{decoder: decoder, order: map[string]int{}}
	value, err := reader.value(path{})
	if err == nil {
		if _, end := decoder.Token(); end != io.EOF {
			err = errors.New("there is something after its end")
		}
	}
	if err != nil {
		return source{}, reader.problem(document, err)
	}
	return source{value: value, order: reader.order}, nil
}

type sourceReader struct {
	decoder *json.Decoder
	order   map[string]int
	at      path // the part that is being read

	containers int // lists and objects so far
}

// refusedError is why the part at sourceReader.at is refused, as opposed to an error of encoding/json.
type refusedError string

func (r refusedError) Error() string { return string(r) }

func (r *sourceReader) problem(document []byte, err error) *Problem {
	if ours, ok := errors.AsType[refusedError](err); ok {
		return &Problem{Path: r.at, Message: sentence(string(ours))}
	}
	reason := strings.TrimPrefix(err.Error(), "json: ")
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		reason = "it ends too early"
	}
	before := document[:min(int(r.decoder.InputOffset()), len(document))]
	line := bytes.Count(before, []byte("\n")) + 1
	return &Problem{Path: path{}, Message: fmt.Sprintf("The document is not JSON: %s (line %d).", reason, line)}
}

func (r *sourceReader) value(at path) (any, error) {
	r.at = at
	r.order[strings.Join(at, "/")] = len(r.order)
	if len(at) > MaxNesting {
		return nil, refusedError(fmt.Sprintf("lists and objects are nested more than %d levels deep", MaxNesting))
	}
	if len(r.order) > maxValues {
		return nil, refusedError(fmt.Sprintf("the document has more than %d values", maxValues))
	}
	token, err := r.decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case json.Delim:
		if r.containers++; r.containers > maxContainers {
			return nil, refusedError(fmt.Sprintf("the document has more than %d lists and objects", maxContainers))
		}
		if token == '{' {
			return r.object(at)
		}
		return r.list(at)
	case json.Number:
		number, err := strconv.ParseFloat(token.String(), 64)
		if err != nil {
			return nil, refusedError("the number is out of range")
		}
		return number, nil
	case string:
		if strings.ContainsRune(token, 0) {
			return nil, refusedError("a text must not contain the character NUL")
		}
		return token, nil
	default:
		return token, nil
	}
}

func (r *sourceReader) object(at path) (any, error) {
	object := map[string]any{}
	for r.decoder.More() {
		token, err := r.decoder.Token()
		if err != nil {
			return nil, err
		}
		name, ok := token.(string)
		if !ok || strings.ContainsRune(name, 0) {
			return nil, refusedError("a name must be a text without the character NUL")
		}
		below := at.to(name)
		if _, twice := object[name]; twice {
			r.at = below
			return nil, refusedError(fmt.Sprintf("the name %q occurs twice", name))
		}
		if object[name], err = r.value(below); err != nil {
			return nil, err
		}
	}
	_, err := r.decoder.Token()
	return object, err
}

func (r *sourceReader) list(at path) (any, error) {
	list := []any{}
	for r.decoder.More() {
		value, err := r.value(at.to(len(list)))
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	_, err := r.decoder.Token()
	return list, err
}

// position returns the position of a part in the document, or that of the nearest part around it.
func (s source) position(at path) int {
	for n := len(at); n >= 0; n-- {
		if place, ok := s.order[strings.Join(at[:n], "/")]; ok {
			return place
		}
	}
	return 0
}

// stepAt returns the key of the step that a path leads into, or nil if it leads into no step, or into one without a
// key.
func (s source) stepAt(at path) *string {
	if len(at) < 2 || at[0] != "steps" {
		return nil
	}
	step, _ := s.lookup(at[:2]).(map[string]any)
	key, ok := step["key"].(string)
	if !ok || key == "" {
		return nil
	}
	return &key
}

// lookup returns the value at a path, or nil if there is none.
func (s source) lookup(at path) any { return jsonPath(at).find(s.value) }
