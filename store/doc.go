// Package store keeps Foyer's state: the tables, the transactions that read and change them, and the log of events.
//
// It owns all SQL, the migrations and the files of the database, and imports only package inbox of ours. Rules about
// what may happen to a conversation are not here: package engine has them, inside the functions it gives to Update.
//
// Writing. Update is the only way to write. One goroutine runs the functions of all callers in one transaction, commits
// once for all of them and then answers. A function that fails is undone alone: where it had changed something the others
// run again, each in its own savepoint. A result leaves only when it is durable.
//
// Reading. View and BeginView give one snapshot; as many run at a time as there are cores, and none for longer than five
// seconds, because the write-ahead log cannot start over while an old snapshot is in use.
//
// Trying. Try gives a transaction that nothing comes of: it reads a snapshot, and writes to copies of its own.
//
// Turns. Who waits, for a place to read or for the writer, waits in the line of their account (WithOrigin): next is who has had
// it for the least time lately.
//
// The log. Events get their numbers in the order of commits. A Cursor is a place in the log that survives restarts, and
// that a database restored from a backup does not take for one of its own where its history differs. The newest events stay
// in memory as they were stored (Tail), for who follows the log closely.
//
// Concurrency. DB is safe for concurrent use. A Tx belongs to its function. A View may be used by several goroutines,
// whose statements run one after another.
//
// Lifecycle. Open locks the files against other processes, migrates the schema and starts the writer; Close drains it.
// After an error from COMMIT the process ends, since only the recovery at the next start knows what is durable.
package store
