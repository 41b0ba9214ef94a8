package transport

import "github.com/99designs/gqlgen/graphql"

// Parsed is a message as the package reads it, for tests of what must hold for
// every message.
type Parsed struct {
	Type, ID  string
	Payload   []byte
	Params    *graphql.RawParams
	InitToken string
	// Next is the frame of an item in reply, Error of an error.
	Next, Error string
}

// Parse is parseMessage.
func Parse(data []byte) (Parsed, error) {
	m, err := parseMessage(data)
	if err != nil {
		return Parsed{}, err
	}
	parsed := Parsed{Type: m.Type, Payload: m.Payload, Params: m.params, InitToken: m.initToken()}
	if m.ID != nil {
		parsed.ID = *m.ID
		item := frame{op: opText, head: nextHead(parsed.ID), payload: []byte("{}")}
		parsed.Next = string(item.appendTo(nil)[item.wireSize()-item.bodySize():])
		failed := errorFrame(parsed.ID, []byte("[]"))
		parsed.Error = string(failed.appendTo(nil)[failed.wireSize()-failed.bodySize():])
	}
	return parsed, nil
}
