package engine

import (
	"foyer/inbox"
)

// Profile is what is known of a contact, as a caller gives it.
type Profile struct {
	FirstName *string
	LastName  *string
	Email     *string
	Phone     *string
	Language  *string
	Country   *string
	Avatar    *inbox.URL
}

// normal gives a contact with the profile in its normal form. It fails with INVALID and LIMIT_EXCEEDED, naming the field
// behind the prefix.
func (p Profile) normal(prefix string) (inbox.Contact, error) {
	var c inbox.Contact
	for _, field := range []struct {
		to     **string
		from   *string
		name   string
		normal func(field string, text *string) (*string, error)
	}{
		{&c.FirstName, p.FirstName, "firstName", normalName},
		{&c.LastName, p.LastName, "lastName", normalName},
		{&c.Email, p.Email, "email", normalEmail},
		{&c.Phone, p.Phone, "phone", normalPhone},
		{&c.Language, p.Language, "language", normalLanguage},
		{&c.Country, p.Country, "country", normalCountry},
	} {
		if field.from == nil {
			continue
		}
		var err error
		if *field.to, err = field.normal(prefix+field.name, field.from); err != nil {
			return c, err
		}
	}
	c.Avatar = p.Avatar
	return c, nil
}

// fill takes over from a profile what the contact has not.
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
	custom, err := w.world().patchFields(c, fields, true)
	if err != nil {
		return err
	}
	changes = append(changes, custom...)
	if len(changes) == 0 {
		return nil
	}
	return w.as(inbox.ByContact(c.ID), func() error { return w.saveContact(c, changes) })
}
