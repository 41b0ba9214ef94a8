package template

import (
	"fmt"
	"html"
	"math/big"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

type filterFunc func(r *rendering, input any, arguments []any) (any, error)

// filter is a filter.
type filter struct {
	name        string
	least, most int // arguments
	takes       *taken
	makes       Kind
	run         filterFunc
	named       string // the name that the last argument may have
}

// rawName is the filter after which a value counts as written by the author.
const rawName = "raw"

// filters are all filters, sorted by name; never written to.
var filters = []filter{
	{name: "abs", takes: takesNumber, makes: Number, run: onNumber(func(a *big.Rat) *big.Rat { return new(big.Rat).Abs(a) })},
	{name: "append", least: 1, most: 1, makes: Text, run: func(_ *rendering, in any, args []any) (any, error) { return TextOf(in) + TextOf(args[0]), nil }},
	{name: "at_least", least: 1, most: 1, takes: takesNumber, makes: Number, run: onNumbers(func(a, b *big.Rat) *big.Rat { return slices.MaxFunc([]*big.Rat{a, b}, (*big.Rat).Cmp) })},
	{name: "at_most", least: 1, most: 1, takes: takesNumber, makes: Number, run: onNumbers(func(a, b *big.Rat) *big.Rat { return slices.MinFunc([]*big.Rat{a, b}, (*big.Rat).Cmp) })},
	{name: "capitalize", makes: Text, run: onText(capitalize)},
	{name: "ceil", takes: takesNumber, makes: Number, run: onNumber(func(a *big.Rat) *big.Rat {
		down := floor(new(big.Rat).Neg(a))
		return down.Neg(down)
	})},
	{name: "compact", most: 1, takes: takesList, makes: List, run: filterCompact},
	{name: "concat", least: 1, most: 1, takes: takesList, makes: List, run: filterConcat},
	{name: "date", least: 1, most: 2, takes: takesTime, makes: Text, run: filterDate},
	{name: "default", least: 1, most: 2, run: filterDefault, named: "allow_false"},
	{name: "divided_by", least: 1, most: 1, takes: takesNumber, makes: Number, run: onDivision(divided)},
	{name: "downcase", makes: Text, run: onText(strings.ToLower)},
	{name: "escape", makes: Text, run: onText(html.EscapeString)},
	{name: "escape_once", makes: Text, run: onText(escapeOnce)},
	{name: "first", run: func(_ *rendering, in any, _ []any) (any, error) { return member(in, "first"), nil }},
	{name: "floor", takes: takesNumber, makes: Number, run: onNumber(floor)},
	{name: "join", most: 1, makes: Text, run: filterJoin},
	{name: "json", makes: Text, run: func(_ *rendering, in any, _ []any) (any, error) { return JSON(in) }},
	{name: "last", run: func(_ *rendering, in any, _ []any) (any, error) { return member(in, "last"), nil }},
	{name: "lstrip", makes: Text, run: onText(func(s string) string { return strings.TrimLeftFunc(s, unicode.IsSpace) })},
	{name: "map", least: 1, most: 1, takes: takesList, makes: List, run: filterMap},
	{name: "minus", least: 1, most: 1, takes: takesNumber, makes: Number, run: onNumbers(func(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) })},
	{name: "modulo", least: 1, most: 1, takes: takesNumber, makes: Number, run: onDivision(remainder)},
	{name: "newline_to_br", makes: Text, run: onText(strings.NewReplacer("\r\n", "<br />\n", "\n", "<br />\n").Replace)},
	{name: "plus", least: 1, most: 1, takes: takesNumber, makes: Number, run: onNumbers(func(a, b *big.Rat) *big.Rat { return new(big.Rat).Add(a, b) })},
	{name: "prepend", least: 1, most: 1, makes: Text, run: func(_ *rendering, in any, args []any) (any, error) { return TextOf(args[0]) + TextOf(in), nil }},
	{name: rawName, run: func(_ *rendering, in any, _ []any) (any, error) { return in, nil }},
	{name: "remove", least: 1, most: 1, makes: Text, run: onReplacement(replaceAll)},
	{name: "remove_first", least: 1, most: 1, makes: Text, run: onReplacement(replaceFirst)},
	{name: "remove_last", least: 1, most: 1, makes: Text, run: onReplacement(replaceLast)},
	{name: "replace", least: 2, most: 2, makes: Text, run: onReplacement(replaceAll)},
	{name: "replace_first", least: 2, most: 2, makes: Text, run: onReplacement(replaceFirst)},
	{name: "replace_last", least: 2, most: 2, makes: Text, run: onReplacement(replaceLast)},
	{name: "reverse", takes: takesList, makes: List, run: func(_ *rendering, in any, _ []any) (any, error) { return reversed(listOf(in)), nil }},
	{name: "round", most: 1, takes: takesNumber, makes: Number, run: filterRound},
	{name: "rstrip", makes: Text, run: onText(func(s string) string { return strings.TrimRightFunc(s, unicode.IsSpace) })},
	{name: "size", makes: Number, run: filterSize},
	{name: "slice", least: 1, most: 2, run: filterSlice},
	{name: "sort", most: 1, takes: takesList, makes: List, run: filterSort(orderOf)},
	{name: "sort_natural", most: 1, takes: takesList, makes: List, run: filterSort(naturalOrderOf)},
	{name: "split", least: 1, most: 1, makes: List, run: filterSplit},
	{name: "strip", makes: Text, run: onText(strings.TrimSpace)},
	{name: "strip_html", makes: Text, run: onText(stripHTML)},
	{name: "strip_newlines", makes: Text, run: onText(strings.NewReplacer("\r\n", "", "\n", "", "\r", "").Replace)},
	{name: "sum", most: 1, takes: takesList, makes: Number, run: filterSum},
	{name: "times", least: 1, most: 1, takes: takesNumber, makes: Number, run: onNumbers(func(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) })},
	{name: "truncate", most: 2, makes: Text, run: filterTruncate},
	{name: "truncatewords", most: 2, makes: Text, run: filterTruncateWords},
	{name: "uniq", most: 1, takes: takesList, makes: List, run: filterUniq},
	{name: "upcase", makes: Text, run: onText(strings.ToUpper)},
	{name: "url_decode", makes: Text, run: filterURLDecode},
	{name: "url_encode", makes: Text, run: onText(url.QueryEscape)},
	{name: "where", least: 1, most: 2, takes: takesList, makes: List, run: filterWhere},
}

