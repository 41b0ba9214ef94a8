package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"foyer/inbox"
)

func TestAFailureThatTheFunctionHidesFailsIt(t *testing.T) {
	db := openTest(t)
	_, err := Update(t.Context(), db, func(tx *Tx) (struct{}, error) {
		_ = addTimer(tx, 1)
		_, _ = tx.exec(`INSERT INTO nowhere VALUES (1)`)
		return struct{}{}, nil
	})
	if err == nil {
		t.Error("the function succeeded")
	}
	if got := stored(t, db); len(got) != 0 {
		t.Errorf("stored are %v", got)
	}
}

func TestNoStatementRunsAfterAFailure(t *testing.T) {
	var i *interruptible
	db := openTest(t, func(o *Options) {
		o.fault = func(sql string) error {
			if sql == `DELETE FROM timers` {
				return i.interrupt() // and the transaction is gone
			}
			return nil
		}
	})
	i = newInterruptible(t, db)
	errs := addAll(t, db, []int64{1, 2, 3}, func(tx *Tx, subject int64) error {
		if subject == 2 {
			_, _ = tx.exec(`DELETE FROM timers`)
			_ = tx.Savepoint(func() error { return addTimer(tx, 20) })
		}
		_ = addTimer(tx, subject)
		return nil
	})
	if errs[0] != nil || errs[1] == nil || errs[2] != nil {
		t.Errorf("the functions were answered %v", errs)
	}
	if got := stored(t, db); !slices.Equal(got, []int64{1, 3}) {
		t.Errorf("stored are %v", got)
	}
}

func TestSavepointsDoNotPileUp(t *testing.T) {
	depth, deepest := 0, 0
	db := openTest(t, func(o *Options) {
		o.fault = func(sql string) error {
			switch word, _, _ := strings.Cut(sql, " "); word {
			case "SAVEPOINT":
				depth++
			case "RELEASE":
				depth--
			case "COMMIT":
				depth = 0
			}
			deepest = max(deepest, depth)
			return nil
		}
	})
	addAll(t, db, []int64{1, 2, 3, 4}, func(tx *Tx, subject int64) error {
		_ = tx.Savepoint(func() error { return errRefused })
		return errRefused
	})
	if deepest != 2 {
		t.Errorf("savepoints are %d deep", deepest)
	}
}

func TestAFunctionMayGoOnAfterAConstraint(t *testing.T) {
	db := openTest(t)
	_, err := Update(t.Context(), db, func(tx *Tx) (struct{}, error) {
		if err := addTimer(tx, 1); err != nil {
			return struct{}{}, err
		}
		again := addTimer(tx, 1)
		if !IsUnique(again) || !IsUnique(again, "timers.kind", "timers.subject_id") || IsUnique(again, "timers.due") {
			return struct{}{}, fmt.Errorf("the second row: %w", again)
		}
		if _, err := tx.exec(`UPDATE timers SET kind = 'NONE'`); err == nil || IsUnique(err) {
			return struct{}{}, fmt.Errorf("a CHECK: %w", err)
		}
		return struct{}{}, addTimer(tx, 2)
	})
	if err != nil {
		t.Error(err)
	}
	if got := stored(t, db); !slices.Equal(got, []int64{1, 2}) {
		t.Errorf("stored are %v", got)
	}
}

func TestForeignKeysHoldWhereARowIsReturned(t *testing.T) {
	db := openTest(t)
	_, err := Update(t.Context(), db, func(tx *Tx) (*int64, error) {
		return queryOne(&tx.Reader, scanPointer[int64], `INSERT INTO notes
			(conversation_id, author_kind, author_id, text, created_at) VALUES (77, 'SYSTEM', 0, '', 0) RETURNING id`)
	})
	if err == nil || IsUnique(err) {
		t.Errorf("a note without its conversation was answered %v", err)
	}
}

func TestASavepointUndoesItsPartAlone(t *testing.T) {
	db := openTest(t)
	var after []string
	_, err := Update(t.Context(), db, func(tx *Tx) (struct{}, error) {
		part := func(subject int64, outcome func() error) func() error {
			return func() error {
				tx.Append(contactChanged(subject))
				tx.Index(subject, "text", 1, 1)
				tx.AfterCommit(func() { after = append(after, fmt.Sprint(subject)) })
				return errors.Join(addTimer(tx, subject), outcome())
			}
		}
		good := func() error { return nil }
		bad := func() error { return errRefused }
		if err := tx.Savepoint(part(1, good)); err != nil {
			return struct{}{}, err
		}
		if err := tx.Savepoint(part(2, bad)); !errors.Is(err, errRefused) {
			return struct{}{}, fmt.Errorf("a refused part: %w", err)
		}
		func() {
			defer func() { _ = recover() }()
			_ = tx.Savepoint(part(3, func() error { panic("three") }))
		}()
		return struct{}{}, tx.Savepoint(func() error {
			if err := tx.Savepoint(part(4, bad)); err == nil {
				return errors.New("an inner part was not refused")
			}
			return part(5, good)()
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []int64{1, 5}
	if got := stored(t, db); !slices.Equal(got, want) {
		t.Errorf("stored are %v", got)
	}
	if got := subjectsOfLog(t, db); !slices.Equal(got, want) {
		t.Errorf("the log has events of %v", got)
	}
	if got := found(t, db, "text"); !slices.Equal(got, want) {
		t.Errorf("search finds %v", got)
	}
	if !slices.Equal(after, []string{"1", "5"}) {
		t.Errorf("after the commit ran %v", after)
	}
}

func TestATransactionEndsWithItsFunction(t *testing.T) {
	db := openTest(t)
	var kept *Tx
	if _, err := Update(t.Context(), db, func(tx *Tx) (struct{}, error) {
		kept = tx
		return struct{}{}, nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := addTimer(kept, 1); !errors.Is(err, ErrViewClosed) {
		t.Errorf("a kept transaction wrote: %v", err)
	}
	if _, err := kept.Head(); !errors.Is(err, ErrViewClosed) {
		t.Errorf("a kept transaction read: %v", err)
	}
}

func TestCursorsInResultsAreFilledBeforeTheyLeave(t *testing.T) {
	db := openTest(t)
	type result struct{ before, cursor inbox.Cursor }
	get := func(events int) *result {
		r, err := Update(t.Context(), db, func(tx *Tx) (*result, error) {
			var r result
			var err error
			r.before, err = tx.Head()
			tx.FillCursor(&r.cursor)
			for i := range events {
				tx.Append(contactChanged(int64(i)))
			}
			if got := len(tx.Appended()); got != events {
				t.Errorf("%d events of %d are appended", got, events)
			}
			return &r, err
		})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first, second := get(20), get(0)
	if first.cursor != db.CursorAt(20) || second.cursor != first.cursor || second.before != first.cursor {
		t.Errorf("the cursors are %v and %v, the head is %v", first, second, db.CursorAt(20))
	}
}
