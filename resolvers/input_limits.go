package resolvers

import (
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"foyer/graph"
	"foyer/inbox"
)

// argument is an argument of an operation whose values have a limit.
type argument struct {
	field    *ast.Field
	name     string
	value    *ast.Value
	limit    *graph.LimitedValue
	mutation bool // whether the field is a mutation
}

// checkInputs checks the arguments of an operation against the limits that the schema has with @limit, before anything runs. A
// mutation with an argument beyond its limit answers with a user error, and the others of its operation run. Other fields
// with such arguments refuse the operation.
func (e *Executor) checkInputs(operation *graphql.OperationContext) *gqlerror.Error {
	var refused map[*ast.Field]*inbox.Error
	for _, a := range e.limitedArguments(operation) {
		value, err := a.value.Value(operation.Variables)
		if err != nil {
			continue // gqlgen reports what is wrong with it
		}
		excess := a.limit.Check(value)
		switch {
		case excess == nil:
		case !a.mutation:
			return requestError(codeBadRequest, "%s: %s", strings.Join(append([]string{a.name}, excess.Path...), "."), excess.Why.Message)
		case refused == nil:
			refused = make(map[*ast.Field]*inbox.Error)
			fallthrough
		default:
			excess.Why.Field = excess.Path
			refused[a.field] = excess.Why
		}
	}
	if refused != nil {
		operation.Stats.SetExtension(refusedExtension, refused)
	}
	return nil
}

// refusedExtension is the name of the extension of an operation that says which of its mutations are refused.
const refusedExtension = "refused"

// limitedArguments returns the arguments of an operation whose values have a limit. They are kept with the document.
func (e *Executor) limitedArguments(operation *graphql.OperationContext) []argument {
	kept := e.documents.find(operation.RawQuery)
	if kept != nil {
		if known, ok := kept.arguments.Load(operation.Operation); ok {
			return known.([]argument)
		}
	}
	search := argumentSearch{maxima: e.maxima, seen: make(map[string]bool)}
	search.selections(operation.Operation.SelectionSet, operation.Operation.Operation == ast.Mutation)
	if kept != nil && kept.parsed.Operations.ForName(operation.Operation.Name) == operation.Operation {
		kept.arguments.Store(operation.Operation, search.found)
	}
	return search.found
}

// argumentSearch finds the arguments of an operation whose values have a limit. It examines each fragment once.
type argumentSearch struct {
	maxima *graph.Limits
	seen   map[string]bool
	found  []argument
}

func (s *argumentSearch) selections(selections ast.SelectionSet, mutations bool) {
	for _, selection := range selections {
		switch selected := selection.(type) {
		case *ast.Field:
			s.field(selected, mutations)
		case *ast.InlineFragment:
			s.selections(selected.SelectionSet, mutations)
		case *ast.FragmentSpread:
			if !s.seen[selected.Name] {
				s.seen[selected.Name] = true
				s.selections(selected.Definition.SelectionSet, mutations)
			}
		}
	}
}

func (s *argumentSearch) field(field *ast.Field, mutation bool) {
	for _, given := range field.Arguments {
		definition := field.Definition.Arguments.ForName(given.Name)
		if definition == nil {
			continue
		}
		if limit := s.maxima.Argument(definition); limit != nil {
			s.found = append(s.found, argument{field, given.Name, given.Value, limit, mutation})
		}
	}
	s.selections(field.SelectionSet, false)
}
