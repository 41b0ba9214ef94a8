package workflow

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"foyer/inbox"
)

// Answer is the contact's message that answers a question.
type Answer struct {
	Text        string             `json:"text,omitempty"`
	Attachments []inbox.Attachment `json:"attachments,omitempty"`
	// Location is where the contact is, if the channel says so.
	Location *Location `json:"location,omitempty"`
}

// Location is a place on earth, in degrees.
type Location struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

// The kinds of answer, as documents write them.
const (
	answerText     = "text"
	answerChoice   = "choice"
	answerNumber   = "number"
	answerDate     = "date"
	answerEmail    = "email"
	answerPhone    = "phone"
	answerURL      = "url"
	answerRating   = "rating"
	answerLocation = "location"
)

// answerTypes has the type of each kind of answer; never written to.
var answerTypes = map[string]FieldType{
	answerText: TypeText, answerChoice: TypeText, answerNumber: TypeNumber, answerDate: TypeDate,
	answerEmail: TypeEmail, answerPhone: TypeText, answerURL: TypeURL, answerRating: TypeNumber,
	answerLocation: TypeText,
}

// reading returns the value of an answer: a text or a float64. Its error says why the answer is not valid, for the log.
type reading func(answer Answer, env environment) (any, error)

// reading compiles how answers are read, and reports bounds that do not fit.
func (s *stepCompiler) reading(at path, doc askDocument, choices []choice) reading {
	switch doc.Answer {
	case answerNumber, answerRating, answerText:
		return s.boundedReading(at, doc)
	case answerDate:
		return s.dateReading(at, doc)
	}
	for name, bound := range map[string]any{"min": doc.Min, "max": doc.Max} {
		if bound != nil {
			s.add(at.to(name), "%s cannot be used with the answer %q", name, doc.Answer)
		}
	}
	switch doc.Answer {
	case answerChoice:
		return func(answer Answer, env environment) (any, error) {
			value, ok := choose(choices, answer.Text, env)
			return value, complaint(ok, "the answer is not one of the choices")
		}
	case answerPhone:
		s.needs["contact.country"] = struct{}{}
		return readPhone
	case answerLocation:
		return readLocation
	default:
		wanted := answerTypes[doc.Answer]
		return func(answer Answer, _ environment) (any, error) {
			value, ok := Coerce(withScheme(strings.TrimSpace(answer.Text), wanted), wanted)
			return value, complaint(ok && value != nil, "the answer is not a valid %s", doc.Answer)
		}
	}
}

func complaint(ok bool, format string, args ...any) error {
	if ok {
		return nil
	}
	return fmt.Errorf(format, args...)
}

// withScheme completes a URL that people write without a scheme, such as example.com.
func withScheme(text string, wanted FieldType) string {
	if wanted == TypeURL && strings.Contains(text, ".") && !strings.Contains(text, ":") && !strings.ContainsAny(text, " \t\n") {
		return "https://" + text
	}
	return text
}

// completeBounds sets the bounds of a text or a rating that the document leaves out.
func (d *askDocument) completeBounds() {
	most, bounded := map[string]any{answerRating: 5.0, answerText: float64(maxText)}[d.Answer]
	if bounded && d.Min == nil {
		d.Min = 1.0
	}
	if bounded && d.Max == nil {
		d.Max = most
	}
}

// boundedReading reads texts, numbers and ratings. The bounds of a text are in characters.
func (s *stepCompiler) boundedReading(at path, doc askDocument) reading {
	low, high := s.numberBound(at.to("min"), doc.Min, math.Inf(-1)), s.numberBound(at.to("max"), doc.Max, math.Inf(1))
	if low > high {
		s.add(at, "`min` must not be greater than `max`")
	}
	switch doc.Answer {
	case answerNumber:
		s.needs[languageField] = struct{}{}
		return func(answer Answer, env environment) (any, error) {
			n, ok := readWrittenNumber(answer.Text, env.language())
			return n, complaint(ok && low <= n && n <= high, "the answer is not a number within the bounds")
		}
	case answerRating:
		return func(answer Answer, _ environment) (any, error) {
			n, ok := readRating(answer.Text, high)
			return n, complaint(ok && low <= n && n <= high, "the answer is not a rating from %v to %v", low, high)
		}
	default:
		return func(answer Answer, _ environment) (any, error) {
			text := strings.TrimSpace(answer.Text)
			n := float64(utf8.RuneCountInString(text))
			return text, complaint(n > 0 && low <= n && n <= high, "the answer has %v characters, which is too few or too many", n)
		}
	}
}

func (s *stepCompiler) numberBound(at path, written any, usual float64) float64 {
	if written == nil {
		return usual
	}
	n, ok := written.(float64)
	if !ok {
		s.add(at, "this must be a number")
	}
	return n
}

// dateReading reads dates.
func (s *stepCompiler) dateReading(at path, doc askDocument) reading {
	low, high := s.dateBound(at.to("min"), doc.Min, ""), s.dateBound(at.to("max"), doc.Max, "9999-12-31")
	if low > high {
		s.add(at, "`min` must not be later than `max`")
	}
	s.needs[languageField] = struct{}{}
	return func(answer Answer, env environment) (any, error) {
		date, ok := readWrittenDate(answer.Text, env.language())
		return date, complaint(ok && low <= date && date <= high, "the answer is not a date within the bounds")
	}
}

func (s *stepCompiler) dateBound(at path, written any, usual string) string {
	if written == nil {
		return usual
	}
	text, _ := written.(string)
	if _, err := inbox.ParseDate(text); err != nil {
		s.add(at, "write a date like 2026-01-31")
	}
	return text
}

// maxPhone is how many bytes an answer with a phone number may have. A longer text only mentions one.
const maxPhone = 40

// readPhone reads a phone number. A number without a country code is taken as one of the contact's country.
func readPhone(answer Answer, env environment) (any, error) {
	country, _ := env.facts.Contact["country"].(string)
	country, _ = inbox.ParseCountry(country)
	number, ok := inbox.ParsePhone(answer.Text, country)
	if !ok || len(strings.TrimSpace(answer.Text)) > maxPhone {
		return nil, errors.New("the answer is not a phone number")
	}
	return number, nil
}

// readLocation reads the location from the channel, or two numbers with a comma between them.
func readLocation(answer Answer, _ environment) (any, error) {
	at := answer.Location
	if at == nil {
		latitude, longitude, _ := strings.Cut(answer.Text, ",")
		north, err := strconv.ParseFloat(plainNumber(latitude), 64)
		east, err2 := strconv.ParseFloat(plainNumber(longitude), 64)
		if err != nil || err2 != nil {
			return nil, errors.New("the answer is not a location")
		}
		at = &Location{north, east}
	}
	if !(math.Abs(at.Latitude) <= 90 && math.Abs(at.Longitude) <= 180) {
		return nil, errors.New("the answer is not a location on earth: latitude or longitude is out of range")
	}
	return formatNumber(at.Latitude) + "," + formatNumber(at.Longitude), nil
}
