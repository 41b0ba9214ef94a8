package inbox_test

import (
	"testing"

	"foyer/inbox"
)

func TestTextsThatReadTheSameFoldToTheSame(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"Sales", "SALES", true},
		{"Straße", "STRASSE", true},
		{"Caf\u00e9", "CAFE\u0301", true},
		{"\u1fbc", "\u03b1\u03b9", true}, // Alpha with iota below, in both letter cases
		{"Sales", "Sale", false},
		{"Cafe", "Caf\u00e9", false},
	} {
		if same := inbox.Fold(c.a) == inbox.Fold(c.b); same != c.same {
			t.Errorf("%q and %q fold to the same: %t, want %t", c.a, c.b, same, c.same)
		}
	}
}
