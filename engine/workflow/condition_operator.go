package workflow

import (
	"cmp"
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

// opposites has the operator that each negated operator is the opposite of; never written to.
var opposites = map[Operator]Operator{
	OpNotEquals: OpEquals, OpNotContains: OpContains, OpNotIn: OpIn, OpNotExists: OpExists, OpHasNone: OpHasAny,
}

// positive returns the operator itself or, if it is negated, the one that it is the opposite of.
func (o Operator) positive() Operator { return cmp.Or(opposites[o], o) }

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
	names := texts(fitting[t]...)
	for negated := range opposites {
		if negated.fits(t) {
			names = append(names, string(negated))
		}
	}
	slices.Sort(names)
	return names
}

func (o Operator) fits(t FieldType) bool { return slices.Contains(fitting[t], o.positive()) }

// wording names the type in messages.
func (t FieldType) wording() string { return cmp.Or(wordings[t], "a text") }

// wordings has the words for each type but TypeText; never written to.
var wordings = map[FieldType]string{
	TypeList:     "a list of texts",
	TypeCheckbox: "true or false",
	TypeNumber:   "a number",
	TypeEmail:    "an email address",
	TypeURL:      "an address",
	TypeDate:     "a date",
	TypeTime:     "a time",
	TypeField:    "a field of the contact",
	TypeChoice:   "one of a few values",
	TypeStage:    "a lifecycle stage",
	TypeTeam:     "a team",
	TypeAgent:    "an agent",
	TypeChannel:  "a channel",
}
