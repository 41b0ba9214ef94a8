package account

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/trustelem/zxcvbn"
	"golang.org/x/text/unicode/norm"

	"foyer/inbox"
)

const (
	minPassword = 8   // characters
	maxPassword = 200 // bytes
	// judged is how many bytes of a password zxcvbn looks at: it takes more than linear time.
	judged = 48
	// leastScore is the least score by zxcvbn, of 0 to 4: a lower one takes less than a million guesses.
	leastScore = 2
	product    = "foyer"
)

// CheckSizes refuses an email or a password that is too long, before anything looks at them.
func CheckSizes(email, password string) error {
	if len(email) > maxEmail {
		return inbox.Errorf(inbox.CodeInvalid, "email", "An email address may have at most {limit} bytes.", inbox.Named("limit", maxEmail))
	}
	return checkPasswordSize("password", password)
}

func checkPasswordSize(field, password string) error {
	if len(password) > maxPassword {
		return inbox.Errorf(inbox.CodeInvalid, field, "A password may have at most {limit} bytes.", inbox.Named("limit", maxPassword))
	}
	return nil
}

// checkPassword refuses a password that is too short, easily guessed, or one of the personal texts: names and emails.
func checkPassword(password string, personal ...string) error {
	if err := checkPasswordSize("password", password); err != nil {
		return err
	}
	password = norm.NFC.String(password)
	if utf8.RuneCountInString(password) < minPassword {
		return inbox.Errorf(inbox.CodeInvalid, "password", "A password must have at least {least} characters.", inbox.Named("least", minPassword))
	}
	known := []string{product}
	for _, text := range personal {
		local, _, _ := strings.Cut(text, "@")
		known = append(known, fold(text), fold(local))
	}
	if slices.Contains(known, fold(password)) {
		return inbox.Errorf(inbox.CodeInvalid, "password", "A password must not be a name or an email address.")
	}
	start := strings.ToValidUTF8(password[:min(len(password), judged)], "") // a character that is cut in two is left out
	if zxcvbn.PasswordStrength(start, known).Score < leastScore {
		return inbox.Errorf(inbox.CodeInvalid, "password",
			"This password is easily guessed. Choose a longer one, such as several words that do not belong together.")
	}
	return nil
}