// Filters returns the names of all filters, sorted.
func Filters() []string {
	names := make([]string, len(filters))
	for i, f := range filters {
		names[i] = f.name
	}
	return names
}

func findFilter(name string) (filter, bool) {
	at, found := slices.BinarySearchFunc(filters, name, func(f filter, name string) int { return strings.Compare(f.name, name) })
	if !found {
		return filter{}, false
	}
	return filters[at], true
}

// apply runs the filter, with its input and its result within bounds.
func (f filter) apply(r *rendering, input any, arguments []any) (any, error) {
	made, err := f.applied(r, input, arguments)
	if err != nil {
		return nil, fmt.Errorf("filter %q: %w", f.name, err)
	}
	return made, nil
}

func (f filter) applied(r *rendering, input any, arguments []any) (any, error) {
	if err := r.step(); err != nil {
		return nil, err
	}
	if err := r.admit(input); err != nil {
		return nil, err
	}
	for _, argument := range arguments {
		if err := r.admit(argument); err != nil {
			return nil, err
		}
	}
	made, err := f.run(r, input, arguments)
	if err != nil {
		return nil, err
	}
	return made, r.admit(made)
}

// admit counts what a filter reads or writes, and fails if it is out of bounds.
func (r *rendering) admit(value any) error {
	switch value := value.(type) {
	case string:
		if len(value) > MaxText && runeCount(value) > MaxText {
			return errTooLong
		}
	case []any:
		if len(value) > maxItems {
			return errTooLong
		}
	}
	return r.spend(weight(value))
}

// arguments returns in words how many arguments the filter takes.
func (f filter) arguments() string {
	switch {
	case f.most == 0:
		return "no arguments"
	case f.least == f.most && f.most == 1:
		return "1 argument"
	case f.least == f.most:
		return fmt.Sprintf("%d arguments", f.most)
	default:
		return fmt.Sprintf("%d to %d arguments", f.least, f.most)
	}
}
