package inbox

import (
	"github.com/nyaruka/phonenumbers"
)

// ParsePhone returns the normal form (E.164) of a phone number, such as +436601234567. A number without a country code is
// one of the country, given as ParseCountry returns it, or is not ok if that is empty. It is not ok if the text is not a
// phone number.
func ParsePhone(text, country string) (normal string, ok bool) {
	number, err := phonenumbers.Parse(CleanToken(text), country)
	if err == nil && number.GetCountryCode() == 52 && number.GetNationalNumber() >= 1e10 {
		// Mexico's mobile numbers had a 1 after the country code until 2020, and many services still send it.
		number.NationalNumber = new(number.GetNationalNumber() % 1e10)
	}
	if err != nil || !phonenumbers.IsPossibleNumber(number) {
		return "", false
	}
	return phonenumbers.Format(number, phonenumbers.E164), true
}
