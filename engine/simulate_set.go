package engine

import (
	"slices"

	"foyer/engine/workflow"
	"foyer/inbox"
)

// set answers as setField does: with the value in its normal form, or with why it is refused.
func (s *simulation) set(e workflow.SetField) (any, workflow.Outcome) {
	value, err := s.normal(e)
	if err == nil {
		return value, workflow.Outcome{}
	}
	outcome, err := refusal(err)
	s.note(err)
	return nil, outcome
}

// normal gives what a field of the contact becomes of a value.
func (s *simulation) normal(e workflow.SetField) (any, error) {
	in, err := fieldPatch(e)
	if err != nil {
		return nil, err
	}
	if in.Fields != nil {
		return s.normalCustom(e)
	}
	c, err := s.engine.normalPatch(in)
	if err != nil {
		return nil, err
	}
	for _, text := range []*string{c.FirstName, c.LastName, c.Email, c.Phone, c.Language, c.Country} {
		if text != nil {
			return *text, nil // of the one field that is set
		}
	}
	if c.Avatar != nil {
		return string(*c.Avatar), nil
	}
	return nil, nil
}

// normalCustom gives what a custom field becomes of a value.
func (s *simulation) normalCustom(e workflow.SetField) (any, error) {
	fields, err := s.contactFields()
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(fields, func(f *inbox.ContactField) bool { return f.Name == e.Field })
	if at < 0 {
		return nil, inbox.Errorf(inbox.CodeInvalid, "fields", "Contacts have no such field.")
	}
	value, problem := normalValue(fields[at], e.Value)
	if problem != nil {
		return nil, problem
	}
	return value, nil
}
