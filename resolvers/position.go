package resolvers

import "encoding/json"

// ResumeArgument is the argument of subscriptions that takes the cursor to continue after.
const ResumeArgument = "after"

// Position returns the cursor of a subscription's item, or "" if the client did not ask for it. The item is in the only
// field of data, whatever its alias.
func Position(data json.RawMessage) string {
	var fields map[string]struct{ Cursor string }
	if json.Unmarshal(data, &fields) != nil {
		return ""
	}
	for _, item := range fields {
		return item.Cursor
	}
	return ""
}
