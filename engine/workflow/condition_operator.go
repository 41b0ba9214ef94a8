package workflow

import (
	"slices"
)

// Operator is the way in which a test compares.
type Operator string

// The operators, as documents write them. On an empty value every test is false except notEquals, notContains, notIn,
// notExists and hasNone, which are true.
const (
	OpEquals      Operator = "equals"
	OpNotEquals   Operator = "notEquals"
	OpContains    Operator = "contains"
	OpNotContains Operator = "notContains"
	OpMatches     Operator = "matches" // RE2, letter case aside
	OpIn          Operator = "in"
	OpNotIn       Operator = "notIn"
	OpExists      Operator = "exists"
	OpNotExists   Operator = "notExists"
	OpLess        Operator = "less"
	OpGreater     Operator = "greater"
	OpBetween     Operator = "between" // [low, high], both included
	OpBefore      Operator = "before"
	OpAfter       Operator = "after"
	OpWithinLast  Operator = "withinLast" // a duration that ends now; the future is not within it
	OpHasAny      Operator = "hasAny"
	OpHasAll      Operator = "hasAll"
	OpHasNone     Operator = "hasNone"
)

// operator says what an operator does: the test of its positive form, or its opposite.
type operator struct {
	positive Operator
	negated  bool
}

// operators are all operators; never written to.
var operators = map[Operator]operator{
	OpEquals:      {positive: OpEquals},
	OpNotEquals:   {positive: OpEquals, negated: true},
	OpContains:    {positive: OpContains},
	OpNotContains: {positive: OpContains, negated: true},
	OpMatches:     {positive: OpMatches},
	OpIn:          {positive: OpIn},
	OpNotIn:       {positive: OpIn, negated: true},
	OpExists:      {positive: OpExists},
	OpNotExists:   {positive: OpExists, negated: true},
	OpLess:        {positive: OpLess},
	OpGreater:     {positive: OpGreater},
	OpBetween:     {positive: OpBetween},
	OpBefore:      {positive: OpBefore},
	OpAfter:       {positive: OpAfter},
	OpWithinLast:  {positive: OpWithinLast},
	OpHasAny:      {positive: OpHasAny},
	OpHasAll:      {positive: OpHasAll},
	OpHasNone:     {positive: OpHasAny, negated: true},
}

// fitting has the positive operators that fit each type; never written to.
var fitting = map[FieldType][]Operator{
	TypeText:     {OpEquals, OpContains, OpMatches, OpIn, OpExists},
	TypeEmail:    {OpEquals, OpContains, OpMatches, OpIn, OpExists},
	TypeURL:      {OpEquals, OpContains, OpMatches, OpIn, OpExists},
	TypeChoice:   {OpEquals, OpIn, OpExists},
	TypeStage:    {OpEquals, OpIn, OpExists},
	TypeTeam:     {OpEquals, OpIn, OpExists},
	TypeAgent:    {OpEquals, OpIn, OpExists},
	TypeChannel:  {OpEquals, OpIn, OpExists},
	TypeField:    {OpEquals, OpIn, OpExists},
	TypeList:     {OpHasAny, OpHasAll, OpExists},
	TypeCheckbox: {OpEquals, OpExists},
	TypeNumber:   {OpEquals, OpIn, OpLess, OpGreater, OpBetween, OpExists},
	TypeDate:     {OpEquals, OpIn, OpBefore, OpAfter, OpBetween, OpWithinLast, OpExists},
	TypeTime:     {OpBefore, OpAfter, OpBetween, OpWithinLast, OpExists},
}

// operatorsOf returns the operators that fit a type, negated ones too, sorted.
func operatorsOf(t FieldType) []string {
	var names []string
	for name, op := range operators {
		if op.fits(t) {
			names = append(names, string(name))
		}
	}
	slices.Sort(names)
	return names
}

func (o operator) fits(t FieldType) bool { return slices.Contains(fitting[t], o.positive) }

func (o operator) takesValue() bool { return o.positive != OpExists }

// wording names the type in messages.
func (t FieldType) wording() string {
	switch t {
	case TypeList:
		return "a list of texts"
	case TypeCheckbox:
		return "true or false"
	case TypeNumber:
		return "a number"
	case TypeEmail:
		return "an email address"
	case TypeURL:
		return "an address"
	case TypeDate:
		return "a date"
	case TypeTime:
		return "a time"
	case TypeField:
		return "a field of the contact"
	case TypeChoice:
		return "one of a few values"
	case TypeStage:
		return "a lifecycle stage"
	case TypeTeam:
		return "a team"
	case TypeAgent:
		return "an agent"
	case TypeChannel:
		return "a channel"
	default:
		return "a text"
	}
}
