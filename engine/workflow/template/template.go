package template

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	// MaxText is how many characters a text may have: as written, as rendered, and as the result of a filter.
	MaxText = 10_000
	// maxItems is how many items a list may have that a filter takes or returns, or that a loop goes through.
	maxItems = 1000
	// maxDepth is how deep tags nest.
	maxDepth = 32
	// maxSteps is how many nodes, turns of loops, tests and filters one rendering executes.
	maxSteps = 10_000
	// maxWork is how many bytes all filters and tests of one rendering read and write.
	maxWork = 8 << 20
)

// Kind is the kind of a value, as far as it is known before rendering.
type Kind int

// The kinds of value. A value of an Unknown kind is checked when the text is rendered.
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
	Key  int  // the key for World.Value
	Kind Kind // kind of the value
	Used int  // number of parts of the path that lead to it
}

// Resolver returns the variable that the first parts of a path lead to, or says why there is none. The rest of the path
// is size, first or last, unless the variable is of an Unknown kind.
type Resolver func(path []string) (v Variable, problem string)

// World is what a text is rendered with.
type World struct {
	// Value returns the value of a variable: nil, bool, string, int, int64, float64, time.Time, []string, or []any and
	// map[string]any of these but []string.
	Value func(key int) any
	// Now is the present time. Times show in its zone.
	Now time.Time
	// Encoder encodes the parts of the text, or is nil.
	Encoder Encoder
	// Missing is called with the keys of the variables of an output that shows nothing; nil: not called.
	Missing func(keys []int)
}

// Encoder encodes the parts of a text for what the text is part of, such as a URL. It is called with them in their
// order.
type Encoder interface {
	// Literal encodes what the author wrote, and values with the filter raw as the last, which are the author's
	// responsibility.
	Literal(text string) string
	// Value encodes the value of an output. By is the name of its last filter, which may have encoded it already, or
	// "".
	Value(text, by string) (string, error)
	// Secret is called for each secret.
	Secret()
}

// Part is a text or, if Secret is set, the secret of this name.
type Part struct {
	Text   string `json:"text,omitempty"`
	Secret string `json:"secret,omitempty"`
}

// Template is a compiled text.
type Template struct {
	nodes []node
	slots int // number of local variables
	zoned bool
}

// Zoned reports whether the text uses the filter date, and so depends on the zone of World.Now even if it reads no
// time.
func (t *Template) Zoned() bool { return t.zoned }

// Options are how a text is compiled.
type Options struct {
	// Resolve finds variables.
	Resolve Resolver
	// Reserved reports whether a name begins the path of a variable, so that the text cannot set it.
	Reserved func(name string) bool
	// Secret is called with the name of each secret: {{ secrets.NAME }}, outside of other tags. If it is nil, the text
	// can have no secrets.
	Secret func(name string)
	// Lenient leaves out the checks of what filters take, for texts that were accepted before these checks existed.
	Lenient bool
}

// Compile compiles a text. It returns either a Template or the problems of the text.
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

// Plain reports whether a text has no tags, and so always renders as itself.
func Plain(written string) bool {
	return !strings.Contains(written, "{{") && !strings.Contains(written, "{%")
}

// Beginning returns the beginning that every rendering has, with the word secret for each secret, and whether that is
// all of the text.
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

// RenderParts returns the text with its variables filled in. A missing value renders as nothing. The value of a variable is
// always in a Text. No part is empty. The error says why the text cannot be rendered.
func (t *Template) RenderParts(w World) ([]Part, error) {
	r := rendering{world: w, slots: make([]any, t.slots)}
	if err := r.all(t.nodes); err != nil {
		return nil, err
	}
	r.endPart()
	return r.parts, nil
}

// rendering is a RenderParts in progress.
type rendering struct {
	world     World
	slots     []any
	out       output
	parts     []Part // the parts before out
	read      []int  // the keys of the variables that the present output has read, if the World wants to know
	steps     int
	work      int
	capturing bool
	leaving   leaving
}

// leaving says how to leave the loop around a node.
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

// endPart ends the current part, if it has any text.
func (r *rendering) endPart() {
	if text := strings.ToValidUTF8(r.out.text.String(), "\uFFFD"); text != "" {
		r.parts = append(r.parts, Part{Text: text})
	}
	r.out.text.Reset()
}

// step counts a step of the rendering.
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

// output is the rendered text, within bounds.
type output struct {
	text  strings.Builder
	runes int
}

func (o *output) write(text string) error { return o.writeAs(text, text) }

// writeAs writes an encoded text. The text itself counts towards the bounds.
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
