package inbox_test

import (
	"testing"

	"foyer/inbox"
)

func TestASavedReplyIsInTheLanguageThatIsNearestToTheContacts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		speaks string // empty: not known
		texts  []string
		want   string
	}{
		{"", []string{"en", "de"}, "en"},
		{"de", []string{"en", "de"}, "de"},
		{"de-AT", []string{"en", "de"}, "de"},
		{"de-AT", []string{"en", "de", "de-AT"}, "de-AT"},
		{"DE_at", []string{"en", "de", "de-AT"}, "de-AT"},
		{"de-AT-1996", []string{"en", "de", "de-AT"}, "de-AT"},
		{"de", []string{"en", "de-DE", "de-AT"}, "de-DE"},
		{"de-CH", []string{"en", "de-AT"}, "de-AT"},
		{"zh-Hant-TW", []string{"en", "zh-Hans", "zh-Hant"}, "zh-Hant"},
		{"nb", []string{"en", "no"}, "no"},
		{"fr", []string{"en", "de"}, "en"},
		{"d", []string{"en", "de"}, "en"},
	} {
		r := inbox.SavedReply{}
		for _, tag := range test.texts {
			r.Texts = append(r.Texts, inbox.SavedReplyText{Language: tag})
		}
		var speaks *string
		if test.speaks != "" {
			speaks = &test.speaks
		}
		if got := r.TextFor(speaks).Language; got != test.want {
			t.Errorf("who speaks %q gets one of %v in %s, want %s", test.speaks, test.texts, got, test.want)
		}
	}
}
