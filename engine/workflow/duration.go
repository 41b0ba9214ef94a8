package workflow

import (
	"errors"
	"regexp"
	"strconv"
	"time"
)

// durationForm is ISO 8601 in whole weeks, days, hours, minutes and seconds. Years and months have no fixed length. The
// digits allowed keep the sum below 200 years, and so within time.Duration.
var durationForm = regexp.MustCompile(`^P(?:(\d{1,4})W|(?:(\d{1,4})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?)$`)

// parseDuration reads an ISO 8601 duration in whole seconds, longer than zero.
func parseDuration(text string) (time.Duration, error) {
	parts := durationForm.FindStringSubmatch(text)
	if parts == nil || text[len(text)-1] == 'P' || text[len(text)-1] == 'T' {
		return 0, errors.New("write a duration like PT45S, PT15M, PT2H or P7D (ISO 8601, in whole seconds, without years or months)")
	}
	var total time.Duration
	units := []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second}
	for i, unit := range units {
		count, _ := strconv.Atoi(parts[i+1]) // nine digits at most, or none
		total += time.Duration(count) * unit
	}
	if total == 0 {
		return 0, errors.New("a duration must be longer than zero")
	}
	return total, nil
}
