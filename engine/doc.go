// Package engine is every use case of Foyer: intake, the life of conversations, assignment, queues, presence, teams,
// accounts, workflows, the timers that drive what waits, and the tasks that leave the process.
//
// A use case is one method of Engine: it checks its input, then runs in one transaction, inside which everything that
// follows from it happens too: workflows start and go on, queues drain. What it answers is as committed; an
// *inbox.Error is for the caller to act on and changed nothing; every other error is internal.
//
// It may import inbox and store. An Engine is safe for concurrent use; Run drives its timers and RunTasks its
// tasks until their contexts end.
package engine
