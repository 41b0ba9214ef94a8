package workflow

import (
	"fmt"
	"slices"
	"strings"

	"github.com/osteele/liquid/parser"
)

// maxFilters and maxTextParts bound what rendering one text costs: how many filters, and how many {{ }} and {% %}.
const (
	maxFilters   = 100
	maxTextParts = 200
)

// textScan is what a text uses, found without rendering it: the library checks neither filters nor variables before.
type textScan struct {
	scope    fieldScope
	reads    []Field
	locals   map[string]bool // names assigned so far
	filters  int
	problems []string
	told     map[string]bool // the problems that are among them
}

// scanText finds the fields that a text reads, and what it must not use.
func scanText(written string, scope fieldScope) *textScan {
	scan := &textScan{scope: scope, locals: map[string]bool{}, told: map[string]bool{}}
	parts := 0
	for _, token := range parser.Scan(written, parser.SourceLoc{}, nil) {
		if parts > maxTextParts {
			break
		}
		switch token.Type {
		case parser.TextTokenType:
			if strings.Contains(token.Source, "{{") || strings.Contains(token.Source, "{%") {
				scan.problem("{{ … }} and {%% … %%} must be closed, {{ … }} on the line it begins")
			}
		case parser.ObjTokenType:
			parts++
			scan.expression(token.Args)
		case parser.TagTokenType:
			parts++
			scan.tag(token)
		default: // - in {{- and -}}
		}
	}
	if parts > maxTextParts {
		scan.problem("the text has more than %d {{ … }} and {%% … %%}", maxTextParts)
	}
	if scan.filters > maxFilters {
		scan.problem("the text uses more than %d filters", maxFilters)
	}
	return scan
}

func (s *textScan) problem(format string, args ...any) {
	if message := fmt.Sprintf(format, args...); !s.told[message] {
		s.told[message] = true
		s.problems = append(s.problems, message)
	}
}

func (s *textScan) tag(token parser.Token) {
	if !slices.Contains(textTags, token.Name) {
		s.problem("the tag %s cannot be used; there are assign, if, unless and case", quote(token.Name))
		return
	}
	args := token.Args
	if token.Name == "assign" {
		name, value, _ := strings.Cut(args, "=")
		name = strings.TrimSpace(name)
		if _, taken := groups[name]; taken {
			s.problem("assign cannot change %s", quote(name))
		}
		s.expression(value)
		s.locals[name] = true
		return
	}
	s.expression(args)
}

// expression walks the words of an expression.
func (s *textScan) expression(written string) {
	words := splitExpression(written)
	for i := 0; i < len(words); i++ {
		switch word := words[i]; word.kind {
		case wordOperator:
			if word.text == ".." {
				s.problem("ranges (1..5) cannot be used")
			}
			if word.text == "|" && i+1 < len(words) {
				i++
				s.filter(words[i:])
			}
		case wordName:
			i += s.variable(words[i:])
		default: // reads nothing
		}
	}
}

// filter checks the filter that the words begin with. Its arguments are walked on by the caller.
func (s *textScan) filter(words []word) {
	s.filters++
	name, takes := strings.CutSuffix(words[0].text, ":")
	f, known := findFilter(name)
	if words[0].kind != wordName && words[0].kind != wordKeyword || !known {
		s.problem("there is no filter %s", quote(name))
		return
	}
	given := 0
	if takes {
		given = countArguments(words[1:])
	}
	if given < f.least || given > f.most {
		s.problem("the filter %s takes %s", quote(name), f.arguments())
	}
}

// countArguments counts what stands between a filter's colon and the next bar.
func countArguments(words []word) int {
	count, depth := 1, 0
	for _, w := range words {
		switch w.text {
		case "(", "[":
			depth++
		case ")", "]":
			depth--
		case "|":
			return count
		case ",":
			if depth == 0 {
				count++
			}
		}
		if depth < 0 {
			return count
		}
	}
	return count
}

// variable checks the variable that the words begin with, and gives how many more words belong to its path.
func (s *textScan) variable(words []word) int {
	name := words[0].text
	parts, used := []string{name}, 1
	for used < len(words) && words[used].kind == wordProperty {
		parts = append(parts, words[used].text)
		used++
	}
	if s.locals[name] {
		return used - 1
	}
	if name == "secrets" {
		s.problem("secrets can be used in the url, the headers and the body of http alone, as {{ secrets.NAME }} without filters")
		return used - 1
	}
	if _, ok := groups[name]; !ok {
		s.problem("there is no variable %s here; there are contact, conversation, message, assignee, team, channel, "+
			"workspace, trigger, vars and now", quote(name))
		return used - 1
	}
	if len(parts) == 1 && name != "now" {
		s.problem("%s needs the name of a field behind a dot", quote(name))
		return used - 1
	}
	s.field(parts)
	return used - 1
}

// field checks the path of a field; behind it may stand size, first or last.
func (s *textScan) field(parts []string) {
	written := strings.Join(parts, ".")
	field, known := s.scope.find(written)
	if !known {
		last := len(parts) - 1
		inner := strings.Join(parts[:last], ".")
		field, known = s.scope.find(inner)
		if !known || !slices.Contains([]string{"size", "first", "last"}, parts[last]) {
			s.problem("%s", s.scope.unknown(written))
			return
		}
	}
	is := func(f Field) bool { return f.Path == field.Path }
	if !slices.ContainsFunc(s.reads, is) {
		s.reads = append(s.reads, field)
	}
}
