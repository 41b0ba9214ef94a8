package template

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// parser is a Compile in progress.
type parser struct {
	options  Options
	pieces   []piece
	at       int // the next piece
	locals   map[string]int
	slots    int
	depth    int
	loops    int // loops around
	zoned    bool
	problems []string
	end      tag // the tag that ended the last block
}

// tag is a tag: its name and the rest.
type tag struct{ name, rest string }

func (p *parser) problem(format string, args ...any) {
	if message := fmt.Sprintf(format, args...); !slices.Contains(p.problems, message) {
		p.problems = append(p.problems, message)
	}
}

// slot returns the slot of a local variable.
func (p *parser) slot(name string) int {
	slot, known := p.locals[name]
	if !known {
		slot = p.slots
		p.slots++
		p.locals[name] = slot
	}
	return slot
}

// block parses nodes up to a tag that ends the block, which is then p.end, or to the end of the text.
func (p *parser) block(ends ...string) []node {
	var nodes []node
	for p.at < len(p.pieces) {
		next := p.pieces[p.at]
		p.at++
		switch next.kind {
		case plainPiece:
			nodes = append(nodes, plain(next.text))
		case outputPiece:
			nodes = append(nodes, p.output(next.text))
		case tagPiece:
			name := nameForm.FindString(next.text)
			found := tag{name, strings.TrimLeft(next.text[len(name):], spaces)}
			if slices.Contains(ends, name) {
				p.end = found
				return nodes
			}
			if n := p.tag(found); n != nil {
				nodes = append(nodes, n)
			}
		}
	}
	if len(ends) > 0 && p.depth <= maxDepth {
		p.problem("{%% %s %%} is missing", ends[len(ends)-1])
	}
	p.end = tag{}
	return nodes
}

// inner parses a block inside a tag.
func (p *parser) inner(ends ...string) []node {
	if p.depth++; p.depth > maxDepth { // it stays too deep, so that nothing else is reported
		p.problem("tags are nested more than %d levels deep", maxDepth)
		p.at = len(p.pieces)
		return nil
	}
	nodes := p.block(ends...)
	if p.depth <= maxDepth {
		p.depth--
	}
	return nodes
}

// tag parses a tag and its body. It returns nil for a tag that does nothing.
func (p *parser) tag(t tag) node {
	switch t.name {
	case "":
		if !strings.HasPrefix(t.rest, "#") {
			p.problem("{%% %s %%} is not a tag", t.rest)
		}
		return nil
	case "assign":
		return p.assign(t)
	case "capture":
		return p.capture(t)
	case "if", "unless":
		return p.branches(t)
	case "case":
		return p.choice(t)
	case "for":
		return p.loop(t)
	case "break", "continue":
		if p.loops == 0 {
			p.problem("the tag %s can be used only inside for", t.name)
		}
		if t.name == "break" {
			return leave(leaveLoop)
		}
		return leave(leaveTurn)
	case "endif", "endunless", "endcase", "endfor", "endcapture", "endcomment", "endraw", "else", "elsif", "when":
		p.problem("{%% %s %%} belongs to no tag before it", t.name)
		return nil
	default:
		p.problem("the tag %s cannot be used; use assign, capture, case, comment, for, if, raw and unless", quoted(t.name))
		return nil
	}
}

func (p *parser) output(written string) node {
	e := p.expression(written)
	if name, is := e.secret(); is && p.options.Secret != nil && p.depth == 0 {
		p.options.Secret(name)
		return secret(name)
	}
	shown := show{value: e.filtered(), by: e.last}
	e.finish()
	return shown
}

func (p *parser) assign(t tag) node {
	name, value, written := strings.Cut(t.rest, "=")
	name = strings.TrimSpace(name)
	if !written || !isName(name) || strings.TrimSpace(value) == "" {
		p.problem("write assign like {%% assign name = value %%}")
		return nil
	}
	e := p.expression(value)
	assigned := set{value: e.filtered()}
	e.finish()
	assigned.slot = p.newLocal(name, "assign")
	return assigned
}

