package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"foyer/internal/everyop"
)

// trial is one way to ask for an operation. Each request that it makes is another: names in it are nobody's yet.
type trial struct {
	how  string
	make func() request
}

// raw is JSON that is sent as it is.
func raw(text string) json.RawMessage { return json.RawMessage(text) }

// deepest is how many objects deep answers are selected at most. What costs too much then is refused.
const deepest = 3

// fullBytes is about how large a request is at most.
const fullBytes = 900_000

func (o *office) maker(depth int, only string) *everyop.Maker {
	m := everyop.New(o.engine.Limits())
	m.Value, m.Depth, m.Only = o.values.value, depth, only
	return m
}

// names returns what can be asked for.
func (o *office) names() []string {
	var names []string
	for _, made := range o.maker(1, "").Operations() {
		if made.Kind != ast.Subscription && !slices.Contains(names, made.Name) {
			names = append(names, made.Name)
		}
	}
	return names
}

// trials returns what is tried of an operation: with no more than it needs, with everything at its limits, with each value
// at its limit, and as often as one request may have it.
func (o *office) trials(name string) []trial {
	var trials []trial
	add := func(how string, m *everyop.Maker, made func(*everyop.Maker) []everyop.Operation) {
		for i := range made(m) {
			one := func() everyop.Operation { return made(m)[i] }
			trials = append(trials, trial{how, func() request { return o.request(one()) }})
			for _, n := range asOften() {
				trials = append(trials, trial{fmt.Sprintf("%s, %d times", how, n), func() request { return o.request(repeated(one(), n)) }})
			}
		}
	}
	for depth := 1; depth <= deepest; depth++ {
		m := o.maker(depth, name)
		add(fmt.Sprintf("least, depth %d", depth), m, (*everyop.Maker).Operations)
		add(fmt.Sprintf("full, depth %d", depth), m, func(m *everyop.Maker) []everyop.Operation { return m.Full(fullBytes) })
	}
	m := o.maker(1, name)
	for i, c := range m.AtLimits() {
		trials = append(trials, trial{"at its limit: " + strings.Join(c.Path, "."), func() request { return o.request(m.AtLimits()[i].Operation) }})
	}
	return trials
}

func (o *office) request(made everyop.Operation) request {
	token := o.token
	if made.Name == "Mutation.logout" {
		token = o.session()
	}
	return requestOf(token, made.Query, made.Variables)
}

// asOften is how often operations are asked for in one request: 30 fields may have an alias, and fewer where they cost much.
func asOften() []int { return []int{2, 4, 8, 16, 30} }

// body finds what an operation selects.
var body = regexp.MustCompile(`^([^{]*)\{ (.*) \}$`)

// repeated asks for the same several times at once.
func repeated(made everyop.Operation, n int) everyop.Operation {
	parts := body.FindStringSubmatch(made.Query)
	var query strings.Builder
	query.WriteString(parts[1] + "{ ")
	for i := range n {
		fmt.Fprintf(&query, "a%d: %s ", i, parts[2])
	}
	made.Query = query.String() + "}"
	return made
}
