// Package store keeps Foyer's state: the tables, the transactions that read and change them, and the log of events.
//
// It owns all SQL, the migrations and the files of the database, and imports only package inbox of ours. Rules about
// what may happen to a conversation are not here: package engine has them, inside the functions that it passes to Update.
//
// Writing. Update is the only way to write. One goroutine runs the functions of all callers in one transaction, commits
// once for all of them and then returns their results: a result is durable when its caller gets it. A function that fails
// is undone alone: if it had changed something, the batch runs again with a savepoint for each function.
//
// Ids. The writer knows the next id of contacts, conversations, messages, notes, decisions and runs (Tx.Next), so that a
// function can refer to a row before it stores it, once, with all its columns.
//
// Reading. View and BeginView return one snapshot. As many views run at a time as there are cores, and none for longer
// than five seconds, because the write-ahead log cannot start over while an old snapshot is in use.
//
// Rows. The entities have a file each, with their statements. Columns are not written out: rowsOf derives what is
// selected, scanned, inserted and updated from a struct's fields, by sqlx's mapping of names and db tags. Statements with
// columns of their own, such as those of events, are scanned by hand.
//
// Fairness. Callers that wait, for a connection to read or for the writer, wait in the queue of their account
// (WithOrigin). The next one belongs to the account that has used the least time lately.
//
// The log. Events are numbered in the order of commits. A cursor is a position in the log that survives restarts. It
// expires if a database that is restored from a backup has another history. The newest events are in memory too (Tail),
// for readers that follow the log closely.
//
// Concurrency. DB is safe for concurrent use. A Tx belongs to its function. A View may be used by several goroutines,
// whose statements run one after another.
//
// Lifecycle. Open locks the files against other processes, migrates the schema and starts the writer; Close drains it.
// After an error from COMMIT the process ends, since only the recovery at the next start knows what is durable.
package store
