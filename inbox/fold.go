package inbox

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold returns the form in which texts are compared: the same text in another letter case, or composed of other code points
// (Unicode canonical equivalence), folds to the same. The store keeps names in it where they are unique, trimmed.
func Fold(text string) string {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return norm.NFC.String(cases.Fold().String(norm.NFD.String(text)))
		}
	}
	return strings.ToLower(text)
}
