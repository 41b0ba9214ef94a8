package inbox

import (
	"strings"

	"golang.org/x/text/language"
)

// LanguageKey returns the form in which language tags (BCP 47) are compared: canonical and in lower case, so that iw is
// he, tl is fil and nb is no. What is no tag is compared as it is.
func LanguageKey(tag string) string {
	tag = strings.ReplaceAll(strings.TrimSpace(tag), "_", "-")
	if parsed, err := language.All.Parse(tag); err == nil {
		tag = parsed.String()
	}
	return strings.ToLower(tag)
}
