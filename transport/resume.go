package transport

import (
	"fmt"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// headerLastEvent is the header by which the client of an event stream asks to
// go on where it was interrupted.
const headerLastEvent = "Last-Event-Id"

// resume makes a subscription start after the last event that its client has
// seen. If it cannot, the client must be told: it would miss what happened
// meanwhile.
func (h *Handler) resume(operation *graphql.OperationContext, lastEvent string) *gqlerror.Error {
	argument := h.config.ResumeArgument
	if argument == "" || lastEvent == "" {
		return nil
	}
	if !isPosition(lastEvent) {
		return newError(codeBadRequest, "Last-Event-ID is not an id of this stream.")
	}
	variable := variableOf(operation.Operation.SelectionSet, argument)
	if variable == "" {
		return newError(codeBadRequest, fmt.Sprintf(
			"Last-Event-ID can be used only with a subscription that takes its argument %q from a variable.", argument))
	}
	operation.Variables[variable] = lastEvent
	return nil
}

// variableOf returns the name of the variable that a selected field takes an
// argument from, or "" if there is none. Fields within fields do not count.
func variableOf(selections ast.SelectionSet, argument string) string {
	for _, selection := range selections {
		variable := ""
		switch selection := selection.(type) {
		case *ast.Field:
			given := selection.Arguments.ForName(argument)
			if given != nil && given.Value.Kind == ast.Variable {
				variable = given.Value.Raw
			}
		case *ast.InlineFragment:
			variable = variableOf(selection.SelectionSet, argument)
		case *ast.FragmentSpread:
			variable = variableOf(selection.Definition.SelectionSet, argument)
		}
		if variable != "" {
			return variable
		}
	}
	return ""
}
