package store

// The SQL of the entities is written once, with ? for arguments. What would differ in another database is here.

// inList goes after IN and takes one argument, made by list. The statement is the same for lists of any length, and is
// prepared once.
const inList = `(SELECT value FROM json_each(?))`

// limited goes at the end of a list and takes one argument. The sum hides the argument from SQLite's planner, which would
// otherwise prepare the statement again for each limit.
const limited = ` LIMIT ? + 0`

// list returns the argument for inList.
func list[T ~int64 | ~string](values []T) string { return jsonText(values) }
