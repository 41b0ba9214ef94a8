package engine

import (
	"cmp"

	"foyer/inbox"
)

// Limits say how long the texts of callers may be, in characters, and how many items there may be. Zero stands for the
// default. What is stored already does not change, and what workflows write is bounded by their own format.
type Limits struct {
	// Text is how long a message or a note may be: 10,000. Workflows look at the first 10,000 characters of a message.
	Text int
	// Name is how long names of anything, and tags, may be: 200.
	Name int
	// Category and Summary are how long those of a closed conversation may be: 128 and 2,000.
	Category, Summary int
	// Attachments is how many a message may have: 20.
	Attachments int
	// Tags is how many tags a contact, and how many items a list of names may have: 100.
	Tags int
	// Fields is how many bytes the custom fields of a contact may take, as they are stored: 32 KiB.
	Fields int
}

// The default limits: how long texts may be, in characters, and how many items there may be.
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

// Limit is the maximum of a value of an input. Zero means no limit of its kind.
type Limit struct {
	Length int // characters, of a text or of each text in a list
	Items  int // of a list
	Bytes  int // of JSON
}

// fieldsSlack is how many bytes values of custom fields may take in an input beyond twice their stored size: names are
// longer than the numbers that are stored in their place, and some values are null.
const fieldsSlack = 16 << 10

// Named returns the limit that the API's schema refers to by a name, and reports whether there is one. These limits can be
// configured.
func (l Limits) Named(name string) (Limit, bool) {
	limit, ok := map[string]Limit{
		"text":        {Length: l.Text},
		"name":        {Length: l.Name},
		"category":    {Length: l.Category},
		"summary":     {Length: l.Summary},
		"attachments": {Items: l.Attachments},
		"tags":        {Items: l.Tags, Length: l.Name},
		"skills":      {Items: l.Tags, Length: l.Name},
		"fields":      {Bytes: l.inputFields()},
	}[name]
	return limit, ok
}

// inputFields is how many bytes the values of custom fields may take in an input.
func (l Limits) inputFields() int { return 2*l.Fields + fieldsSlack }

// Limits returns the limits of this engine.
func (e *Engine) Limits() Limits { return e.limits }

func (l Limits) withDefaults() Limits {
	l.Text = cmp.Or(l.Text, maxText)
	l.Name = cmp.Or(l.Name, maxName)
	l.Category = cmp.Or(l.Category, maxCategory)
	l.Summary = cmp.Or(l.Summary, maxSummary)
	l.Attachments = cmp.Or(l.Attachments, maxAttachments)
	l.Tags = cmp.Or(l.Tags, maxTags)
	l.Fields = cmp.Or(l.Fields, maxFields)
	return l
}

// names checks the lengths of the names in a contact's profile. at is the prefix of the fields.
func (l Limits) names(at string, c inbox.Contact) error {
	return firstError(atMost(at+"firstName", c.FirstName, l.Name), atMost(at+"lastName", c.LastName, l.Name))
}
