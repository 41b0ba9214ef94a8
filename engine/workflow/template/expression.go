package template

import (
	"math/big"
	"slices"
	"strings"
)

// expression parses the inside of a tag.
type expression struct {
	*parser
	written string
	words   []token
	at      int
	depth   int
	last    string // the name of the value's last filter
	broken  bool
}

func (p *parser) expression(written string) *expression {
	e := &expression{parser: p, written: strings.TrimSpace(written)}
	words, ok := tokens(written)
	e.words = words
	if !ok {
		e.fail()
	}
	return e
}

// secret returns the name of the secret, if the whole expression is secrets.NAME.
func (e *expression) secret() (name string, is bool) {
	w := e.words
	is = len(w) == 3 && w[0] == token{tokenName, "secrets"} && w[1] == token{tokenSign, "."} && w[2].kind == tokenName
	if is {
		name = w[2].text
	}
	return name, is
}

// condition parses a whole condition.
func (p *parser) condition(written string) operand {
	e := p.expression(written)
	found := joined{parts: []operand{e.comparison()}}
	for {
		next := e.peek()
		if next.kind != tokenName || next.text != "and" && next.text != "or" {
			break
		}
		e.at++
		found.words = append(found.words, next.text)
		found.parts = append(found.parts, e.comparison())
	}
	e.finish()
	if slices.Contains(found.words, "and") && slices.Contains(found.words, "or") && !p.options.Lenient {
		p.problem("%s has `and` and `or` in one condition, which can be read in two ways; use one `if` inside another", quoted(e.written))
	}
	if len(found.parts) == 1 {
		return found.parts[0]
	}
	return found
}

func (e *expression) comparison() operand {
	left := e.filtered()
	next := e.peek()
	switch {
	case next.kind == tokenName && next.text == "contains":
	case next.kind == tokenSign && slices.Contains([]string{"==", "!=", "<>", "<", ">", "<=", ">="}, next.text):
	default:
		return left
	}
	e.at++
	return comparison{next.text, left, e.filtered()}
}

// fail reports that the tag cannot be read, once.
func (e *expression) fail() {
	switch {
	case e.broken:
	case strings.TrimSpace(e.written) == "":
		e.problem("a value or a condition is missing")
	default:
		e.problem("%s cannot be read", quoted(e.written))
	}
	e.broken, e.at = true, len(e.words)
}

// finish reports words that are left over.
func (e *expression) finish() {
	if e.at < len(e.words) {
		e.fail()
	}
}

func (e *expression) peek() token {
	if e.at >= len(e.words) {
		return token{}
	}
	return e.words[e.at]
}

func (e *expression) next() token {
	found := e.peek()
	e.at++
	return found
}

// take skips a sign or keyword, and reports whether it came next.
func (e *expression) take(text string) bool {
	next := e.peek()
	if next.kind != tokenSign && next.kind != tokenName || next.text != text {
		return false
	}
	e.at++
	return true
}

func (e *expression) want(text string) {
	if !e.take(text) {
		e.fail()
	}
}

// filtered parses a value and its filters.
func (e *expression) filtered() operand {
	value := e.primary()
	for e.take("|") {
		value = e.filter(value)
	}
	return value
}

// filter parses a filter and its arguments.
func (e *expression) filter(input operand) operand {
	name := e.next()
	f, known := findFilter(name.text)
	if name.kind != tokenName || !known {
		e.problem("there is no filter %s", quoted(name.text))
		e.broken = true
	}
	var arguments []operand
	if e.take(":") {
		for {
			if f.named != "" && e.peek().text == f.named && e.at+1 < len(e.words) && e.words[e.at+1].text == ":" {
				e.at += 2
			}
			arguments = append(arguments, e.primary())
			if !e.take(",") {
				break
			}
		}
	}
	if e.broken {
		return constant{}
	}
	if len(arguments) < f.least || len(arguments) > f.most {
		e.problem("the filter %s takes %s", quoted(f.name), f.arguments())
		return constant{}
	}
	applied := filtered{input, f, arguments}
	e.last = f.name
	e.zoned = e.zoned || f.takes == takesTime
	if f.name == rawName && (e.at < len(e.words)) {
		e.problem("the filter %s must be the last one, and in an output", quoted(rawName))
	}
	if e.options.Lenient {
		return applied
	}
	return e.checked(applied)
}

