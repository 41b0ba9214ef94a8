package inbox

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Code is the kind of a failure that the caller can act on.
type Code string

const (
	CodeInvalid             Code = "INVALID"
	CodeRequired            Code = "REQUIRED"
	CodeNotFound            Code = "NOT_FOUND"
	CodeTaken               Code = "TAKEN"
	CodeConflict            Code = "CONFLICT"
	CodeForbidden           Code = "FORBIDDEN"
	CodeAtCapacity          Code = "AT_CAPACITY"
	CodeClosed              Code = "CLOSED"
	CodeBlocked             Code = "BLOCKED"
	CodeLimitExceeded       Code = "LIMIT_EXCEEDED"
	CodeIdempotencyMismatch Code = "IDEMPOTENCY_MISMATCH"
)

// Error is a failure that the caller can act on; the operation changed nothing. Message is a sentence for a person and
// contains nothing internal. Field is the path into the input, if one part of it is at fault.
type Error struct {
	Code    Code
	Message string
	Field   []string
	// Params is an object with what a client needs to say the message in another language: its template, and the values
	// by their names. Nil: the message has no values, and is its own template.
	Params JSON
}

// Errorf returns an Error about the part of the input that field names, a path with dots such as "message.text". An
// empty field names none. The template is the message with {name} in place of each param of that name; params that are
// not in the template are for programs alone.
func Errorf(code Code, field, template string, params ...Param) *Error {
	e := &Error{Code: code, Message: template}
	e.Message, e.Params = fill(template, params)
	if field != "" {
		e.Field = strings.Split(field, ".")
	}
	return e
}

// Param is a value of an Error, with its name.
type Param struct {
	name  string
	value any
}

// Named returns a Param. A number is a number for clients; every other value is a text, ids as they are in the API.
func Named(name string, value any) Param { return Param{name, value} }

// text returns the value as a message has it.
func (p Param) text() string {
	if n, ok := p.value.(int); ok {
		return Thousands(n)
	}
	return fmt.Sprint(p.value)
}

// json returns the value as clients get it.
func (p Param) json() any {
	switch v := p.value.(type) {
	case int:
		return v
	case Bytes:
		return int(v)
	default:
		return p.text()
	}
}

// Bytes is a size in the message of an Error.
type Bytes int

// String formats the size for people.
func (n Bytes) String() string {
	if n >= 1<<10 && n%(1<<10) == 0 {
		return Thousands(int(n>>10)) + " KiB"
	}
	return Thousands(int(n)) + " bytes"
}

// templateParam is the name under which clients get the template.
const templateParam = "template"

// fill returns the message of a template, and the object that clients get; nil without params.
func fill(template string, params []Param) (message string, object JSON) {
	if len(params) == 0 {
		return template, nil
	}
	values, texts := map[string]any{templateParam: template}, make([]string, 0, 2*len(params))
	for _, p := range params {
		values[p.name] = p.json()
		texts = append(texts, "{"+p.name+"}", p.text())
	}
	object, err := json.Marshal(values)
	if err != nil {
		object = nil // impossible: numbers and texts can be written
	}
	return strings.NewReplacer(texts...).Replace(template), object
}

// Error returns code, path and message.
func (e *Error) Error() string {
	if len(e.Field) == 0 {
		return fmt.Sprintf("%s: %s", e.Code, e.Message)
	}
	return fmt.Sprintf("%s: %s: %s", e.Code, strings.Join(e.Field, "."), e.Message)
}

// NotFound returns the Error for something that does not exist or that the caller may not see: the two look the same.
func NotFound(field, kind string) *Error {
	return Errorf(CodeNotFound, field, "There is no such {kind}.", Named("kind", kind))
}

// Forbidden returns the Error for what the caller may see but not do.
func Forbidden(message string) *Error { return &Error{Code: CodeForbidden, Message: message} }
