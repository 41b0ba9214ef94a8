package engine

import (
	"cmp"
	"time"

	"foyer/inbox"
)

// Limits say how long what callers hand in may be, in characters, and how much of it there may be. Zero stands for the
// default. What is stored already stays as it is, and what workflows write is bounded by their own format.
type Limits struct {
	// Text is how long a message or a note may be: 10,000. Workflows look at the first 10,000 characters of a message.
	Text int
	// Name is how long names may be, of whatever has one, and tags: 200.
	Name int
	// Category and Summary are how long those of a closed conversation may be: 128 and 2,000.
	Category, Summary int
	// Attachments is how many a message may have: 20.
	Attachments int
	// Tags is how many a contact may have, and items a list of names: 100.
	Tags int
	// Fields is how many bytes the custom fields of a contact may take, as they are stored: 32 KiB.
	Fields int
	// Logins is how many log-ins to an account may fail from one network: ten at once, then one every six seconds. From
	// networks that the account has logged in from before it is three times as many, and from all others together ten times.
	Logins Attempts
	// FailedLogins is how many log-ins from one network may fail, however many accounts they try, where the accounts do not
	// know it: 30 at once, then one every two seconds. A network may be a whole office's: who knows their password is not
	// counted.
	FailedLogins Attempts
	// Passwords is how many passwords an agent may set, of all agents together: 100 at once, then one a second.
	Passwords Attempts
}

// Attempts are how often something may be tried.
type Attempts struct {
	// Burst is how often at once. Zero stands for the default, of the interval as well.
	Burst int
	// Interval is how long it takes until it may be tried once more. Zero: it may be tried without end.
	Interval time.Duration
}

// How long texts may be, in characters, and how many things there may be: where Limits has it, by default.
const (
	maxText        = 10_000
	maxName        = 200
	maxCategory    = 128
	maxSummary     = 2_000
	maxExternalID  = 255
	maxKey         = 255
	maxAttachments = 20
	maxTags        = 100
	maxBatch       = 100
	maxFields      = 32 << 10 // bytes
)

func (l Limits) withDefaults() Limits {
	l.Text = cmp.Or(l.Text, maxText)
	l.Name = cmp.Or(l.Name, maxName)
	l.Category = cmp.Or(l.Category, maxCategory)
	l.Summary = cmp.Or(l.Summary, maxSummary)
	l.Attachments = cmp.Or(l.Attachments, maxAttachments)
	l.Tags = cmp.Or(l.Tags, maxTags)
	l.Fields = cmp.Or(l.Fields, maxFields)
	if l.Logins.Burst == 0 {
		l.Logins = Attempts{Burst: 10, Interval: 6 * time.Second}
	}
	if l.FailedLogins.Burst == 0 {
		l.FailedLogins = Attempts{Burst: 30, Interval: 2 * time.Second}
	}
	if l.Passwords.Burst == 0 {
		l.Passwords = Attempts{Burst: 100, Interval: time.Second}
	}
	return l
}

// names checks how long the names in a contact's profile are. At is what the fields are behind.
func (l Limits) names(at string, c inbox.Contact) error {
	return firstError(atMost(at+"firstName", c.FirstName, l.Name), atMost(at+"lastName", c.LastName, l.Name))
}
