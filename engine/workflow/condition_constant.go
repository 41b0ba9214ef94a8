package workflow

import (
	"cmp"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"foyer/inbox"
)

const (
	// These bound the cost of `matches`, which runs inside the writing transaction. A pattern that is made to be slow
	// takes about 30 ns for each of its instructions at each character of the text. The more instructions the patterns
	// of a document have, the less of a text they see, so that all of them together take at most about 50 ms.
	maxPattern  = 1000      // characters
	maxProgram  = 500       // instructions of a pattern once compiled
	maxPrograms = 5000      // the same of all patterns of a document
	maxMatching = 1_500_000 // instructions of all patterns of a document, times characters of the text
)

// valueCompiler compiles the value of a test into a matcher, and reports values of the wrong type.
type valueCompiler struct {
	*conditionCompiler
	field Field
	at    path
}

// matcher returns the matcher of a positive operator that fits the field. If there is a problem it returns any matcher.
func (v *valueCompiler) matcher(op Operator, value any) matcher {
	switch op {
	case OpEquals:
		if v.field.Type == TypeCheckbox {
			return v.checkbox(value)
		}
		return v.equals([]any{value}, false)
	case OpIn:
		return v.equals(v.list(value), true)
	case OpContains:
		return containsFolded(fold(v.text(v.at, value)))
	case OpMatches:
		return v.pattern(value)
	case OpLess, OpBefore:
		return v.order(value, -1)
	case OpGreater, OpAfter:
		return v.order(value, 1)
	case OpBetween:
		return v.between(value)
	case OpWithinLast:
		return v.withinLast(value)
	case OpHasAny:
		return hasAny(v.texts(value))
	case OpHasAll:
		return hasAll(v.texts(value))
	default:
		return present
	}
}

// equals returns a matcher that compares with any of the values.
func (v *valueCompiler) equals(values []any, listed bool) matcher {
	place := func(i int) path {
		if listed {
			return v.at.to(i)
		}
		return v.at
	}
	if v.field.Type == TypeNumber {
		numbers := make([]float64, len(values))
		for i, value := range values {
			numbers[i] = v.number(place(i), value)
		}
		return compareNumber(func(n float64) bool { return slices.Contains(numbers, n) })
	}
	if v.field.Type == TypeDate {
		return v.equalsDate(values, place)
	}
	constants := make([]string, len(values))
	for i, value := range values {
		constants[i] = v.constant(place(i), v.text(place(i), value))
	}
	if v.field.Path == languageField {
		return equalsLanguage(constants)
	}
	if _, reference := referenceTypes[v.field.Type]; reference {
		return equalsID(constants)
	}
	return equalsFolded(each(constants, fold))
}

// constant checks a text against what the field can hold, and returns the id for a name.
func (v *valueCompiler) constant(at path, text string) string {
	if text == "" {
		return text // reported already
	}
	switch v.field.Type {
	case TypeTeam, TypeAgent, TypeChannel:
		return string(v.id(at, referenceTypes[v.field.Type], text))
	case TypeField:
		return v.contactField(at, text)
	case TypeStage:
		v.id(at, ReferenceStage, text)
		return strings.TrimSpace(text)
	case TypeChoice:
		if !slices.Contains(v.field.Values, text) {
			v.add(at, "%s is not one of the values of %s, which are %s", quote(text), quote(v.field.Path), quoteAll(v.field.Values))
		}
	default: // any text, if there are no options
		v.checkConstant(at, v.field, text)
	}
	return text
}

// contactField returns the key of a field of the contact.
func (v *valueCompiler) contactField(at path, name string) string {
	field, known := v.scope.find(contactPrefix + name)
	if !known {
		v.add(at, "contacts have no field %s", quote(name))
	}
	return field.setName()
}

func (v *valueCompiler) text(at path, value any) string {
	text, ok := value.(string)
	switch {
	case !ok:
		v.add(at, "the value must be a text, since %s is %s", quote(v.field.Path), v.field.Type.wording())
	case text == "":
		v.add(at, "the value is empty; to test whether there is a value, use `exists` or `notExists`")
	}
	return text
}

func (v *valueCompiler) number(at path, value any) float64 {
	n, ok := value.(float64)
	if !ok {
		v.add(at, "the value must be a number, like %s", quote(v.field.Path))
	}
	return n
}

func (v *valueCompiler) checkbox(value any) matcher {
	b, ok := value.(bool)
	if !ok {
		v.add(v.at, "the value must be true or false, like %s", quote(v.field.Path))
	}
	return matching(is[bool], func(held bool) bool { return held == b })
}

// list returns the items of a list, and reports a value that is not a list.
func (v *valueCompiler) list(value any) []any {
	items, ok := value.([]any)
	if !ok || len(items) == 0 {
		v.add(v.at, "the value must be a list with at least one item")
	}
	return items
}

// texts returns the folded items of a list of texts.
func (v *valueCompiler) texts(value any) []string {
	items := v.list(value)
	list := make([]string, len(items))
	for i, item := range items {
		text := v.text(v.at.to(i), item)
		v.option(v.at.to(i), v.field, text)
		list[i] = fold(strings.TrimSpace(text))
	}
	return list
}

// order returns a matcher of numbers or times that compare with the value as wanted: -1 for less, 1 for greater.
func (v *valueCompiler) order(value any, wanted int) matcher {
	if v.ofTimes() {
		limit := v.instant(v.at, value)
		return limit.compare(func(at time.Time) bool { return at.Compare(limit.at) == wanted })
	}
	limit := v.number(v.at, value)
	return compareNumber(func(n float64) bool { return cmp.Compare(n, limit) == wanted })
}

func (v *valueCompiler) ofTimes() bool { return v.field.Type == TypeTime || v.field.Type == TypeDate }

func (v *valueCompiler) between(value any) matcher {
	ends, ok := value.([]any)
	if !ok || len(ends) != 2 {
		v.add(v.at, "the value must be a list of two values, the lowest and the highest")
		return present
	}
	if v.ofTimes() {
		return v.betweenMoments(ends)
	}
	low, high := v.number(v.at.to(0), ends[0]), v.number(v.at.to(1), ends[1])
	v.checkEnds(high < low)
	return compareNumber(func(n float64) bool { return low <= n && n <= high })
}

func (v *valueCompiler) checkEnds(reversed bool) {
	if reversed {
		v.add(v.at, "the lowest value must come first")
	}
}

// pattern compiles a regular expression that ignores letter case and is matched against composed text.
func (v *valueCompiler) pattern(value any) matcher {
	text := v.text(v.at, value)
	if text == "" {
		return present
	}
	pattern, size, err := compilePattern(text)
	if err != nil {
		v.add(v.at, "the regular expression cannot be used: %s", err)
		return present
	}
	if v.patterns += size; v.patterns > maxPrograms {
		v.add(v.at, "the regular expressions of the workflow take too much work together: more than %d instructions", maxPrograms)
	}
	return matchesPattern(pattern, v.reach)
}

// compilePattern returns a pattern and its number of instructions.
func compilePattern(text string) (*regexp.Regexp, int, error) {
	if len([]rune(text)) > maxPattern {
		return nil, 0, fmt.Errorf("it is longer than %d characters", maxPattern)
	}
	source := "(?i)" + norm.NFC.String(inbox.FoldQuotes(text))
	parsed, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return nil, 0, err
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return nil, 0, err
	}
	if len(program.Inst) > maxProgram {
		return nil, 0, fmt.Errorf("it takes too much work: %d instructions, where at most %d are allowed", len(program.Inst), maxProgram)
	}
	pattern, err := regexp.Compile(source)
	return pattern, len(program.Inst), err
}
