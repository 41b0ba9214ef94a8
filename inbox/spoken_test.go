package inbox_test

import (
	"testing"
	"unicode"

	"foyer/inbox"
)

func TestWhatReadsTheSameIsSpokenTheSame(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"Yes!", "yes", true},
		{"¡Sí!", "sí", true},
		{"好的。", "好的", true},
		{"نعم؟", "نعم", true},
		{"ठीक है।", "ठीक है", true},
		{"👍🏽", "👍", true},
		{"❤️", "❤", true},
		{"\u200fכן\u200e", "כן", true},
		{"\u2068Sales\u2069", "Sales", true},
		{"Sa\u200bles\ufeff", "sales", true},
		{"I can’t", "i can't", true},
		{"“Pro”", `"pro"`, true},
		{" to \u00a0 day ", "to day", true},
		{"Straße…", "STRASSE", true},
		{"C", "C#", false},
		{"C", "C++", false},
		{"!", "?", false},
		{"...", "", false},
		{"👨\u200d👩", "👨👩", false},
		{"1", "10", false},
	} {
		if same := inbox.FoldSpoken(c.a) == inbox.FoldSpoken(c.b); same != c.same {
			t.Errorf("%q and %q: same %t, want %t", c.a, c.b, same, c.same)
		}
	}
}

func TestDigitsOfEveryScriptHaveTheirValue(t *testing.T) {
	for written, want := range map[string]string{
		"0123456789": "0123456789", "٠١٢٣٤٥٦٧٨٩": "0123456789", "۰۱۲۳۴۵۶۷۸۹": "0123456789", "०१२३४५६७८९": "0123456789",
		"০১২৩৪৫৬৭৮৯": "0123456789", "๐๑๒๓๔๕๖๗๘๙": "0123456789", "０１２３４５６７８９": "0123456789", "၀၁၂၃၄၅၆၇၈၉": "0123456789",
		"𝟎𝟏𝟐𝟗𝟘𝟙𝟡": "0129019", "x٣y": "x3y", "一": "一",
	} {
		if got := inbox.Digits(written); got != want {
			t.Errorf("%s: got %s, want %s", written, got, want)
		}
	}
	for r := range rune(unicode.MaxRune) {
		if unicode.Is(unicode.Nd, r) && (len(inbox.Digits(string(r))) != 1) {
			t.Errorf("%c is not a digit", r)
		}
	}
}

func TestAcknowledgements(t *testing.T) {
	list := []string{"thanks", "thank you", "ok", "👍", "🙏", "grazie mille", "d'accord", "谢谢", "好的", "❤️"}
	for text, want := range map[string]bool{
		"thanks": true, "Thanks!": true, "THANK YOU .": true, "ok 👍": true, "ok👍": true, "👍🏽👍🏿": true, "🙏🏻": true,
		"Ok, thanks!! 🙏": true, "grazie mille": true, "D’accord": true, "谢谢": true, "好的，谢谢！": true, "好的谢谢": true,
		"\u200fok\u200f": true, "❤": true, "thank  you": true,
		"": false, "!": false, "ok?": false, "thanks but no": false, "not ok": false, "okay": false, "grazie": false,
		"谢": false, "👍 when?": false, "tha nks": false, "ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok": false,
	} {
		if got := inbox.Acknowledges(list, text); got != want {
			t.Errorf("%q: %t, want %t", text, got, want)
		}
	}
}
