package template

import (
	"errors"
	"time"
)

// operand is what has a value: a constant, a variable, a filter, a comparison.
type operand interface {
	value(r *rendering) (any, error)
	// kind returns what is known of the value before it is rendered.
	kind() Kind
}

// constant is a value written in the text.
type constant struct{ held any }

func (c constant) value(*rendering) (any, error) { return c.held, nil }

func (c constant) kind() Kind { return kindOf(c.held) }

// reading reads a variable of the World.
type reading struct {
	key  int
	held Kind
	rest []operand // the names and indexes that lead from the variable to the value
}

func (v reading) value(r *rendering) (any, error) {
	if r.world.Missing != nil {
		r.read = append(r.read, v.key)
	}
	read := r.world.Value(v.key)
	if texts, ok := read.([]string); ok {
		read = listOfTexts(texts)
	}
	value, err := follow(r, read, v.rest)
	if at, ok := value.(time.Time); ok {
		return at.In(r.world.Now.Location()), err
	}
	return value, err
}

func (v reading) kind() Kind {
	if len(v.rest) > 0 {
		return Unknown
	}
	return v.held
}

// local reads a local variable.
type local struct {
	slot int
	rest []operand
}

func (v local) value(r *rendering) (any, error) { return follow(r, r.slots[v.slot], v.rest) }

func (v local) kind() Kind { return Unknown }

// follow returns the part of a value that names and indexes lead to, or nil if there is none.
func follow(r *rendering, value any, rest []operand) (any, error) {
	for _, step := range rest {
		index, err := step.value(r)
		if err != nil {
			return nil, err
		}
		value = item(value, index)
	}
	return value, nil
}

// member returns a member of an object, the size of a list or a text, or the first or last item of a list.
func member(value any, name string) any {
	if object, ok := value.(map[string]any); ok {
		if found, has := object[name]; has || name != "size" {
			return found
		}
		return len(object)
	}
	items, isList := value.([]any)
	switch {
	case name == "size" && isList:
		return len(items)
	case name == "first" && len(items) > 0:
		return items[0]
	case name == "last" && len(items) > 0:
		return items[len(items)-1]
	}
	if text, ok := value.(string); ok && name == "size" {
		return runeCount(text)
	}
	return nil
}

// item returns an item of a list, counted from 0 or, if negative, from the end; or a member of an object.
func item(value, index any) any {
	if name, ok := index.(string); ok {
		return member(value, name)
	}
	items, _ := value.([]any)
	at, ok := wholeNumber(index)
	if at < 0 {
		at += len(items)
	}
	if !ok || at < 0 || at >= len(items) {
		return nil
	}
	return items[at]
}

// rangeOf is a range of whole numbers: (1..5).
type rangeOf struct{ from, to operand }

func (x rangeOf) kind() Kind { return List }

func (x rangeOf) value(r *rendering) (any, error) {
	var ends [2]int
	for i, end := range []operand{x.from, x.to} {
		value, err := end.value(r)
		if err != nil {
			return nil, err
		}
		var ok bool
		if ends[i], ok = wholeNumber(value); !ok {
			return nil, errors.New("a range goes from one whole number to another")
		}
	}
	if ends[1]-ends[0] >= maxItems {
		return nil, errTooLong
	}
	if err := r.spend(8 * max(ends[1]-ends[0], 0)); err != nil {
		return nil, err
	}
	items := []any{}
	for n := ends[0]; n <= ends[1]; n++ {
		items = append(items, n)
	}
	return items, nil
}

// comparison compares two values.
type comparison struct {
	sign        string
	left, right operand
}

func (c comparison) kind() Kind { return Bool }

func (c comparison) value(r *rendering) (any, error) {
	left, err := c.left.value(r)
	if err != nil {
		return nil, err
	}
	right, err := c.right.value(r)
	if err != nil {
		return nil, err
	}
	if err := r.spend(weight(left) + weight(right)); err != nil {
		return nil, err
	}
	switch c.sign {
	case "==":
		return equal(left, right), nil
	case "!=", "<>":
		return !equal(left, right), nil
	case "contains":
		return contains(left, right), nil
	}
	order, ok := compare(left, right)
	less, greater, same := c.sign[0] == '<', c.sign[0] == '>', len(c.sign) == len("<=")
	return ok && (order < 0 && less || order > 0 && greater || order == 0 && same), nil
}

// joined are conditions with `and` between them, or with `or`, evaluated from the left.
type joined struct {
	parts []operand
	words []string // between the parts
}

func (j joined) kind() Kind { return Bool }

func (j joined) value(r *rendering) (any, error) {
	holds, err := isTrue(r, j.parts[0])
	for i, word := range j.words {
		if err != nil {
			return nil, err
		}
		if (word == "or") != holds {
			holds, err = isTrue(r, j.parts[i+1])
		}
	}
	return holds, err
}

// isTrue reports whether a condition is true: its value is neither nothing nor false.
func isTrue(r *rendering, condition operand) (bool, error) {
	if err := r.step(); err != nil {
		return false, err
	}
	value, err := condition.value(r)
	return value != nil && value != false, err
}

// filtered is a value with a filter.
type filtered struct {
	input     operand
	filter    filter
	arguments []operand
}

func (f filtered) kind() Kind {
	if f.filter.name == rawName {
		return f.input.kind()
	}
	return f.filter.makes
}

func (f filtered) value(r *rendering) (any, error) {
	input, err := f.input.value(r)
	if err != nil {
		return nil, err
	}
	arguments := make([]any, len(f.arguments))
	for i, argument := range f.arguments {
		if arguments[i], err = argument.value(r); err != nil {
			return nil, err
		}
	}
	return f.filter.apply(r, input, arguments)
}
