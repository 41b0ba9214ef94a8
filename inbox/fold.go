package inbox

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold returns the form in which texts are compared: texts that differ only in letter case, or in how their characters are
// composed of code points (Unicode canonical equivalence), fold to the same. The store keeps unique names in this form,
// trimmed.
func Fold(text string) string {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return norm.NFC.String(cases.Fold().String(norm.NFD.String(text)))
		}
	}
	return strings.ToLower(text)
}
