package workflow

import (
	"strconv"
	"strings"

	"foyer/inbox"

	"github.com/agnivade/levenshtein"
)

// quote returns a name from a document in quotes, shortened if it is long.
func quote(name string) string {
	const most = 80
	return strconv.Quote(cut(name, most))
}

// quoteAll returns the names in quotes, separated by commas.
func quoteAll(names []string) string { return strings.Join(each(names, quote), ", ") }

// cut returns the first characters of a text, and marks where it is cut.
func cut(text string, most int) string {
	head, rest := inbox.Cut(text, most)
	if rest != "" {
		head += "…"
	}
	return head
}

// maxEdits is how many characters a name may differ in from what was written and still be what was meant.
const maxEdits = 2

// didYouMean asks, after another sentence, whether the name was meant that is nearest to what was written. It returns "" if
// none is near.
func didYouMean(written string, names []string) string {
	best, distance := "", maxEdits+1
	for _, name := range names {
		if max(len(name)-len(written), len(written)-len(name)) > 4*maxEdits { // too far, and written may be very long
			continue
		}
		if d := levenshtein.ComputeDistance(written, name); d < distance {
			best, distance = name, d
		}
	}
	if distance > maxEdits || len(written) <= maxEdits {
		return ""
	}
	return ". Did you mean " + quote(best) + "?"
}
