package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"foyer/inbox"
)

// history appends an event for each word, at the time of its number: "a1" changes agent 1, "p1" their presence, "t1" a
// team, "c1" a contact, "n1" adds a note to a conversation, "r1" changes a run that is in no conversation. Words also
// stand for the events in the log.
func history(t *testing.T, db *DB, words string) {
	t.Helper()
	for word := range strings.FieldsSeq(words) {
		var id int64
		_, _ = fmt.Sscan(word[1:], &id)
		meta := inbox.EventMeta{At: inbox.Time(db.HeadNumber() + 1), Actor: inbox.BySystem()}
		event := map[byte]inbox.Event{
			'a': &inbox.AgentChanged{EventMeta: meta, AgentID: inbox.AgentID(id)},
			'p': &inbox.PresenceChanged{EventMeta: meta, AgentID: inbox.AgentID(id)},
			't': &inbox.TeamChanged{EventMeta: meta, TeamID: inbox.TeamID(id)},
			'c': &inbox.ContactChanged{EventMeta: meta, ContactID: inbox.ContactID(id)},
			'n': &inbox.NoteAdded{ConversationMeta: inbox.ConversationMeta{EventMeta: meta, ConversationID: inbox.ConversationID(id)}},
			'r': &inbox.WorkflowRunChanged{ConversationMeta: inbox.ConversationMeta{EventMeta: meta}, RunID: inbox.WorkflowRunID(id)},
		}[word[0]]
		if _, err := Update(t.Context(), db, func(tx *Tx) (struct{}, error) { tx.Append(event); return struct{}{}, nil }); err != nil {
			t.Fatal(err)
		}
	}
}

// remembered returns the log as words.
func remembered(t *testing.T, db *DB) string {
	t.Helper()
	letters := map[inbox.EventType]string{inbox.EventAgentChanged: "a", inbox.EventPresenceChanged: "p", inbox.EventTeamChanged: "t",
		inbox.EventContactChanged: "c", inbox.EventNoteAdded: "n", inbox.EventWorkflowRunChanged: "r"}
	var words []string
	for _, e := range allEvents(t, db) {
		words = append(words, fmt.Sprint(letters[e.Type], e.Subject.ID))
	}
	return strings.Join(words, " ")
}

func raise(t *testing.T, db *DB, number int64) {
	t.Helper()
	if _, err := UpdateLater(t.Context(), db, func(tx *Tx) (struct{}, error) { return struct{}{}, tx.RaiseFloor(number) }); err != nil {
		t.Fatal(err)
	}
}

// sweep sweeps to the floor in chunks, and returns how many it took.
func sweep(t *testing.T, db *DB, chunk int) (removed int64, chunks int) {
	t.Helper()
	for done := false; !done; chunks++ {
		n, err := UpdateLater(t.Context(), db, func(tx *Tx) (n int64, err error) {
			n, done, err = tx.SweepLog(chunk)
			return n, err
		})
		if err != nil {
			t.Fatal(err)
		}
		removed += n
	}
	return removed, chunks
}

func TestSweepingLeavesWhatTimelinesShowAndTheNewestOfEachSubject(t *testing.T) {
	for _, c := range []struct {
		log    string
		floors []int64
		want   string
	}{
		{"p1 p1 p2 p1 p2", []int64{5}, "p1 p2"},
		{"p1 p1 p2 p1 p2", []int64{0}, "p1 p1 p2 p1 p2"},
		{"p1 p1 p2 p1 p2", []int64{3}, "p1 p2 p1 p2"}, // the state at the floor stays known
		{"p1 p1 p2 p1 p2", []int64{3, 5}, "p1 p2"},
		{"p1 p1 p2 p1 p2", []int64{5, 3}, "p1 p2"}, // a floor is not lowered
		{"a1 p1 a1 p1 a1 a2", []int64{6}, "a1 a1 p1 a1 a2"},
		{"t1 t1 t2 t1", []int64{4}, "t1 t1 t2 t1"},
		{"c1 n1 c1 n1 c2 n1", []int64{6}, "n1 c1 n1 c2 n1"},
		{"r1 n1 r1 r2", []int64{4}, "n1 r1 r2"},
		{"c1 p1 c2 p2", []int64{4}, "c1 p1 c2 p2"}, // ids of different kinds
	} {
		for _, chunk := range []int{1, 2, 100} {
			t.Run(fmt.Sprint(c.log, c.floors, chunk), func(t *testing.T) {
				db := openTest(t)
				history(t, db, c.log)
				for _, floor := range c.floors {
					raise(t, db, floor)
					sweep(t, db, chunk)
				}
				if got := remembered(t, db); got != c.want {
					t.Errorf("left %s, want %s", got, c.want)
				}
				if got := slices.Max(c.floors); db.Floor() != got {
					t.Errorf("the floor is %d, want %d", db.Floor(), got)
				}
				if removed, chunks := sweep(t, db, chunk); removed > 0 || chunks != 1 {
					t.Errorf("again it removed %d in %d chunks", removed, chunks)
				}
			})
		}
	}
}

func TestCursorsBelowTheFloorHaveExpired(t *testing.T) {
	path := ""
	db := openTest(t, func(o *Options) { path = o.Path })
	history(t, db, "c1 c1 c1 c1 c1")
	cursors := []inbox.Cursor{db.CursorAt(0), db.CursorAt(1), db.CursorAt(2), db.CursorAt(3), db.CursorAt(5)}
	check := func(db *DB, floor int64) {
		t.Helper()
		for i, number := range []int64{0, 1, 2, 3, 5} {
			got, err := View(t.Context(), db, func(r *ReadTx) (int64, error) { return r.ParseCursor(cursors[i]) })
			if expired := number < floor; errors.Is(err, ErrCursorExpired) != expired || !expired && (err != nil || got != number) {
				t.Errorf("with the floor at %d the cursor of %d is read as %d, %v", floor, number, got, err)
			}
		}
	}
	check(db, 0)
	raise(t, db, 3)
	check(db, 3) // before anything is removed
	sweep(t, db, 100)
	check(db, 3)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	again := openTest(t, func(o *Options) { o.Path = path })
	check(again, 3)
	if again.HeadNumber() != 5 {
		t.Errorf("the head is %d", again.HeadNumber())
	}
}

func TestTheLastEventBeforeATimeIsFound(t *testing.T) {
	db := openTest(t)
	history(t, db, strings.Repeat("c1 ", 40))
	raise(t, db, 20)
	sweep(t, db, 100) // numbers skip from here on: 1 to 19 are gone
	for at, want := range map[inbox.Time]int64{0: 0, 1: 0, 20: 0, 21: 20, 22: 21, 40: 39, 41: 40, 1000: 40} {
		got, err := View(t.Context(), db, func(r *ReadTx) (int64, error) { return r.LastBefore(at) })
		if err != nil || got != want {
			t.Errorf("before %d there is %d, %v; want %d", at, got, err, want)
		}
	}
	empty := openTest(t)
	if got, err := View(t.Context(), empty, func(r *ReadTx) (int64, error) { return r.LastBefore(1000) }); err != nil || got != 0 {
		t.Errorf("in an empty log there is %d, %v", got, err)
	}
}
