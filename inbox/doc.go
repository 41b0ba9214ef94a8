// Package inbox is Foyer's vocabulary: the types, ids, enums, events and errors that every other package uses.
//
// It owns the words and nothing else: no SQL, no clock, no network. It imports none of Foyer's packages and its
// types bind straight to GraphQL. Values are plain data: safe to copy, and safe for concurrent reading.
package inbox
