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
				return i.interrupt() // the transaction is gone then
			}
			return nil
		}
	})
	i = newInterruptible(t, db)
	errs := addAll(t, db, []int64{1, 2, 3}, func(tx *Tx, subject int64) error {
		if subject == 2 {
			_, _ = tx.exec(`DELETE FROM timers`)
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

func TestSavepointsAreForBatchesInWhichAFunctionFailsHalfDone(t *testing.T) {
	subjects := []int64{1, 2, 3, 4}
	for name, c := range map[string]struct {
		fn         func(tx *Tx, subject int64) error
		stored     []int64
		savepoints bool
	}{
		"all succeed": {addTimer, subjects, false},
		"one fails before it changed anything": {func(tx *Tx, subject int64) error {
			if subject == 2 {
				return errRefused
			}
			return addTimer(tx, subject)
		}, []int64{1, 3, 4}, false},
		"one fails half done": {func(tx *Tx, subject int64) error {
			if err := addTimer(tx, subject); err != nil || subject != 3 {
				return err
			}
			return errRefused
		}, []int64{1, 2, 4}, true},
		"one fails after a row was returned": {func(tx *Tx, subject int64) error {
			if subject != 1 {
				return addTimer(tx, subject)
			}
			_, err := queryOne(&tx.Reader, scanPointer[int64], `INSERT INTO timers (kind, subject_id, due) VALUES ('WAKE', 1, 1) RETURNING due`)
			return errors.Join(err, errRefused)
		}, []int64{2, 3, 4}, true},
		"one panics half done": {func(tx *Tx, subject int64) error {
			if err := addTimer(tx, subject); err != nil || subject != 4 {
				return err
			}
			panic("four")
		}, []int64{1, 2, 3}, true},
		"all fail half done": {func(tx *Tx, subject int64) error { return errors.Join(addTimer(tx, subject), errRefused) }, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			depth, deepest, repeated := 0, 0, false
			db := openTest(t, func(o *Options) {
				o.OnBatch = func(r BatchReport) { repeated = repeated || r.Repeated }
				o.fault = func(sql string) error {
					switch word, _, _ := strings.Cut(sql, " "); word {
					case "SAVEPOINT":
						depth++
					case "RELEASE":
						depth--
					}
					deepest = max(deepest, depth)
					return nil
				}
			})
			errs := addAll(t, db, subjects, c.fn)
			for i, subject := range subjects {
				if (errs[i] == nil) != slices.Contains(c.stored, subject) {
					t.Errorf("function %d was answered %v", subject, errs[i])
				}
			}
			if got := stored(t, db); !slices.Equal(got, c.stored) {
				t.Errorf("stored are %v", got)
			}
			if err := db.Close(); err != nil { // the writer has ended then
				t.Fatal(err)
			}
			if repeated != c.savepoints || (deepest == 1) != c.savepoints || depth != 0 {
				t.Errorf("repeated: %t; savepoints were up to %d deep, and %d were not given back", repeated, deepest, depth)
			}
		})
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
