package inbox

import "strings"

// Contact is a person who writes to the workspace.
type Contact struct {
	ID             ContactID
	FirstName      *string
	LastName       *string
	Email          *string
	Phone          *string // E.164
	Language       *string // BCP 47
	Country        *string // ISO 3166 alpha-2
	Avatar         *URL
	Tags           []string // sorted
	LifecycleStage *string
	Values         JSON `db:"field_values"` // of custom fields, by the field's id; nil: none
	Blocked        bool
	OwnerID        *AgentID
	FirstIdentity  *string // the external id of the first identity: the name of last resort
	CreatedAt      Time
}

// DisplayName returns the first and last name, or else the email, phone number, first identity, or id. It is never
// empty.
func (c *Contact) DisplayName() string {
	var names []string
	for _, name := range []*string{c.FirstName, c.LastName} {
		if name != nil && *name != "" {
			names = append(names, *name)
		}
	}
	if len(names) > 0 {
		return strings.Join(names, " ")
	}
	for _, fallback := range []*string{c.Email, c.Phone, c.FirstIdentity} {
		if fallback != nil && *fallback != "" {
			return *fallback
		}
	}
	return c.ID.String()
}

// ContactIdentity is a contact's id on a channel. It is unique per channel and external id.
type ContactIdentity struct {
	ContactID  ContactID
	ChannelID  ChannelID
	ExternalID string
}
