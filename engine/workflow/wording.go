package workflow

import (
	"strconv"
	"strings"
)

// quote puts a name from a document into quotes, shortened so that a message stays readable.
func quote(name string) string {
	const most = 80
	if runes := []rune(name); len(runes) > most {
		return strconv.Quote(string(runes[:most]) + "…")
	}
	return strconv.Quote(name)
}

// quoteAll returns the names quoted, with commas between.
func quoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = quote(name)
	}
	return strings.Join(quoted, ", ")
}

// maxEdits is how far a name may be from what was written for it to be what was meant.
const maxEdits = 2

// nearest returns the name that was probably meant, for "did you mean".
func nearest(written string, names []string) (string, bool) {
	best, distance := "", maxEdits+1
	for _, name := range names {
		if d := edits(written, name); d < distance {
			best, distance = name, d
		}
	}
	return best, distance <= maxEdits && len(written) > maxEdits
}

// edits is the Levenshtein distance in bytes, or more than maxEdits where it is greater.
func edits(a, b string) int {
	if len(a)-len(b) > maxEdits || len(b)-len(a) > maxEdits {
		return maxEdits + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
