package inbox_test

import (
	"testing"

	"foyer/inbox"
)

func TestLanguageTagsAreCanonical(t *testing.T) {
	for tag, want := range map[string]string{
		"iw": "he", "he": "he", "in": "id", "id": "id", "tl": "fil", "fil": "fil", "ji": "yi", "nb": "no", "no": "no", "cmn": "zh",
		"DE_at": "de-at", " pt-BR ": "pt-br", "iw-IL": "he-il", "zh-Hans-CN": "zh-hans-cn", "german": "german", "": "", "-": "-",
	} {
		if got := inbox.LanguageKey(tag); got != want {
			t.Errorf("%q: got %q, want %q", tag, got, want)
		}
	}
}

func TestAPlainLanguageHasNothingThatDoesNotMatterToWhoSpeaksIt(t *testing.T) {
	for tag, want := range map[string]string{"de": "de", "de-AT": "de-AT", "de-AT-1996-x-mine": "de-AT", "zh-Hant-TW": "zh-Hant-TW", "de-x-l1": "de", "??": "??"} {
		if got := inbox.PlainLanguage(tag); got != want {
			t.Errorf("%s is %s, want %s", tag, got, want)
		}
	}
}
