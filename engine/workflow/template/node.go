package template

import "strings"

// node is a part of a compiled text.
type node interface{ render(r *rendering) error }

// plain is a text without tags.
type plain string

func (n plain) render(r *rendering) error {
	if r.world.Encoder == nil || r.capturing {
		return r.out.write(string(n))
	}
	return r.out.writeAs(string(n), r.world.Encoder.Literal(string(n)))
}

// secret is a secret, by its name.
type secret string

func (n secret) render(r *rendering) error {
	if r.world.Encoder != nil {
		r.world.Encoder.Secret()
	}
	r.endPart()
	r.parts = append(r.parts, Part{Secret: string(n)})
	return nil
}

// show writes a value: {{ value }}.
type show struct {
	value operand
	by    string // the name of its last filter
}

func (n show) render(r *rendering) error {
	r.read = r.read[:0]
	value, err := n.value.value(r)
	if err != nil {
		return err
	}
	if len(r.read) > 0 && IsNothing(value) {
		r.world.Missing(r.read)
	}
	text := TextOf(value)
	switch {
	case r.world.Encoder == nil || r.capturing:
		return r.out.write(text)
	case n.by == rawName:
		return r.out.writeAs(text, r.world.Encoder.Literal(text))
	}
	placed, err := r.world.Encoder.Value(strings.ToValidUTF8(text, "\uFFFD"), n.by)
	if err != nil {
		return err
	}
	return r.out.writeAs(text, placed)
}

// set sets a local variable to a value.
type set struct {
	slot  int
	value operand
}

func (n set) render(r *rendering) error {
	value, err := n.value.value(r)
	r.slots[n.slot] = value
	return err
}

// captured sets a local variable to what its body renders.
type captured struct {
	slot int
	body []node
}

func (n captured) render(r *rendering) error {
	outer, capturing := r.out, r.capturing
	r.out, r.capturing = output{}, true
	err := r.all(n.body)
	r.slots[n.slot] = r.out.text.String()
	if err == nil {
		err = r.spend(r.out.text.Len())
	}
	r.out, r.capturing = outer, capturing
	return err
}

// choose renders the first branch with a true test.
type choose struct{ branches []branch }

type branch struct {
	test operand // nil: else
	body []node
}

func (n choose) render(r *rendering) error {
	for _, b := range n.branches {
		holds := b.test == nil
		if !holds {
			var err error
			if holds, err = isTrue(r, b.test); err != nil {
				return err
			}
		}
		if holds {
			return r.all(b.body)
		}
	}
	return nil
}

// negated is the opposite of a condition.
type negated struct{ condition operand }

func (n negated) kind() Kind { return Bool }

func (n negated) value(r *rendering) (any, error) {
	holds, err := isTrue(r, n.condition)
	return !holds, err
}

// leave ends the loop around it, or a turn of it.
type leave leaving

func (n leave) render(r *rendering) error {
	r.leaving = leaving(n)
	return nil
}

// loop renders its body for each item of a list.
type loop struct {
	over          operand
	limit, offset operand // nil: none
	reversed      bool
	slot, state   int // slots of the variable and of forloop
	body          []node
	otherwise     []node // if there are no items
}

func (n loop) render(r *rendering) error {
	items, err := n.items(r)
	if err != nil {
		return err
	}
	if len(items) == 0 {
		return r.all(n.otherwise)
	}
	for i, item := range items {
		if err := r.step(); err != nil {
			return err
		}
		r.slots[n.slot] = item
		r.slots[n.state] = map[string]any{
			"index": i + 1, "index0": i, "rindex": len(items) - i, "rindex0": len(items) - i - 1,
			"first": i == 0, "last": i == len(items)-1, "length": len(items),
		}
		if err := r.all(n.body); err != nil {
			return err
		}
		left := r.leaving
		r.leaving = goOn
		if left == leaveLoop {
			break
		}
	}
	return nil
}

// items returns the items that the loop goes through.
func (n loop) items(r *rendering) ([]any, error) {
	over, err := n.over.value(r)
	if err != nil {
		return nil, err
	}
	items := listOf(over)
	from, err := n.bound(r, n.offset, 0, len(items))
	if err != nil {
		return nil, err
	}
	count, err := n.bound(r, n.limit, len(items)-from, len(items)-from)
	if err != nil {
		return nil, err
	}
	items = items[from : from+count]
	if len(items) > maxItems {
		return nil, errTooLong
	}
	if n.reversed {
		items = reversed(items)
	}
	return items, nil
}

// bound returns the number of a limit or offset, up to most.
func (n loop) bound(r *rendering, written operand, usual, most int) (int, error) {
	if written == nil {
		return usual, nil
	}
	value, err := written.value(r)
	if err != nil {
		return 0, err
	}
	count, _ := wholeNumber(value)
	return min(max(count, 0), most), nil
}
