package inbox_test

import (
	"testing"

	"foyer/inbox"
)

func TestPhonesHaveANormalForm(t *testing.T) {
	for _, c := range []struct{ text, country, want string }{
		{"+43 660 1234567", "", "+436601234567"},
		{"0660 1234567", "AT", "+436601234567"},
		{"+436601234567", "MX", "+436601234567"},
		{"+5215512345678", "", "+525512345678"}, // Mexico's old mobile form
		{"+525512345678", "", "+525512345678"},
		{"\u202a+43\u200b660\u00a01234567\u202c", "", "+436601234567"},
		{"+٤٣٦٦٠١٢٣٤٥٦٧", "", "+436601234567"},
		{"0660 1234567", "", ""},
		{"68849", "", ""},
		{"12", "AT", ""},
		{"", "AT", ""},
		{"n/a", "", ""},
	} {
		if got, ok := inbox.ParsePhone(c.text, c.country); got != c.want || ok != (c.want != "") {
			t.Errorf("%q in %q: got %q, %v, want %q", c.text, c.country, got, ok, c.want)
		}
	}
}

func TestCountriesAndLanguagesHaveANormalForm(t *testing.T) {
	for text, want := range map[string]string{"at": "AT", "UK": "GB", " AUT ": "AT", "Austria": "", "EU": "", "419": "", "": ""} {
		if got, ok := inbox.ParseCountry(text); got != want || ok != (want != "") {
			t.Errorf("country %q: got %q, %v, want %q", text, got, ok, want)
		}
	}
	for text, want := range map[string]string{"de-at": "de-AT", "iw": "he", "german": "", "und": "", "": ""} {
		if got, ok := inbox.ParseLanguage(text); got != want || ok != (want != "") {
			t.Errorf("language %q: got %q, %v, want %q", text, got, ok, want)
		}
	}
}
