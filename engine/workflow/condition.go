package workflow

import "slices"

const (
	// maxConditionDepth is how deep all, any and not may nest; the tests inside do not count.
	maxConditionDepth = 8
	// maxTests is the most tests one condition may have.
	maxTests = 100
)

// condition is a compiled condition. It does not change.
type condition interface {
	holds(env environment) bool
}

type (
	allOf []condition
	anyOf []condition
	not   struct{ condition }
)

func (all allOf) holds(env environment) bool {
	for _, c := range all {
		if !c.holds(env) {
			return false
		}
	}
	return true
}

func (one anyOf) holds(env environment) bool {
	for _, c := range one {
		if c.holds(env) {
			return true
		}
	}
	return false
}

func (n not) holds(env environment) bool { return !n.condition.holds(env) }

// conditionDocument is a condition that fits the schema: a test, or one of all, any and not.
type conditionDocument struct {
	All   []conditionDocument `json:"all"`
	Any   []conditionDocument `json:"any"`
	Not   *conditionDocument  `json:"not"`
	Field string              `json:"field"`
	Op    Operator            `json:"op"`
	Value any                 `json:"value"`
}

// condition compiles a whole condition and reports its problems. It also returns the fields that the condition reads, each
// once, in order.
func (c *compiler) condition(at path, doc conditionDocument, scope fieldScope) (condition, []fieldRef) {
	compiling := conditionCompiler{compiler: c, scope: scope, root: at}
	compiled := compiling.compile(at, doc, 1)
	return compiled, compiling.reads
}

type conditionCompiler struct {
	*compiler
	scope fieldScope
	root  path
	tests int
	reads []fieldRef
}

func (c *conditionCompiler) compile(at path, doc conditionDocument, depth int) condition {
	if depth > maxConditionDepth && (doc.All != nil || doc.Any != nil || doc.Not != nil) {
		c.add(c.root, "`all`, `any` and `not` are nested more than %d levels deep", maxConditionDepth)
		return allOf{}
	}
	switch {
	case doc.All != nil:
		return allOf(c.list(at.to("all"), doc.All, depth))
	case doc.Any != nil:
		return anyOf(c.list(at.to("any"), doc.Any, depth))
	case doc.Not != nil:
		return not{c.compile(at.to("not"), *doc.Not, depth+1)}
	}
	if c.tests++; c.tests > maxTests {
		c.add(c.root, "the condition has more than %d tests", maxTests)
		return allOf{}
	}
	return c.test(at, doc)
}

func (c *conditionCompiler) list(at path, docs []conditionDocument, depth int) []condition {
	conditions := make([]condition, len(docs))
	for i, one := range docs {
		conditions[i] = c.compile(at.to(i), one, depth+1)
	}
	return conditions
}

// test compiles {field, op, value}.
func (c *conditionCompiler) test(at path, doc conditionDocument) condition {
	field, known := c.scope.find(doc.Field)
	if !known {
		c.add(at.to("field"), "%s", c.scope.unknown(doc.Field))
		return allOf{}
	}
	c.needs[field.needed()] = struct{}{}
	ref := field.ref()
	if !slices.ContainsFunc(c.reads, func(known fieldRef) bool { return slices.Equal(known.parts, ref.parts) }) {
		c.reads = append(c.reads, ref)
	}
	op, negated := doc.Op.positive(), doc.Op != doc.Op.positive()
	if !op.fits(field.Type) {
		c.add(at.to("op"), "the operator %s cannot be used with %s, which is %s; use one of %s",
			doc.Op, quote(field.Path), field.Type.wording(), quoteAll(operatorsOf(field.Type)))
		return allOf{}
	}
	if op == OpExists {
		if doc.Value != nil {
			c.add(at.to("value"), "the operator %s takes no value: remove it", doc.Op)
		}
		return test{ref: ref, match: present, negated: negated}
	}
	if doc.Value == nil {
		c.add(at, "the operator %s needs a value", doc.Op)
		return allOf{}
	}
	constants := valueCompiler{conditionCompiler: c, field: field, at: at.to("value")}
	return test{ref: ref, match: constants.matcher(op, doc.Value), negated: negated}
}

// test is one compiled test.
type test struct {
	ref     fieldRef
	match   matcher
	negated bool
}

func (t test) holds(env environment) bool {
	value := env.value(t.ref)
	held := !isEmpty(value) && t.match(value, env.now)
	return held != t.negated
}
