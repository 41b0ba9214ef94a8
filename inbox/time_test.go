package inbox_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"foyer/inbox"
)

func TestATimeIsRFC3339WithMillisecondsInUTC(t *testing.T) {
	at := inbox.At(time.Date(2026, 1, 31, 10, 30, 0, 7_999_999, time.FixedZone("", 3600)))
	if got := at.String(); got != "2026-01-31T09:30:00.007Z" {
		t.Errorf("written as %s", got)
	}
	var read inbox.Time
	if err := read.UnmarshalGQL("2026-01-31T10:30:00.007+01:00"); err != nil || read != at {
		t.Errorf("read as %s, %v", read, err)
	}
	for _, bad := range []any{"", "yesterday", "2026-01-31", "2026-02-30T00:00:00Z", 12, nil} {
		if err := read.UnmarshalGQL(bad); err == nil {
			t.Errorf("%v passes for a time", bad)
		}
	}
}

func TestADurationReadsBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := inbox.Duration(rapid.Int64Range(0, 400*86400).Draw(t, "seconds"))
		read, err := inbox.ParseDuration(d.String())
		if err != nil || read != d {
			t.Fatalf("%d seconds, written %s, read as %d, %v", d, d, read, err)
		}
	})
}

func TestDurationsAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]inbox.Duration{"PT45S": 45, "PT15M": 900, "P7D": 604800, "P1DT1H": 90000, "P1W": 604800, "PT0S": 0, "PT90M": 5400} {
		if got, err := inbox.ParseDuration(text); err != nil || got != want {
			t.Errorf("%s is %d, %v", text, got, err)
		}
	}
	for _, bad := range []string{"", "45", "PT", "P", "P1M", "P1Y", "-PT1S", "PT0.5S", "PT1X", "5 minutes", "PT99999999999999999999S"} {
		if got, err := inbox.ParseDuration(bad); err == nil {
			t.Errorf("%q passes for a duration of %d s", bad, got)
		}
	}
	if got := inbox.Duration(90061).String(); got != "P1DT1H1M1S" {
		t.Errorf("90061 s is written %s", got)
	}
}

func TestAURLIsAbsoluteHTTP(t *testing.T) {
	for text, ok := range map[string]bool{
		"https://example.com/a.png?x=1": true, "http://localhost:1": true, "": false, "/a": false, "ftp://example.com": false,
		"javascript:alert(1)": false, "https://": false, "//example.com": false, "https:example.com": false,
	} {
		var u inbox.URL
		if err := u.UnmarshalGQL(text); (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzDuration(f *testing.F) {
	f.Add("P1DT2H")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := inbox.ParseDuration(text)
		if err != nil {
			return
		}
		if again, err := inbox.ParseDuration(d.String()); err != nil || again != d || d < 0 {
			t.Errorf("%q is %d s, written %s, read as %d, %v", text, d, d, again, err)
		}
	})
}
