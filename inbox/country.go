package inbox

import (
	"strings"

	"golang.org/x/text/language"
)

// ParseCountry returns the normal form of a country: its ISO 3166 code of two letters, such as AT. It is not ok if there is
// no such country.
func ParseCountry(text string) (normal string, ok bool) {
	region, err := language.ParseRegion(strings.ToUpper(CleanToken(text)))
	if err == nil {
		region = region.Canonicalize() // UK is GB
	}
	if err != nil || !region.IsCountry() || len(region.String()) != 2 {
		return "", false
	}
	return region.String(), true
}
