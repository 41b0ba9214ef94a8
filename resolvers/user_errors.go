package resolvers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
)

// If a resolver of a mutation fails with an error that the caller can act on, the answer is a payload that has only user
// errors. Resolvers return the error, and userErrors and answerRefusals do the rest.

// userErrors returns an error as user errors, or nil if a caller can do nothing about it.
func userErrors(err error) []*inbox.Error {
	if own, ok := errors.AsType[*inbox.Error](err); ok {
		return []*inbox.Error{own}
	}
	if uncleared, ok := errors.AsType[uncleared](err); ok {
		return uncleared
	}
	if form := engine.FormErrors(err); form != nil {
		return form
	}
	document, ok := errors.AsType[*engine.InvalidDocumentError](err)
	if !ok {
		return nil
	}
	problems := make([]*inbox.Error, len(document.Problems))
	for i, p := range document.Problems {
		message := p.Message
		if p.Step != nil {
			message = fmt.Sprintf("Step %q: %s", *p.Step, p.Message)
		}
		problems[i] = &inbox.Error{Code: inbox.CodeInvalid, Message: message, Field: append([]string{cmp.Or(document.Field, "definition")}, p.Path...)}
	}
	return problems
}

// refused returns the user errors beside an object, for a use case that did a part of what was requested.
func refused(err *inbox.Error) []*inbox.Error {
	if err == nil {
		return nil
	}
	return []*inbox.Error{err}
}

// answerRefusals makes the mutations of an operation answer with user errors if their resolvers fail with such errors, and
// refuses those that checkInputs refused without calling their resolvers. It changes what runs around the fields of this
// operation alone: its document may be kept, for operations with other inputs.
func (e *Executor) answerRefusals(operation *graphql.OperationContext) {
	if operation.Operation.Operation != ast.Mutation {
		return
	}
	refused, _ := operation.Stats.GetExtension(refusedExtension).(map[*ast.Field]*inbox.Error)
	next := operation.ResolverMiddleware
	operation.ResolverMiddleware = func(ctx context.Context, resolve graphql.Resolver) (any, error) {
		field := graphql.GetFieldContext(ctx)
		if field.Object != "Mutation" {
			return next(ctx, resolve)
		}
		if err := refused[field.Field.Field]; err != nil {
			return e.payloads.failed(field.Field.Name, []*inbox.Error{err}), nil
		}
		value, err := next(ctx, resolve)
		if problems := userErrors(err); problems != nil {
			return e.payloads.failed(field.Field.Name, problems), nil
		}
		return value, err
	}
}

// payloads has the type of each mutation's payload, by the mutation's name in small letters.
type payloads map[string]reflect.Type

// newPayloads finds the types among those that resolvers return.
func newPayloads() payloads {
	all := make(payloads)
	for method := range reflect.TypeFor[graph.MutationResolver]().Methods() {
		all[strings.ToLower(method.Name)] = method.Type.Out(0).Elem()
	}
	return all
}

// failed returns the payload of a mutation with only user errors.
func (p payloads) failed(mutation string, problems []*inbox.Error) any {
	payload := reflect.New(p[strings.ToLower(mutation)])
	payload.Elem().FieldByName("UserErrors").Set(reflect.ValueOf(problems))
	return payload.Interface()
}
