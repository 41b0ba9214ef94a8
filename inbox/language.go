package inbox

import (
	"strings"

	"golang.org/x/text/language"
)

// ParseLanguage returns the normal form of a language tag (BCP 47), such as de-AT. It is not ok if the text is not a
// tag.
func ParseLanguage(text string) (normal string, ok bool) {
	tag, err := language.Parse(CleanToken(text))
	if err != nil || tag == language.Und {
		return "", false
	}
	return tag.String(), true
}

// LanguageKey returns the form in which language tags (BCP 47) are compared: canonical and in lower case, so that iw is
// he, tl is fil and nb is no. A text that is not a tag is compared unchanged.
func LanguageKey(tag string) string {
	tag = strings.ReplaceAll(strings.TrimSpace(tag), "_", "-")
	if parsed, err := language.All.Parse(tag); err == nil {
		tag = parsed.String()
	}
	return strings.ToLower(tag)
}

// PlainLanguage returns a language tag without what does not matter to who speaks it: variants, extensions and what is for
// private use. Of de-AT-1996-x-mine it is de-AT. Text that is no tag stays as it is.
func PlainLanguage(tag string) string {
	parsed, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	base, script, region := parsed.Raw()
	plain, err := language.Compose(base, script, region)
	if err != nil || plain == language.Und {
		return tag
	}
	return plain.String()
}
