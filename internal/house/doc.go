// Package house holds the rules that no compiler checks: which package may import which, that an enum has the same
// texts in Go, SQL and GraphQL, the conventions of schema.graphql, and that every exception from lint has a reason.
// It consists of tests alone, imports no other package of this module, and reads the source tree as text, so that it
// runs while other packages do not compile.
package house
