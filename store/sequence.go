package store

// Sequence is a column of a table whose next value the writer knows without asking: the ids of rows, so that a row can be
// named before it is stored, and the numbers of conversations.
type Sequence int

// The sequences.
const (
	ContactIDs Sequence = iota
	ConversationIDs
	ConversationNumbers
	MessageIDs
	NoteIDs
	DecisionIDs
	RunIDs
	sequenceCount
)

// columns are where the values of each sequence are; never written to.
var columns = [sequenceCount]struct{ table, column string }{
	ContactIDs: {"contacts", "id"}, ConversationIDs: {"conversations", "id"}, ConversationNumbers: {"conversations", "number"},
	MessageIDs: {"messages", "id"}, NoteIDs: {"notes", "id"}, DecisionIDs: {"decisions", "id"}, RunIDs: {"workflow_runs", "id"},
}

// sequences has the next value of each, or zero where the table has to be asked: at first, and after a function that failed.
type sequences [sequenceCount]int64

// Next returns the next value of a sequence. What a function took is free again where the function fails.
func (tx *Tx) Next(of Sequence) int64 {
	next := &tx.sequences[of]
	if *next == 0 {
		at := columns[of]
		newest, err := queryOne(&tx.Reader, scanPointer[int64], `SELECT COALESCE(MAX(`+at.column+`), 0) FROM `+at.table)
		if err != nil {
			return 0 // no further statement runs
		}
		*next = *newest + 1
	}
	*next++
	return *next - 1
}

// number gives a new row its id, unless it has one.
func number[ID ~int64](tx *Tx, id *ID, of Sequence) {
	if *id == 0 {
		*id = ID(tx.Next(of))
	}
}
