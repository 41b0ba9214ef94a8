package client

import (
	"fmt"
	"net/http"
	"strings"
)

// Error is a request that the server refused or could not answer.
type Error struct {
	// Status is the HTTP status, zero over a websocket.
	Status int
	// Problems are the errors of the response, or nil if it is not GraphQL.
	Problems []Problem
	// Body is the beginning of an answer that is not GraphQL.
	Body string
}

// Problem is one error of a GraphQL response.
type Problem struct {
	Message    string
	Path       []any
	Extensions struct {
		Code      string
		Reference string // of an internal error, to find it in the server's log
		Outcome   string // UNKNOWN if the change may or may not have been made
		Cursor    string // the last one of a stream
	}
}

// Error returns the messages of the problems or, if there are none, the status.
func (e *Error) Error() string {
	if len(e.Problems) == 0 {
		text := fmt.Sprintf("the server answered %d %s", e.Status, http.StatusText(e.Status))
		if e.Body != "" {
			text += ": " + e.Body
		}
		return text
	}
	texts := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		texts[i] = p.Message
		if p.Extensions.Code != "" {
			texts[i] = p.Extensions.Code + ": " + p.Message
		}
		if p.Extensions.Reference != "" {
			texts[i] += " (reference " + p.Extensions.Reference + ")"
		}
	}
	return strings.Join(texts, "; ")
}

// UserErrors are the errors of a mutation that its caller can act on. There are none if it succeeded.
type UserErrors []UserError

// UserError is one error of a mutation.
type UserError struct {
	Code    string
	Message string
	Field   []string
}

// Err returns the list as an error, or nil if it is empty.
func (l UserErrors) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// Error returns code, field and message of each.
func (l UserErrors) Error() string {
	texts := make([]string, len(l))
	for i, e := range l {
		texts[i] = e.Code + ": " + e.Message
		if len(e.Field) > 0 {
			texts[i] = e.Code + ": " + strings.Join(e.Field, ".") + ": " + e.Message
		}
	}
	return strings.Join(texts, "; ")
}
