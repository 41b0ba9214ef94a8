package template

import (
	"errors"
	"slices"
	"strings"
)

func filterSplit(_ *rendering, input any, arguments []any) (any, error) {
	written := TextOf(input)
	if written == "" {
		return []any{}, nil
	}
	parts := strings.SplitN(written, TextOf(arguments[0]), maxItems+1)
	if len(parts) > maxItems {
		return nil, errTooLong
	}
	return listOfTexts(parts), nil
}

// filterJoin joins the items, and fails as soon as the result is too long.
func filterJoin(_ *rendering, input any, arguments []any) (any, error) {
	separator := " "
	if len(arguments) > 0 {
		separator = TextOf(arguments[0])
	}
	var joined strings.Builder
	for i, item := range listOf(input) {
		if i > 0 {
			joined.WriteString(separator)
		}
		joined.WriteString(TextOf(item))
		if joined.Len() > MaxText*4 {
			return nil, errTooLong
		}
	}
	return joined.String(), nil
}

func filterSize(_ *rendering, input any, _ []any) (any, error) {
	if items, ok := input.([]any); ok {
		return len(items), nil
	}
	return runeCount(TextOf(input)), nil
}

func filterConcat(_ *rendering, input any, arguments []any) (any, error) {
	added, ok := arguments[0].([]any)
	if !ok && arguments[0] != nil {
		return nil, errors.New("it takes a list")
	}
	return slices.Concat(listOf(input), added), nil
}

// propertyOf returns the property of an item that the first argument names, or the item if there is no argument.
func propertyOf(item any, arguments []any) any {
	if len(arguments) == 0 {
		return item
	}
	value := item
	for name := range strings.SplitSeq(TextOf(arguments[0]), ".") {
		value = member(value, name)
	}
	return value
}

// without returns the items for which a test is false.
func without(items []any, test func(item any) bool) []any {
	return slices.DeleteFunc(slices.Clone(items), test)
}

func filterCompact(_ *rendering, input any, arguments []any) (any, error) {
	return without(listOf(input), func(item any) bool { return propertyOf(item, arguments) == nil }), nil
}

func filterMap(_ *rendering, input any, arguments []any) (any, error) {
	items := listOf(input)
	mapped := make([]any, len(items))
	for i, item := range items {
		mapped[i] = propertyOf(item, arguments)
	}
	return mapped, nil
}

// filterWhere returns the items with a property that equals the second argument or, without one, is neither nothing nor
// false.
func filterWhere(_ *rendering, input any, arguments []any) (any, error) {
	return without(listOf(input), func(item any) bool {
		value := propertyOf(item, arguments)
		if len(arguments) > 1 {
			return !equal(value, arguments[1])
		}
		return value == nil || value == false
	}), nil
}

// filterUniq returns the items without those that equal an earlier one as a text.
func filterUniq(_ *rendering, input any, arguments []any) (any, error) {
	seen := map[string]struct{}{}
	var failed error
	kept := without(listOf(input), func(item any) bool {
		name, err := JSON(propertyOf(item, arguments))
		if err != nil {
			failed = errors.New("it takes a list of values")
		}
		_, twice := seen[name]
		seen[name] = struct{}{}
		return twice
	})
	return kept, failed
}

// filterSort sorts by the items, or by a property. Items without it come last.
func filterSort(order func(a, b any) int) filterFunc {
	return func(r *rendering, input any, arguments []any) (any, error) {
		const rounds = 10 // comparisons of each item, in a list of 1,000
		if err := r.spend(rounds * weight(input)); err != nil {
			return nil, err
		}
		sorted := slices.Clone(listOf(input))
		slices.SortStableFunc(sorted, func(a, b any) int {
			x, y := propertyOf(a, arguments), propertyOf(b, arguments)
			switch {
			case x == nil && y == nil:
				return 0
			case x == nil:
				return 1
			case y == nil:
				return -1
			default:
				return order(x, y)
			}
		})
		return sorted, nil
	}
}

// orderOf compares numbers and times by value, everything else as texts.
func orderOf(a, b any) int {
	if kindOf(a) == kindOf(b) && kindOf(a) != Text {
		if order, ok := compare(a, b); ok {
			return order
		}
	}
	return strings.Compare(TextOf(a), TextOf(b))
}

// naturalOrderOf ignores letter case.
func naturalOrderOf(a, b any) int {
	return strings.Compare(strings.ToLower(TextOf(a)), strings.ToLower(TextOf(b)))
}
