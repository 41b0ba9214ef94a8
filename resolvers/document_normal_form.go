package resolvers

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// normalForm is a subscription without what makes no difference to its items: comments and white space, the names of the
// operation, of its fragments and of its variables, and the cursor that it begins after.
type normalForm struct {
	text      string
	variables []string // by the order in which the text uses them
}

// normalize writes an operation in its normal form.
func normalize(operation *ast.OperationDefinition) normalForm {
	n := normalizer{}
	n.directives(operation.Directives)
	n.selections(operation.SelectionSet)
	for written := 0; written < len(n.fragments); { // fragments that a fragment spreads are appended meanwhile
		fragment := n.fragments[written]
		written++
		n.write(" fragment on ", fragment.TypeCondition)
		n.directives(fragment.Directives)
		n.selections(fragment.SelectionSet)
	}
	return normalForm{n.text.String(), n.variables}
}

type normalizer struct {
	text      strings.Builder
	fragments []*ast.FragmentDefinition // by the order in which they are spread
	variables []string
}

func (n *normalizer) write(texts ...string) {
	for _, text := range texts {
		n.text.WriteString(text)
	}
}

func (n *normalizer) selections(selections ast.SelectionSet) {
	if len(selections) == 0 {
		return
	}
	n.write("{")
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			n.field(s)
		case *ast.InlineFragment:
			n.write("... ")
			if s.TypeCondition != "" {
				n.write("on ", s.TypeCondition)
			}
			n.directives(s.Directives)
			n.selections(s.SelectionSet)
		case *ast.FragmentSpread:
			n.write("...", strconv.Itoa(numberOf(&n.fragments, s.Definition)), " ")
			n.directives(s.Directives)
		}
	}
	n.write("}")
}

func (n *normalizer) field(field *ast.Field) {
	if field.Alias != field.Name {
		n.write(field.Alias, ":")
	}
	n.write(field.Name, " ")
	begins := field.ObjectDefinition != nil && field.ObjectDefinition.Name == "Subscription"
	n.arguments(field.Arguments, func(a *ast.Argument) bool { return begins && a.Name == "after" })
	n.directives(field.Directives)
	n.selections(field.SelectionSet)
}

func (n *normalizer) directives(directives ast.DirectiveList) {
	for _, directive := range directives {
		n.write("@", directive.Name, " ")
		n.arguments(directive.Arguments, func(*ast.Argument) bool { return false })
	}
}

func (n *normalizer) arguments(arguments ast.ArgumentList, leftOut func(*ast.Argument) bool) {
	arguments = slices.DeleteFunc(slices.Clone(arguments), leftOut)
	if len(arguments) == 0 {
		return
	}
	slices.SortFunc(arguments, func(a, b *ast.Argument) int { return cmp.Compare(a.Name, b.Name) })
	n.write("(")
	for _, a := range arguments {
		n.write(a.Name, ":")
		n.value(a.Value)
	}
	n.write(")")
}

func (n *normalizer) value(value *ast.Value) {
	switch value.Kind {
	case ast.Variable:
		n.write("$", strconv.Itoa(numberOf(&n.variables, value.Raw)), " ")
	case ast.StringValue, ast.BlockValue:
		n.write(strconv.Quote(value.Raw))
	case ast.ListValue, ast.ObjectValue:
		n.write("[")
		for _, child := range sortedByName(value.Children) {
			n.write(child.Name, ":")
			n.value(child.Value)
		}
		n.write("]")
	default:
		n.write(value.Raw, " ")
	}
}

// sortedByName does not reorder the items of a list, which have no names.
func sortedByName(children ast.ChildValueList) ast.ChildValueList {
	sorted := slices.Clone(children)
	slices.SortStableFunc(sorted, func(a, b *ast.ChildValue) int { return cmp.Compare(a.Name, b.Name) })
	return sorted
}

// numberOf returns the index of a value in a list, and appends it if it is not there.
func numberOf[T comparable](list *[]T, one T) int {
	i := slices.Index(*list, one)
	if i < 0 {
		i = len(*list)
		*list = append(*list, one)
	}
	return i
}