func (p *parser) capture(t tag) node {
	name := strings.Trim(t.rest, `"' `)
	if !isName(name) {
		p.problem("write capture like {%% capture name %%}")
	}
	body := p.inner("endcapture")
	return captured{body: body, slot: p.newLocal(name, "capture")}
}

// newLocal returns the slot of a variable that the text sets, and reports a name that is taken.
func (p *parser) newLocal(name, by string) int {
	if p.options.Reserved(name) {
		p.problem("the tag %s cannot change %s", by, quoted(name))
	}
	return p.slot(name)
}

func (p *parser) branches(t tag) node {
	end := "end" + t.name
	chosen := choose{}
	test := p.condition(t.rest)
	if t.name == "unless" {
		test = negated{test}
	}
	for {
		body := p.inner("elsif", "else", end)
		chosen.branches = append(chosen.branches, branch{test, body})
		switch p.end.name {
		case "elsif":
			test = p.condition(p.end.rest)
		case "else":
			chosen.branches = append(chosen.branches, branch{nil, p.inner(end)})
			return chosen
		default:
			return chosen
		}
	}
}

// choice parses case. Each when compares with any of its values.
func (p *parser) choice(t tag) node {
	e := p.expression(t.rest)
	subject := e.filtered()
	e.finish()
	p.inner("when", "else", "endcase") // nothing before the first when is rendered
	chosen := choose{}
	for p.end.name == "when" || p.end.name == "else" {
		if p.end.name == "else" {
			chosen.branches = append(chosen.branches, branch{nil, p.inner("when", "else", "endcase")})
			continue
		}
		values := p.expression(p.end.rest)
		test := joined{}
		for {
			test.parts = append(test.parts, comparison{"==", subject, values.primary()})
			if !values.take(",") && !values.take("or") {
				break
			}
			test.words = append(test.words, "or")
		}
		values.finish()
		chosen.branches = append(chosen.branches, branch{test, p.inner("when", "else", "endcase")})
	}
	return chosen
}

func (p *parser) loop(t tag) node {
	e := p.expression(t.rest)
	name := e.next()
	if name.kind != tokenName || !e.take("in") {
		p.problem("write for like {%% for item in list %%}")
		p.inner("endfor")
		return nil
	}
	turns := loop{over: e.primary()}
	for more := true; more; {
		switch {
		case e.take("reversed"):
			turns.reversed = true
		case e.take("limit"):
			e.want(":")
			turns.limit = e.primary()
		case e.take("offset"):
			e.want(":")
			turns.offset = e.primary()
		default:
			more = false
		}
	}
	e.finish()
	if !p.options.Lenient && !takesList.accepts(turns.over.kind()) {
		p.problem("the tag for needs a list, and %s is not one", quoted(e.written))
	}
	turns.body, turns.slot, turns.state = p.turn(name.text)
	if p.end.name == "else" {
		turns.otherwise = p.inner("endfor")
	}
	return turns
}

// turn parses the body of a loop, which has its variable and forloop.
func (p *parser) turn(name string) (body []node, slot, state int) {
	if p.options.Reserved(name) {
		p.problem("the tag for cannot change %s", quoted(name))
	}
	outer := maps.Clone(p.locals)
	delete(p.locals, name)
	delete(p.locals, "forloop")
	slot, state = p.slot(name), p.slot("forloop")
	p.loops++
	body = p.inner("else", "endfor")
	p.loops--
	for _, shadowed := range []string{name, "forloop"} {
		delete(p.locals, shadowed)
		if before, known := outer[shadowed]; known {
			p.locals[shadowed] = before
		}
	}
	return body, slot, state
}

func isName(text string) bool { return text != "" && nameForm.FindString(text) == text }

// quoted returns a text in quotes, shortened if it is long.
func quoted(text string) string {
	const most = 100
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return strconv.Quote(text)
}