// checked reports values that a filter does not take, as far as they are known. A constant value is computed.
func (e *expression) checked(f filtered) operand {
	if !f.filter.takes.accepts(f.input.kind()) {
		e.problem("the filter %s: %s", quoted(f.filter.name), f.filter.takes.complaint)
		return f
	}
	values, all := make([]any, len(f.arguments)), true
	for i, argument := range f.arguments {
		known, fixed := argument.(constant)
		values[i], all = known.held, all && fixed
		if f.filter.takes == takesNumber && !takesNumber.accepts(argument.kind()) {
			e.problem("the filter %s: %s", quoted(f.filter.name), takesNumber.complaint)
			return f
		}
	}
	if !all {
		return f
	}
	input, fixed := f.input.(constant)
	if !fixed {
		input.held = f.filter.takes.sample()
	}
	worked, err := f.filter.apply(sampleRendering(), input.held, values)
	if err != nil {
		e.problem("the %s", err)
		return f
	}
	if fixed && f.filter.takes != takesTime && f.filter.name != rawName {
		return constant{worked}
	}
	return f
}

// primary parses a constant, a range or a variable.
func (e *expression) primary() operand {
	next := e.next()
	switch next.kind {
	case tokenText:
		return constant{next.text}
	case tokenNumber:
		return constant{parseNumber(next.text)}
	case tokenName:
		if word, ok := keywords[next.text]; ok {
			return constant{word}
		}
		return e.variable(next.text)
	case tokenSign:
		if next.text == "(" {
			from := e.primary()
			e.want("..")
			to := e.primary()
			e.want(")")
			return rangeOf{from, to}
		}
	case tokenEnd:
	}
	e.fail()
	return constant{}
}

// keywords are names that stand for a value; never written to.
var keywords = map[string]any{
	"true": true, "false": false, "nil": nil, "null": nil, "empty": emptiness("empty"), "blank": emptiness("blank"),
}

// variable parses the path of a variable.
func (e *expression) variable(name string) operand {
	path := []string{name}
	for e.take(".") {
		part := e.next()
		if part.kind != tokenName {
			e.fail()
			return constant{}
		}
		path = append(path, part.text)
	}
	rest := e.brackets()
	if slot, known := e.locals[name]; known {
		return local{slot, append(named(path[1:]), rest...)}
	}
	found, problem := e.options.Resolve(path)
	if problem == "" && found.Kind != Unknown && len(rest) > 0 && found.Kind != List {
		problem = quoted(strings.Join(path, ".")) + " is not a list, so [ ] cannot be used with it"
	}
	if problem != "" {
		e.problem("%s", problem)
		return constant{}
	}
	return reading{found.Key, found.Kind, append(named(path[found.Used:]), rest...)}
}

// brackets parses [index], and what follows it.
func (e *expression) brackets() []operand {
	var rest []operand
	for {
		switch {
		case e.take("["):
			if e.depth++; e.depth > maxDepth {
				e.fail()
				return nil
			}
			rest = append(rest, e.primary())
			e.depth--
			e.want("]")
		case len(rest) > 0 && e.take("."):
			rest = append(rest, constant{e.next().text})
		default:
			return rest
		}
	}
}

func named(path []string) []operand {
	rest := make([]operand, len(path))
	for i, name := range path {
		rest[i] = constant{name}
	}
	return rest
}

// parseNumber reads a number in a text.
func parseNumber(written string) decimal {
	value, _ := new(big.Rat).SetString(written)
	return decimal{value, strings.Contains(written, ".")}
}
