package main

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"foyer/internal/everyop"
)

// trial is one way to request an operation. Every request that it makes has new names.
type trial struct {
	how  string
	make func() *http.Request
}

// deepest is the largest depth, in objects, to which answers are selected. Requests that cost too much are refused.
const deepest = 3

// fullBytes is about the size of the largest request.
const fullBytes = 900_000

func (l *localServer) maker(depth int, only string) *everyop.Maker {
	m := everyop.New(l.engine.Limits())
	m.Value, m.Depth, m.Only = l.values.value, depth, only
	return m
}

// names returns the names of all operations.
func (l *localServer) names() []string {
	var names []string
	for _, made := range l.maker(1, "").Operations() {
		if made.Kind != ast.Subscription && !slices.Contains(names, made.Name) {
			names = append(names, made.Name)
		}
	}
	return names
}

// trials returns the requests that are tried for an operation: with no more than it needs, with everything at its limits,
// with each value at its limit, and several times in one request.
func (l *localServer) trials(name string) []trial {
	var trials []trial
	add := func(how string, m *everyop.Maker, made func(*everyop.Maker) []everyop.Operation) {
		for i := range made(m) {
			one := func() everyop.Operation { return made(m)[i] }
			trials = append(trials, trial{how, func() *http.Request { return l.request(one()) }})
			for _, n := range []int{2, 4, 8, 16, 30} { // more aliases are refused
				trials = append(trials, trial{fmt.Sprintf("%s, %d times", how, n), func() *http.Request { return l.request(repeated(one(), n)) }})
			}
		}
	}
	for depth := 1; depth <= deepest; depth++ {
		m := l.maker(depth, name)
		add(fmt.Sprintf("least, depth %d", depth), m, (*everyop.Maker).Operations)
		add(fmt.Sprintf("full, depth %d", depth), m, func(m *everyop.Maker) []everyop.Operation { return m.Full(fullBytes) })
	}
	m := l.maker(1, name)
	for i, c := range m.AtLimits() {
		trials = append(trials, trial{"at its limit: " + strings.Join(c.Path, "."), func() *http.Request { return l.request(m.AtLimits()[i].Operation) }})
	}
	return trials
}

func (l *localServer) request(made everyop.Operation) *http.Request {
	token := l.token
	if made.Name == "Mutation.logout" {
		token = l.session()
	}
	return newRequest(token, made.Query, made.Variables)
}

// body matches the selection of an operation.
var body = regexp.MustCompile(`^([^{]*)\{ (.*) \}$`)

// repeated returns a request that selects the same n times.
func repeated(made everyop.Operation, n int) everyop.Operation {
	parts := body.FindStringSubmatch(made.Query)
	made.Query = parts[1] + "{ "
	for i := range n {
		made.Query += fmt.Sprintf("a%d: %s ", i, parts[2])
	}
	made.Query += "}"
	return made
}
