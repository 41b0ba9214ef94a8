package engine

import (
	"foyer/inbox"
)

// Profile is what a caller tells about a contact.
type Profile struct {
	FirstName *string
	LastName  *string
	Email     *string
	Phone     *string
	Language  *string
	Country   *string
	Avatar    *inbox.URL
}

// normal returns a contact with the profile in normal form. It fails with INVALID and LIMIT_EXCEEDED; the error names the
// field, after the prefix.
func (p Profile) normal(prefix string) (inbox.Contact, error) {
	var first error
	c := p.lenient(prefix, func(_, _ string, problem *inbox.Error) {
		if first == nil {
			first = problem
		}
	})
	return c, first
}

// lenient returns a contact with those fields of the profile that have a normal form. It calls leave for each other field,
// with its name after the prefix.
func (p Profile) lenient(prefix string, leave func(field, text string, problem *inbox.Error)) inbox.Contact {
	var c inbox.Contact
	region := ""
	if p.Country != nil {
		region = *p.Country
	}
	for _, field := range []struct {
		to     **string
		from   *string
		name   string
		normal func(field, text string) (string, *inbox.Error)
	}{
		{&c.FirstName, p.FirstName, "firstName", normalName},
		{&c.LastName, p.LastName, "lastName", normalName},
		{&c.Email, p.Email, "email", normalEmail},
		{&c.Phone, p.Phone, "phone", func(field, text string) (string, *inbox.Error) { return normalPhone(field, text, region) }},
		{&c.Language, p.Language, "language", normalLanguage},
		{&c.Country, p.Country, "country", normalCountry},
	} {
		if field.from == nil {
			continue
		}
		normal, problem := field.normal(prefix+field.name, *field.from)
		if problem != nil {
			leave(prefix+field.name, *field.from, problem)
		} else if normal != "" {
			*field.to = &normal
		}
	}
	c.Avatar = p.Avatar
	return c
}

// fill sets the empty fields of a contact from a profile.
func (w *work) fill(c *inbox.Contact, profile inbox.Contact, fields fieldInput) error {
	var changes []fieldChange
	for _, field := range []struct {
		name     string
		to, from **string
	}{
		{"firstName", &c.FirstName, &profile.FirstName}, {"lastName", &c.LastName, &profile.LastName},
		{"email", &c.Email, &profile.Email}, {"phone", &c.Phone, &profile.Phone},
		{"language", &c.Language, &profile.Language}, {"country", &c.Country, &profile.Country},
	} {
		if *field.to == nil && *field.from != nil {
			*field.to = *field.from
			changes = append(changes, fieldChange{inbox.Change{Field: field.name}, nil, *field.from})
		}
	}
	if c.Avatar == nil && profile.Avatar != nil {
		c.Avatar = profile.Avatar
		changes = append(changes, fieldChange{inbox.Change{Field: "avatar"}, nil, profile.Avatar})
	}
	custom, err := w.patchFields(c, fields, true)
	if err != nil {
		return err
	}
	changes = append(changes, custom...)
	if len(changes) == 0 {
		return nil
	}
	return w.as(inbox.ByContact(c.ID), func() error { return w.saveContact(c, changes) })
}
