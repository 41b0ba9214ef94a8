package workflow

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Problem is a mistake that prevents a document from being saved or published.
type Problem struct {
	// Step is the key of the step with the mistake, or nil if it is outside of steps.
	Step *string
	// Path leads to the mistake in the document; items of lists count from 0. It is never nil, and empty for the whole
	// document.
	Path []string
	// Message is a sentence for a person.
	Message string
}

// String returns step, path and message in one line, for logs and terminals.
func (p Problem) String() string {
	var b strings.Builder
	if p.Step != nil {
		fmt.Fprintf(&b, "step %q: ", *p.Step)
	}
	if len(p.Path) > 0 {
		fmt.Fprintf(&b, "%s: ", strings.Join(p.Path, "."))
	}
	b.WriteString(p.Message)
	return b.String()
}

// Error is why a run ended as FAILED.
type Error struct {
	// Step is the key of the step that could not be executed, or "" if the run as a whole could not continue.
	Step string
	// Message is a sentence for a person.
	Message string
}

// Error returns step and message in one line.
func (e *Error) Error() string {
	if e.Step == "" {
		return e.Message
	}
	return fmt.Sprintf("step %q: %s", e.Step, e.Message)
}

// sentence returns a text with the capital and the end that the texts of errors in Go lack. A text that ends already has
// both.
func sentence(text string) string {
	if text == "" || strings.HasSuffix(text, ".") {
		return text
	}
	first, size := utf8.DecodeRuneInString(text)
	text = string(unicode.ToUpper(first)) + text[size:]
	if strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}

// path leads to a part of a document.
type path []string

// to returns the path of a part below p. It copies p, since several paths begin with it.
func (p path) to(parts ...any) path {
	below := make(path, len(p), len(p)+len(parts))
	copy(below, p)
	for _, part := range parts {
		below = append(below, fmt.Sprint(part))
	}
	return below
}

// maxProblems is how many problems are listed; a document can have a hundred thousand.
const maxProblems = 100

// findings collects the problems of one document.
type findings struct {
	source source
	found  []finding
	seen   map[string]struct{}
}

// finding is a problem and the position of its part in the document.
type finding struct {
	problem  Problem
	position int
}

// add records a problem with the step that its path leads into, once.
func (f *findings) add(at path, format string, args ...any) {
	problem := Problem{Step: f.source.stepAt(at), Path: at.to(), Message: sentence(fmt.Sprintf(format, args...))}
	identity := problem.String()
	if _, twice := f.seen[identity]; twice {
		return
	}
	if f.seen == nil {
		f.seen = map[string]struct{}{}
	}
	f.seen[identity] = struct{}{}
	f.found = append(f.found, finding{problem, f.source.position(at)})
}

// problems returns the problems in document order, or nil if there are none.
func (f *findings) problems() []Problem {
	slices.SortStableFunc(f.found, func(a, b finding) int { return a.position - b.position })
	var problems []Problem
	for _, one := range f.found[:min(len(f.found), maxProblems)] {
		problems = append(problems, one.problem)
	}
	if more := len(f.found) - maxProblems; more > 0 {
		problems = append(problems, Problem{Path: path{}, Message: fmt.Sprintf("There are %d more problems.", more)})
	}
	return problems
}
