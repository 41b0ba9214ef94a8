package store

// Sequence is a column whose next value the writer knows: the ids of rows, so that a row can be referred to before it is
// stored, and the numbers of conversations.
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

// columns are where each sequence is stored; never written to.
var columns = [sequenceCount]struct{ table, column string }{
	ContactIDs: {"contacts", "id"}, ConversationIDs: {"conversations", "id"}, ConversationNumbers: {"conversations", "number"},
	MessageIDs: {"messages", "id"}, NoteIDs: {"notes", "id"}, DecisionIDs: {"decisions", "id"}, RunIDs: {"workflow_runs", "id"},
}

// sequences has the next value of each sequence, or zero if the table has to be asked: at first, and after a function failed.
type sequences [sequenceCount]int64

// Next returns the next value of a sequence. If the function fails, the value is free again.
func (tx *Tx) Next(of Sequence) int64 {
	next := &tx.sequences[of]
	if *next == 0 {
		at := columns[of]
		// In main: a trial's own table has only a few of the rows, and would return ids and numbers that others have.
		newest, err := queryValue[int64](&tx.Reader, `SELECT COALESCE(MAX(`+at.column+`), 0) FROM main.`+at.table)
		if err != nil {
			return 0 // no further statement runs
		}
		*next = newest + 1
	}
	*next++
	return *next - 1
}

// number sets the id of a new row if it is zero.
func number[ID ~int64](tx *Tx, id *ID, of Sequence) {
	if *id == 0 {
		*id = ID(tx.Next(of))
	}
}
