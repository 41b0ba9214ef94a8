package workflow

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/osteele/liquid/expressions"
	"github.com/osteele/liquid/parser"
	"github.com/osteele/liquid/render"
)

// maxText is the most characters of a text, as written and as rendered, and of each text that a filter makes.
const maxText = 10_000

// text is a Liquid text compiled at publish; never written to after. One without {{ and {% is a constant.
//
// Rendering is bounded by construction. There are no loops, so each tag, test and filter of a text is executed at most
// once; a text has at most maxFilters of them; no filter takes or makes more than maxText characters or maxItems
// items; and the output is cut off at maxText. Only the fields that the text names are in scope, as strings, numbers,
// booleans and lists: the library calls the methods of any other value that a text names.
type text struct {
	constant string
	template render.Node // nil for a constant
	reads    []fieldRef
	placed   bool // whether its values stand between marks
}

// text compiles a Liquid text and reports what does not hold.
func (s *stepCompiler) text(at path, written string) text { return s.textWith(at, written, written) }

// placedText compiles a Liquid text that renders with marks around its values, and reports what does not hold.
func (s *stepCompiler) placedText(at path, written string) text {
	marked, plain := withMarks(written)
	compiled := s.textWith(at, plain, marked)
	compiled.placed = true
	return compiled
}

// textWith compiles a text that is written in one way and rendered from another, which has the same fields and filters.
func (s *stepCompiler) textWith(at path, written, rendered string) text {
	if !strings.Contains(written, "{{") && !strings.Contains(written, "{%") {
		return text{constant: rendered}
	}
	if utf8.RuneCountInString(written) > maxText {
		s.add(at, "the text is longer than %d characters", maxText)
		return text{}
	}
	scan := scanText(written, s.scope())
	for _, message := range scan.problems {
		s.add(at, "%s", message)
	}
	if len(scan.problems) > 0 {
		return text{}
	}
	template, err := parseTemplate(rendered)
	if err != nil {
		s.add(at, "the text cannot be read: %s", err)
		return text{}
	}
	compiled := text{template: template}
	for _, field := range scan.reads {
		s.needs[field.needed()] = struct{}{}
		s.zoned = s.zoned || field.Path == "now"
		compiled.reads = append(compiled.reads, field.ref())
	}
	slices.SortStableFunc(compiled.reads, func(a, b fieldRef) int { return len(a.parts) - len(b.parts) })
	return compiled
}

// parseTemplate parses with the tags and filters allowed. The library panics on some input.
func parseTemplate(written string) (node render.Node, err error) {
	defer func() {
		if recovered := recover(); recovered != nil {
			node, err = nil, errors.New("it is not valid Liquid")
		}
	}()
	config := liquidConfig()
	node, problem := config.Compile(written, parser.SourceLoc{})
	if problem != nil {
		return nil, errors.New(plainMessage(problem))
	}
	return node, nil
}

// render gives the text with its variables filled in; what is missing renders as nothing.
func (t text) render(env environment) (rendered string, err error) {
	if t.template == nil {
		return t.constant, nil
	}
	defer func() {
		if recovered := recover(); recovered != nil {
			rendered, err = "", errors.New("the text cannot be rendered")
		}
	}()
	var output boundedOutput
	if problem := render.Render(t.template, &output, t.bindings(env), liquidConfig()); problem != nil {
		return "", fmt.Errorf("the text cannot be rendered: %s", plainMessage(problem))
	}
	if output.exceeded(t.placed) {
		return "", fmt.Errorf("the text is longer than %d characters once rendered", maxText)
	}
	return strings.ToValidUTF8(output.written.String(), "\uFFFD"), nil
}

// bindings gives the values of the fields that the text names, in the shape that its paths have.
func (t text) bindings(env environment) map[string]any {
	bindings := make(map[string]any, 4)
	for _, ref := range t.reads {
		if inner := container(bindings, ref.parts); inner != nil {
			inner[ref.parts[len(ref.parts)-1]] = t.bound(env.value(ref))
		}
	}
	return bindings
}

// bound gives a value as the text reads it.
func (t text) bound(value any) any {
	value = liquidValue(value)
	if !t.placed {
		return value
	}
	switch value := value.(type) {
	case string:
		return unmarked(value)
	case []any:
		for i, item := range value { // a list of its own: see liquidValue
			if written, isText := item.(string); isText {
				value[i] = unmarked(written)
			}
		}
	}
	return value
}

// container gives the object that the last part of a path stands in; nil where that is a list, of which texts read size,
// first and last themselves. Shorter paths have been bound before.
func container(bindings map[string]any, parts []string) map[string]any {
	inner := bindings
	for _, name := range parts[:len(parts)-1] {
		next, isObject := inner[name].(map[string]any)
		if _, isList := inner[name].([]any); isList {
			return nil
		}
		if !isObject {
			next = make(map[string]any, 2)
			inner[name] = next
		}
		inner = next
	}
	return inner
}

// liquidValue turns the value of a field into one of the few types that texts work with. Times become text, in their
// zone: the library would let texts call the methods of a time.Time, and read the clock.
func liquidValue(value any) any {
	switch value := value.(type) {
	case string, bool, int:
		return value
	case int64:
		return int(value)
	case float64:
		return newNumber(value)
	case time.Time:
		return formatTime(value)
	case []string, []any:
		list, _ := readList(value)
		items := make([]any, 0, min(len(list), maxItems))
		for _, item := range list[:min(len(list), maxItems)] {
			items = append(items, item)
		}
		return items
	default:
		return nil
	}
}

// number is a number with a fraction; it prints without an exponent.
type number float64

func (n number) String() string { return formatNumber(float64(n)) }

// newNumber gives an int for what has no fraction and is exact, so that it prints and counts as one; else a number.
func newNumber(n float64) any {
	const exact = 1 << 53
	if n == float64(int64(n)) && -exact <= n && n <= exact {
		return int(n)
	}
	return number(n)
}

// boundedOutput keeps what is written up to the limit and drops the rest: a failing writer makes the library panic.
type boundedOutput struct {
	written bytes.Buffer
	dropped bool
}

func (o *boundedOutput) Write(p []byte) (int, error) {
	if o.written.Len()+len(p) > maxText*utf8.UTFMax {
		o.dropped = true
		return len(p), nil
	}
	return o.written.Write(p)
}

// exceeded reports whether there was too much. Marks do not count.
func (o *boundedOutput) exceeded(marks bool) bool {
	count := utf8.RuneCount(o.written.Bytes())
	if marks && count > maxText {
		count -= len(strings.Map(func(c rune) rune {
			if isMark(c) {
				return 'x'
			}
			return -1
		}, o.written.String()))
	}
	return o.dropped || count > maxText
}

// plainMessage strips what the library wraps around the reason, for a person who wrote the text.
func plainMessage(err error) string {
	reason := err
	var wrapped interface{ Cause() error }
	if errors.As(err, &wrapped) && wrapped.Cause() != nil {
		reason = wrapped.Cause()
	}
	if filter, ok := errors.AsType[expressions.FilterError](reason); ok {
		return fmt.Sprintf("filter %q: %s", filter.FilterName, filter.Err)
	}
	return strings.TrimPrefix(reason.Error(), "Liquid error: ")
}
