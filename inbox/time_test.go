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

func TestTimesAreReadExactly(t *testing.T) {
	for text, want := range map[string]string{
		"2026-01-31T09:30:00Z":                "2026-01-31T09:30:00.000Z",
		"2026-01-31t09:30:00.5z":              "2026-01-31T09:30:00.500Z",
		"2026-01-31T09:30:00.123456789+23:59": "2026-01-30T09:31:00.123Z",
		"2026-01-31T00:00:00-00:00":           "2026-01-31T00:00:00.000Z",
		"2016-12-31T23:59:60Z":                "2017-01-01T00:00:00.000Z",
		"2017-01-01T00:59:60.5+01:00":         "2017-01-01T00:00:00.500Z",
		"0001-01-01T00:00:00Z":                "0001-01-01T00:00:00.000Z",
		"9999-12-31T23:59:59.999Z":            "9999-12-31T23:59:59.999Z",
	} {
		var read, again inbox.Time
		if err := read.UnmarshalGQL(text); err != nil || read.String() != want {
			t.Errorf("%s: read as %s, %v", text, read, err)
		}
		if err := again.UnmarshalGQL(read.String()); err != nil || again != read {
			t.Errorf("%s cannot be read again: %v", read, err)
		}
	}
	for _, bad := range []string{
		"0000-12-31T23:59:59Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "9999-12-31T23:59:60Z",
		"10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "2026-01-31T9:00:00Z", "2026-01-31T09:00:00,5Z",
		"2026-01-31T09:00:00+24:00", "2026-01-31T09:00:00+01:60", "2026-01-31T09:00:00+0100", "2026-01-31T09:00:00",
		"2026-01-31T12:00:60Z", "2026-01-31T23:59:61Z", "2026-01-31T24:00:00Z", "2026-01-31 09:00:00Z", "2026-01-31T09:00Z",
		"٢٠٢٦-01-31T09:00:00Z", "2026-01-31T09:00:00.Z", "2026-01-31T09:00:00ZZ", "T", "2026-01-31T09:30:00∞",
	} {
		var read inbox.Time
		if err := read.UnmarshalGQL(bad); err == nil {
			t.Errorf("%s passes for %s", bad, read)
		}
	}
}

func TestWhatIsWrittenOfATimeCanBeRead(t *testing.T) {
	vienna, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"2026-07-01T12:00:00Z": "2026-07-01T14:00:00+02:00",
		"1890-01-01T12:00:00Z": "1890-01-01T12:00:00Z", // an hour, five minutes and 21 seconds ahead
		"9999-12-31T23:30:00Z": "9999-12-31T23:30:00Z", // the year 10000 there
	} {
		at, err := inbox.ParseTime(text)
		if err != nil {
			t.Fatal(err)
		}
		got := inbox.FormatTime(at.In(vienna))
		if again, err := inbox.ParseTime(got); got != want || err != nil || !again.Equal(at) {
			t.Errorf("%s: written %s, read as %s, %v", text, got, again, err)
		}
	}
}

func TestDatesAreReadExactly(t *testing.T) {
	for text, ok := range map[string]bool{
		"2026-01-31": true, "0001-01-01": true, "9999-12-31": true, "0000-12-31": false, "2026-02-29": false, "2026-1-31": false,
		"10000-01-01": false, "2026-01-31T00:00:00Z": false, "": false,
	} {
		if day, err := inbox.ParseDate(text); (err == nil) != ok {
			t.Errorf("%s: %s, %v", text, day, err)
		}
	}
}

func FuzzTime(f *testing.F) {
	f.Add("2016-12-31T23:59:60.123+00:00")
	f.Add("0001-01-01T00:00:00-23:59")
	f.Fuzz(func(t *testing.T, text string) {
		at, err := inbox.ParseTime(text)
		if err != nil {
			return
		}
		if again, err := inbox.ParseTime(inbox.At(at).String()); err != nil || inbox.At(again) != inbox.At(at) {
			t.Errorf("%q is written %s, read as %s, %v", text, inbox.At(at), again, err)
		}
	})
}

func TestADurationReadsBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := inbox.Duration(rapid.Int64Range(0, 292*365*86400).Draw(t, "seconds"))
		read, err := inbox.ParseDuration(d.String())
		if err != nil || read != d {
			t.Fatalf("%d seconds, written %s, read as %d, %v", d, d, read, err)
		}
	})
}

func TestDurationsAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]inbox.Duration{"PT45S": 45, "PT15M": 900, "P7D": 604800, "P1DT1H": 90000, "P1W": 604800, "PT0S": 0, "PT90M": 5400,
		"PT1.5H": 5400, "PT0,5M": 30, "P1W2DT3S": 777603} {
		if got, err := inbox.ParseDuration(text); err != nil || got != want {
			t.Errorf("%s is %d, %v", text, got, err)
		}
	}
	for _, bad := range []string{"", "45", "PT", "P", "P1M", "P1Y", "-PT1S", "PT0.5S", "PT1X", "5 minutes", "PT99999999999999999999S",
		"PT1H1H", "P1D1D", "PT1M1H", "PT1S1S", "P1DT", "PT1.5H1M", "PT1.S", "P-1D", "PT+1S", "p1d", "PT٣S", "P200000D"} {
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
