package workflow

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"foyer/inbox"
)

// matcher is the positive half of a test, for values that are not empty. It does not hold for a value that cannot be read
// as the field's type, such as that of a variable that is set as two types: the test then counts as one on an empty value.
type matcher func(value any, now time.Time) bool

func present(any, time.Time) bool { return true }

// matching returns the matcher of values that can be read as a T.
func matching[T any](read func(any) (T, bool), holds func(T) bool) matcher {
	return func(value any, _ time.Time) bool {
		as, ok := read(value)
		return ok && holds(as)
	}
}

// equalsFolded and containsFolded ignore letter case. The constants are already folded.
func equalsFolded(constants []string) matcher {
	among := setOf(constants)
	return matching(readText, func(text string) bool { return among[fold(text)] })
}

func containsFolded(constant string) matcher {
	return matching(readText, func(text string) bool { return strings.Contains(fold(text), constant) })
}

// equalsLanguage compares language tags, in whichever form they are written.
func equalsLanguage(tags []string) matcher {
	keys := each(tags, inbox.LanguageKey)
	return matching(readText, func(text string) bool { return slices.Contains(keys, inbox.LanguageKey(text)) })
}

// matchesPattern searches for a pattern in the first reach characters of a text. Reach is known once the whole document
// is compiled.
func matchesPattern(pattern *regexp.Regexp, reach *int) matcher {
	return matching(readText, func(text string) bool {
		head, _ := inbox.Cut(norm.NFC.String(inbox.FoldQuotes(text)), *reach)
		return pattern.MatchString(head)
	})
}

// equalsID compares opaque ids, which have one spelling.
func equalsID(ids []string) matcher {
	among := setOf(ids)
	return matching(is[string], func(id string) bool { return among[id] })
}

// is returns a value that has the type T.
func is[T any](value any) (T, bool) {
	as, ok := value.(T)
	return as, ok
}

func compareNumber(holds func(float64) bool) matcher { return matching(readNumber, holds) }

func compareTime(holds func(at, now time.Time) bool) matcher {
	return func(value any, now time.Time) bool {
		at, ok := readTime(value)
		return ok && holds(at, now)
	}
}

// compareDate compares the day of a value with today. The day of a moment is that in the zone of now.
func compareDate(holds func(date, today time.Time) bool) matcher {
	return func(value any, now time.Time) bool {
		date, ok := readDateIn(value, now.Location())
		return ok && holds(date, dateOf(now))
	}
}

// hasAny and hasAll compare the items of a list, without space around them and ignoring letter case, with constants
// that are already folded. They look at each item and each constant once, since there may be many of both.
func hasAny(constants []string) matcher {
	among := setOf(constants)
	return matching(readList, func(items []string) bool {
		return slices.ContainsFunc(items, func(item string) bool { return among[fold(strings.TrimSpace(item))] })
	})
}

func hasAll(constants []string) matcher {
	return matching(readList, func(items []string) bool {
		among := make(map[string]bool, len(items))
		for _, item := range items {
			among[fold(strings.TrimSpace(item))] = true
		}
		return !slices.ContainsFunc(constants, func(constant string) bool { return !among[constant] })
	})
}

// setOf returns the texts of a list as a set.
func setOf(texts []string) map[string]bool {
	set := make(map[string]bool, len(texts))
	for _, text := range texts {
		set[text] = true
	}
	return set
}
