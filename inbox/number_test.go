package inbox_test

import (
	"testing"

	"foyer/inbox"
)

func TestNumbersAreWrittenInThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 10_007: "10,007", 1_000_000: "1,000,000", -100: "-100", -1000: "-1,000"} {
		if got := inbox.Thousands(n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}
