// Package seed furnishes a help desk over the published API: agents, teams, channels and workflows, each found by its
// name or made where it is missing, so that doing it again changes nothing.
//
// It may import package client. Nothing in it is safe for concurrent use, and it starts no goroutine.
package seed
