package workflow

import (
	"errors"
	"io"
	"slices"
	"sync"

	"github.com/osteele/liquid/expressions"
	"github.com/osteele/liquid/render"
	"github.com/osteele/liquid/values"
)

// liquidConfig gives the tags and filters that texts may use. The library's own tags are not registered: some read
// files, some never end. It is built once and only read after.
var liquidConfig = sync.OnceValue(func() render.Config {
	config := render.NewConfig()
	config.AddTag("assign", compileAssignTag)
	config.AddBlock("if").Clause("else").Clause("elsif").Compiler(compileIf)
	config.AddBlock("unless").Clause("else").Clause("elsif").Compiler(compileUnless)
	config.AddBlock("case").Clause("when").Clause("else").Compiler(compileCase)
	for _, f := range filters {
		config.AddFilter(f.name, f.apply)
	}
	return config
})

// textTags is every tag that a text may use.
var textTags = []string{"assign", "if", "elsif", "else", "endif", "unless", "endunless", "case", "when", "endcase"}

type renderer = func(io.Writer, render.Context) error

func compileAssignTag(source string) (renderer, error) {
	statement, err := expressions.ParseStatement(expressions.AssignStatementSelector, source)
	if err != nil {
		return nil, err
	}
	if statement.Assignment.ValueFn == nil {
		return nil, errors.New("assign is written like {% assign name = value %}")
	}
	return func(_ io.Writer, ctx render.Context) error {
		value, err := ctx.Evaluate(statement.Assignment.ValueFn)
		if err == nil {
			ctx.Set(statement.Assignment.Variable, value)
		}
		return err
	}, nil
}

func compileIf(node render.BlockNode) (renderer, error) {
	test, err := expressions.Parse(node.Args)
	if err != nil {
		return nil, err
	}
	return compileBranches(test, node)
}

func compileUnless(node render.BlockNode) (renderer, error) {
	test, err := expressions.Parse(node.Args)
	if err != nil {
		return nil, err
	}
	return compileBranches(expressions.Not(test), node)
}

// compileBranches renders the first branch whose test is neither nil nor false.
func compileBranches(first expressions.Expression, node render.BlockNode) (renderer, error) {
	type branch struct {
		test expressions.Expression
		body *render.BlockNode
	}
	branches := []branch{{first, &node}}
	for _, clause := range node.Clauses {
		test := expressions.Constant(true)
		if clause.Name == "elsif" {
			var err error
			if test, err = expressions.Parse(clause.Args); err != nil {
				return nil, err
			}
		}
		branches = append(branches, branch{test, clause})
	}
	return func(w io.Writer, ctx render.Context) error {
		for _, b := range branches {
			value, err := ctx.Evaluate(b.test)
			if err != nil {
				return err
			}
			if value != nil && value != false {
				return ctx.RenderBlock(w, b.body)
			}
		}
		return nil
	}, nil
}

// compileCase renders the first clause that one of its values is equal to, or else.
func compileCase(node render.BlockNode) (renderer, error) {
	subject, err := expressions.Parse(node.Args)
	if err != nil {
		return nil, err
	}
	type clause struct {
		values []expressions.Expression // nil for else
		body   *render.BlockNode
	}
	var clauses []clause
	for _, c := range node.Clauses {
		if c.Name == "else" {
			clauses = append(clauses, clause{nil, c})
			continue
		}
		statement, err := expressions.ParseStatement(expressions.WhenStatementSelector, c.Args)
		if err != nil {
			return nil, err
		}
		clauses = append(clauses, clause{statement.When.Exprs, c})
	}
	return func(w io.Writer, ctx render.Context) error {
		value, err := ctx.Evaluate(subject)
		if err != nil {
			return err
		}
		for _, c := range clauses {
			chosen := c.values == nil || slices.ContainsFunc(c.values, func(e expressions.Expression) bool {
				candidate, problem := ctx.Evaluate(e)
				err = errors.Join(err, problem)
				return problem == nil && values.Equal(value, candidate)
			})
			if err != nil {
				return err
			}
			if chosen {
				return ctx.RenderBlock(w, c.body)
			}
		}
		return nil
	}, nil
}
