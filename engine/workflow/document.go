package workflow

import (
	"bytes"
	"encoding/json"
)

// document is a document that fits the schema.
type document struct {
	Trigger  triggerDocument `json:"trigger"`
	Settings struct {
		ExitOnAgentAction bool `json:"exitOnAgentAction"`
	} `json:"settings"`
	Steps []stepDocument `json:"steps"`
}

// stepDocument is a step: the members that all kinds have, and the body of its kind.
type stepDocument struct {
	Key   string            `json:"key"`
	Next  *string           `json:"next"`
	Exits map[string]string `json:"exits"`
	Else  *string           `json:"else"`

	kind kind
	body json.RawMessage
}

// UnmarshalJSON reads the step and finds its kind.
func (s *stepDocument) UnmarshalJSON(data []byte) error {
	type common stepDocument
	if err := json.Unmarshal(data, (*common)(s)); err != nil {
		return err
	}
	parts := map[string]json.RawMessage{}
	if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	s.kind, s.body, _ = kindOf(parts) // the schema has checked that there is one
	return nil
}

// textOr reads JSON that is a text or something else.
func textOr(other any, text *string, data []byte) error {
	if bytes.HasPrefix(data, []byte(`"`)) {
		return json.Unmarshal(data, text)
	}
	return json.Unmarshal(data, other)
}

// oneOrMore is a text or a list of them.
type oneOrMore []string

// UnmarshalJSON reads a text or a list.
func (o *oneOrMore) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte(`"`)) {
		*o = make([]string, 1)
		return json.Unmarshal(data, &(*o)[0])
	}
	return json.Unmarshal(data, (*[]string)(o))
}
