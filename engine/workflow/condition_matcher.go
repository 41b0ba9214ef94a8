package workflow

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"foyer/inbox"
)

// matcher is the positive half of a test, for values that are not empty. A value that cannot be read as the field's
// type, such as that of a variable that is set as two types, is not readable: the test then counts as one on an empty
// value.
type matcher func(value any, now time.Time) (held, readable bool)

func present(any, time.Time) (bool, bool) { return true, true }

// equalsFolded and containsFolded ignore letter case. The constants are already folded.
func equalsFolded(constants []string) matcher {
	among := setOf(constants)
	return func(value any, _ time.Time) (bool, bool) {
		text, ok := readText(value)
		return ok && among[fold(text)], ok
	}
}

func containsFolded(constant string) matcher {
	return func(value any, _ time.Time) (bool, bool) {
		text, ok := readText(value)
		return ok && strings.Contains(fold(text), constant), ok
	}
}

// equalsLanguage compares language tags, in whichever form they are written.
func equalsLanguage(tags []string) matcher {
	keys := make([]string, len(tags))
	for i, tag := range tags {
		keys[i] = inbox.LanguageKey(tag)
	}
	return func(value any, _ time.Time) (bool, bool) {
		text, ok := readText(value)
		return ok && slices.Contains(keys, inbox.LanguageKey(text)), ok
	}
}

// matchesPattern searches for a pattern in the first reach characters of a text. Reach is known once the whole document
// is compiled.
func matchesPattern(pattern *regexp.Regexp, reach *int) matcher {
	return func(value any, _ time.Time) (bool, bool) {
		text, ok := readText(value)
		return ok && matchesBeginning(pattern, norm.NFC.String(inbox.FoldQuotes(text)), *reach), ok
	}
}

// matchesBeginning searches for a pattern in the first characters of a text.
func matchesBeginning(pattern *regexp.Regexp, text string, characters int) bool {
	head, _ := inbox.Cut(text, characters)
	return pattern.MatchString(head)
}

// equalsID compares opaque ids, which have one spelling.
func equalsID(ids []string) matcher {
	among := setOf(ids)
	return func(value any, _ time.Time) (bool, bool) {
		text, ok := value.(string)
		return ok && among[text], ok
	}
}

func equalsBool(constant bool) matcher {
	return func(value any, _ time.Time) (bool, bool) {
		switch value := value.(type) {
		case bool:
			return value == constant, true
		default:
			return false, false
		}
	}
}

func compareNumber(holds func(float64) bool) matcher {
	return func(value any, _ time.Time) (bool, bool) {
		number, ok := readNumber(value)
		return ok && holds(number), ok
	}
}

func compareTime(holds func(at, now time.Time) bool) matcher {
	return func(value any, now time.Time) (bool, bool) {
		at, ok := readTime(value)
		return ok && holds(at, now), ok
	}
}

// compareDate compares the day of a value with today. The day of a moment is that in the zone of now.
func compareDate(holds func(date, today time.Time) bool) matcher {
	return func(value any, now time.Time) (bool, bool) {
		date, ok := readDateIn(value, now.Location())
		return ok && holds(date, dateOf(now)), ok
	}
}

// hasAny and hasAll compare the items of a list, without space around them and ignoring letter case, with constants
// that are already folded. They look at each item and each constant once, since there may be many of both.
func hasAny(constants []string) matcher {
	among := setOf(constants)
	return func(value any, _ time.Time) (bool, bool) {
		items, ok := readList(value)
		has := func(item string) bool { return among[fold(strings.TrimSpace(item))] }
		return ok && slices.ContainsFunc(items, has), ok
	}
}

func hasAll(constants []string) matcher {
	return func(value any, _ time.Time) (bool, bool) {
		items, ok := readList(value)
		if !ok {
			return false, false
		}
		among := make(map[string]bool, len(items))
		for _, item := range items {
			among[fold(strings.TrimSpace(item))] = true
		}
		lacks := func(constant string) bool { return !among[constant] }
		return !slices.ContainsFunc(constants, lacks), true
	}
}

// setOf returns the texts of a list as a set.
func setOf(texts []string) map[string]bool {
	set := make(map[string]bool, len(texts))
	for _, text := range texts {
		set[text] = true
	}
	return set
}
