package inbox

import (
	"slices"
	"strings"
)

// LabelKey returns the form in which tags and lifecycle stages are compared: without surrounding space, ignoring letter
// case. Every spelling of a label means the same label.
func LabelKey(label string) string { return Fold(strings.TrimSpace(label)) }

// FindLabel returns a label in the spelling of a list. It is not ok if the list does not have it.
func FindLabel(list []string, label string) (found string, ok bool) {
	key := LabelKey(label)
	at := slices.IndexFunc(list, func(one string) bool { return LabelKey(one) == key })
	if at < 0 {
		return "", false
	}
	return list[at], true
}

// WithTags returns tags with some added and then some removed, sorted, each once. A tag that is there already keeps its
// spelling.
func WithTags(tags, add, remove []string) []string {
	there, removed := labelSet(tags), labelSet(remove)
	tags = slices.Clone(tags)
	for _, tag := range add {
		key := LabelKey(tag)
		if !there[key] {
			there[key] = true
			tags = append(tags, strings.TrimSpace(tag))
		}
	}
	if len(removed) > 0 {
		tags = slices.DeleteFunc(tags, func(tag string) bool { return removed[LabelKey(tag)] })
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}

func labelSet(labels []string) map[string]bool {
	set := make(map[string]bool, len(labels))
	for _, label := range labels {
		set[LabelKey(label)] = true
	}
	return set
}
