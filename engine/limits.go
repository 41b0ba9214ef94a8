package engine

import (
	"cmp"

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

// Limit is the most that a value of an input may hold. Zero is no limit of its kind.
type Limit struct {
	Length int // characters, of a text or of each text in a list
	Items  int // of a list
	Bytes  int // of JSON
}

// fieldsSlack is how many bytes values of custom fields may take when they are handed in beyond twice what is stored of
// them: names are longer than the numbers that are stored in their place, and some values are null.
const fieldsSlack = 16 << 10

// Named returns the limit that the API's schema calls by a name, and reports whether there is one. They are those that can
// be configured.
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

// Limits returns the limits that hold for what this engine is handed.
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

// names checks how long the names in a contact's profile are. At is what the fields are behind.
func (l Limits) names(at string, c inbox.Contact) error {
	return firstError(atMost(at+"firstName", c.FirstName, l.Name), atMost(at+"lastName", c.LastName, l.Name))
}
