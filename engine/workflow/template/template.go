package template

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	// MaxText is the most characters of a text, as written, as rendered, and of every text that a filter makes.
	MaxText = 10_000
	// maxItems is the most items of a list that a filter takes or makes, or that a loop goes through.
	maxItems = 1000
	// maxDepth is how deep tags nest.
	maxDepth = 32
	// maxSteps is how many parts of a text, turns of loops, tests and filters one rendering executes.
	maxSteps = 10_000
	// maxWork is how many bytes the filters and tests of one rendering read and write altogether.
	maxWork = 8 << 20
)

// Kind is what is known of a value before it is there.
type Kind int

// The kinds of value. What is Unknown when a text is compiled is checked when it is rendered.
const (
	Unknown Kind = iota
	Text
	Number
	Bool
	Time
	Date // a text like 2026-01-31
	List
	Object
)

// Variable is a value that a text can read.
type Variable struct {
	Key  int  // what World.Value is asked for
	Kind Kind // of the value
	Used int  // how many parts of the path lead to it
}

// Resolver returns the variable that the first parts of a path stand for, or says why there is none. What is left of
// the path is size, first or last, unless the variable is of an Unknown kind.
type Resolver func(path []string) (v Variable, problem string)

// World is what a text is rendered with.
type World struct {
	// Value returns the value of a variable: nil, bool, string, int, int64, float64, time.Time, or []string, []any and
	// map[string]any of these.
	Value func(key int) any
	// Now is the present time; times show in its zone.
	Now time.Time
	// Encoder makes the parts of the text fit what it is part of; nil leaves them as they are.
	Encoder Encoder
}

// Encoder makes the parts of a text fit what the text is part of, such as a URL. It is given them in their order.
type Encoder interface {
	// Literal takes what the author has written, and values whose last filter is raw, which the author answers for.
	Literal(text string) string
	// Value takes what an output tag writes. By is the name of its last filter, which may have encoded it; empty for none.
	Value(text, by string) (string, error)
	// Secret is told where a secret stands.
	Secret()
}

// Part is a text or, where Secret is set, the place of the secret of this name.
type Part struct {
	Text   string `json:"text,omitempty"`
	Secret string `json:"secret,omitempty"`
}

// Template is a compiled text.
type Template struct {
	nodes []node
	slots int // how many local variables it has
	zoned bool
}

// Zoned reports whether the text writes times by the filter date, and so depends on the zone of World.Now even where it
// reads no time.
func (t *Template) Zoned() bool { return t.zoned }

// Options say how a text is compiled.
type Options struct {
	// Resolve finds variables.
	Resolve Resolver
	// Reserved reports whether a name is the beginning of a variable's path, and so cannot be given to another value.
	Reserved func(name string) bool
	// Secret is told the name of each secret: {{ secrets.NAME }}, outside of other tags. Nil: the text can have none.
	Secret func(name string)
	// Lenient leaves out the checks of what filters take: a text that was accepted without them stays accepted.
	Lenient bool
}

// Compile reads a text. It returns the problems that a person has to mend, or else a Template.
func Compile(written string, options Options) (*Template, []string) {
	pieces, problem := cut(written)
	if problem != "" {
		return nil, []string{problem}
	}
	p := parser{options: options, pieces: pieces, locals: map[string]int{}}
	nodes := p.block()
	if len(p.problems) > 0 {
		return nil, p.problems
	}
	return &Template{nodes: nodes, slots: p.slots, zoned: p.zoned}, nil
}

// Plain reports whether a text has no tags and so renders as it is.
func Plain(written string) bool {
	return !strings.Contains(written, "{{") && !strings.Contains(written, "{%")
}

// Beginning returns what every rendering begins with, with the word secret for each secret, and whether that is all of it.
func (t *Template) Beginning() (beginning string, whole bool) {
	for _, n := range t.nodes {
		switch n := n.(type) {
		case plain:
			beginning += string(n)
		case secret:
			beginning += "secret"
		default:
			return beginning, false
		}
	}
	return beginning, true
}

// Render returns a text without secrets with its variables filled in. A value that is missing renders as nothing. The error
// says, for a person, why the text cannot be rendered.
func (t *Template) Render(w World) (string, error) {
	parts, err := t.RenderParts(w)
	if len(parts) == 0 {
		return "", err
	}
	return parts[0].Text, err
}

// RenderParts is Render with the places of the secrets. What a variable renders to is always a Text. No part is empty.
func (t *Template) RenderParts(w World) ([]Part, error) {
	r := rendering{world: w, slots: make([]any, t.slots)}
	if err := r.all(t.nodes); err != nil {
		return nil, err
	}
	r.endPart()
	return r.parts, nil
}

// rendering is one Render under way.
type rendering struct {
	world     World
	slots     []any
	out       output
	parts     []Part // before out
	steps     int
	work      int
	capturing bool
	leaving   leaving
}

// leaving is what the loop around is to do.
type leaving int

const (
	goOn leaving = iota
	leaveTurn
	leaveLoop
)

var (
	errTooLong   = fmt.Errorf("more than %d characters or %d items", MaxText, maxItems)
	errTooCostly = errors.New("it takes too much work")
	errOutput    = fmt.Errorf("the result is longer than %d characters", MaxText)
)

// endPart makes a part of what has been written since the last one.
func (r *rendering) endPart() {
	if text := strings.ToValidUTF8(r.out.text.String(), "\uFFFD"); text != "" {
		r.parts = append(r.parts, Part{Text: text})
	}
	r.out.text.Reset()
}

// step counts one thing that is executed.
func (r *rendering) step() error {
	if r.steps++; r.steps > maxSteps {
		return errTooCostly
	}
	return nil
}

// spend counts bytes that are read or written.
func (r *rendering) spend(bytes int) error {
	if r.work += bytes; r.work > maxWork {
		return errTooCostly
	}
	return nil
}

// all renders nodes in order, until one leaves the loop around them.
func (r *rendering) all(nodes []node) error {
	for _, n := range nodes {
		if err := r.step(); err != nil {
			return err
		}
		if err := n.render(r); err != nil {
			return err
		}
		if r.leaving != goOn {
			return nil
		}
	}
	return nil
}

// output is what has been rendered, within bounds.
type output struct {
	text  strings.Builder
	runes int
}

func (o *output) write(text string) error { return o.writeAs(text, text) }

// writeAs writes what a Encoder made of a text. It is the text that counts.
func (o *output) writeAs(text, placed string) error {
	if len(text) > MaxText*4 {
		return errOutput
	}
	if o.runes += runeCount(text); o.runes > MaxText {
		return errOutput
	}
	o.text.WriteString(placed)
	return nil
}
