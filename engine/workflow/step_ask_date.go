package workflow

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"foyer/inbox"
)

var (
	// numericDate is a date as people write it, in three numbers.
	numericDate = regexp.MustCompile(`^(\d{1,4})([-./])(\d{1,2})([-./])(\d{1,4})$`)
	// chineseDate is a date as Chinese and Japanese write it.
	chineseDate = regexp.MustCompile(`^(\d{4})年(\d{1,2})月(\d{1,2})[日号號]$`)
	// dateWord is a word or a number in a date that names its month.
	dateWord = regexp.MustCompile(`\d+|\pL[\pL\pM]*`)
)

// readWrittenDate reads year-month-day, day.month.year, dates that name their month, and dates with slashes or dashes.
// If such a date can be both day/month/year and month/day/year, the order that is usual in the contact's language
// counts.
func readWrittenDate(text, tag string) (string, bool) {
	plain := plainNumber(text)
	if parts := chineseDate.FindStringSubmatch(strings.ReplaceAll(plain, " ", "")); parts != nil {
		return date(parts[1], parts[2], parts[3])
	}
	parts := numericDate.FindStringSubmatch(strings.ReplaceAll(plain, ". ", "."))
	if parts == nil || parts[2] != parts[4] {
		return wordedDate(plain)
	}
	first, second, third := parts[1], parts[3], parts[5]
	if len(first) == 4 {
		return date(first, second, third)
	}
	dayFirst, isDayFirst := date(third, second, first)
	monthFirst, isMonthFirst := date(third, first, second)
	switch {
	case parts[2] == "." || dayFirst == monthFirst:
		return dayFirst, isDayFirst
	case isDayFirst && isMonthFirst:
		order := dateOrder(tag)
		if order == orderMonthFirst {
			return monthFirst, true
		}
		return dayFirst, order == orderDayFirst
	case isDayFirst:
		return dayFirst, true
	default:
		return monthFirst, isMonthFirst
	}
}

func date(year, month, day string) (string, bool) {
	if len(year) != 4 || len(month) > 2 || len(day) > 2 {
		return "", false
	}
	written := fmt.Sprintf("%s-%02s-%02s", year, month, day)
	_, err := inbox.ParseDate(written)
	return written, err == nil
}

// order says whether the day comes before the month in a date of three numbers that ends with the year.
type order int

const (
	orderUnclear order = iota
	orderDayFirst
	orderMonthFirst
)

// dateOrder returns the usual order in a language. In English it depends on the region. Languages that begin dates with
// the year have no order for dates that end with it.
func dateOrder(tag string) order {
	parsed, err := language.Parse(strings.ReplaceAll(tag, "_", "-"))
	if tag == "" || err != nil {
		return orderUnclear
	}
	base, _ := parsed.Base()
	region, certain := parsed.Region()
	switch {
	case slices.Contains([]string{"zh", "ja", "ko", "hu", "lt", "mn"}, base.String()):
		return orderUnclear
	case base.String() == "fil", base.String() == "en" && certain == language.Exact && slices.Contains([]string{"US", "PH"}, region.String()):
		return orderMonthFirst
	case base.String() == "en" && (certain != language.Exact || slices.Contains([]string{"CA", "ZA"}, region.String())):
		return orderUnclear
	default:
		return orderDayFirst
	}
}

// dateParticles are the words that may stand between the parts of a date; never written to.
var dateParticles = []string{"the", "of", "de", "del", "di", "le", "il", "el", "den", "der", "am", "st", "nd", "rd", "th", "er", "º", "o"}

// wordedDate reads a date that names its month: 31. Dezember 2026, December 31st, 2026, 31 de diciembre de 2026. A name
// that several languages have is the same month in all of them.
func wordedDate(plain string) (string, bool) {
	var day, month, year string
	for _, word := range dateWord.FindAllString(inbox.FoldSpoken(plain), -1) {
		switch {
		case len(word) == 4 && word[0] <= '9' && year == "":
			year = word
		case len(word) <= 2 && word[0] <= '9' && day == "":
			day = word
		case month == "" && monthOf(word) > 0:
			month = fmt.Sprint(monthOf(word))
		case !slices.Contains(dateParticles, word):
			return "", false
		}
	}
	if strings.ContainsAny(plain, "-/:") || day == "" || month == "" || year == "" {
		return "", false
	}
	return date(year, month, day)
}

// months are the names of the months in the languages of the console, and their short forms, folded; never written to.
var months = [12][]string{
	{"january", "jan", "gennaio", "gen", "janvier", "janv", "enero", "ene", "januar", "jänner", "jän"},
	{"february", "feb", "febbraio", "février", "févr", "fév", "febrero", "februar", "feber"},
	{"march", "mar", "marzo", "mars", "märz", "mär", "mrz"},
	{"april", "apr", "aprile", "avril", "avr", "abril", "abr"},
	{"may", "maggio", "mag", "mai", "mayo"},
	{"june", "jun", "giugno", "giu", "juin", "junio", "juni"},
	{"july", "jul", "luglio", "lug", "juillet", "juil", "julio", "juli"},
	{"august", "aug", "agosto", "ago", "août"},
	{"september", "sep", "sept", "settembre", "set", "septembre", "septiembre"},
	{"october", "oct", "ottobre", "ott", "octobre", "octubre", "oktober", "okt"},
	{"november", "nov", "novembre", "noviembre"},
	{"december", "dec", "dicembre", "dic", "décembre", "déc", "diciembre", "dezember", "dez"},
}

// monthOf returns the number of a month, 1 to 12, or 0 if the word is not a month.
func monthOf(word string) int {
	return 1 + slices.IndexFunc(months[:], func(names []string) bool { return slices.Contains(names, word) })
}
