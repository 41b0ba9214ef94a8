package store

// What differs between databases in the SQL of the entities. The SQL itself is written once, with ? for arguments.

// inList goes after IN, and takes one argument made by list. A list of any length makes the same statement, so the
// statements stay prepared.
const inList = `(SELECT value FROM json_each(?))`

// limited goes at the end of a list, and takes one argument. The sum keeps SQLite from looking at it: of a bare argument it
// would make the limit a part of the plan, and prepare the statement again whenever it is bound.
const limited = ` LIMIT ? + 0`

// list makes the argument for inList out of integers or texts.
func list[T ~int64 | ~string](values []T) string { return jsonText(values) }
