package inbox

import (
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
}

// Errorf returns an Error about the part of the input that field names, a path with dots such as "message.text". An
// empty field names none.
func Errorf(code Code, field, format string, args ...any) *Error {
	e := &Error{Code: code, Message: fmt.Sprintf(format, args...)}
	if field != "" {
		e.Field = strings.Split(field, ".")
	}
	return e
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
	return Errorf(CodeNotFound, field, "There is no such %s.", kind)
}

// Forbidden returns the Error for what the caller may see but not do.
func Forbidden(message string) *Error { return &Error{Code: CodeForbidden, Message: message} }
