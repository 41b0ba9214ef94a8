// Package engine is every use case of Foyer: intake, the life of conversations, assignment, queues, presence, teams,
// accounts, workflows, and the timers that drive what waits.
//
// A use case is one method of Engine: it checks its input, then runs in one transaction, inside which everything that
// follows from it happens too: workflows start and go on, queues drain. What it answers is as committed; an
// *inbox.Error is for the caller to act on and changed nothing; every other error is internal.
//
// It may import inbox and store. An Engine is safe for concurrent use; Run drives its timers until its context ends.
package engine
