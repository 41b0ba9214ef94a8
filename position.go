package main

import "encoding/json"

// resumeArgument is the argument of subscriptions that takes a place in the event log to go on after.
const resumeArgument = "after"

// position returns the place in the event log of a subscription's item: the cursor in its only field, whatever that is
// called, or nothing where the client has not asked for it.
func position(data json.RawMessage) string {
	var fields map[string]struct{ Cursor string }
	if json.Unmarshal(data, &fields) != nil {
		return ""
	}
	for _, item := range fields {
		return item.Cursor
	}
	return ""
}
