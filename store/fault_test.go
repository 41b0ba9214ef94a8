package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mattn/go-sqlite3"
)

// interruptible makes the writer's connection able to interrupt itself: running() says in a statement that it runs.
type interruptible struct {
	db      *DB
	running chan struct{}
}

func newInterruptible(t *testing.T, db *DB) *interruptible {
	t.Helper()
	i := &interruptible{db: db, running: make(chan struct{})}
	onWriter(t, db, func(tx *Tx) error {
		return tx.conn.sqlite.RegisterFunc("running", func() int64 {
			select {
			case i.running <- struct{}{}:
			default:
			}
			return 1
		}, false)
	})
	return i
}

// interrupt returns the error of a writing statement that SQLite interrupted, and with it its transaction.
func (i *interruptible) interrupt() error {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-i.running // inside the statement: now there is something to interrupt
		cancel()
	}()
	_, err := i.db.writer.conn.sqlite.ExecContext(ctx, `INSERT INTO timers (kind, subject_id, due)
		WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT 'WAKE', -x, running() FROM n`, nil)
	if errors.Is(err, context.Canceled) {
		return sqlite3.Error{Code: sqlite3.ErrInterrupt} // what the driver made of it
	}
	return fmt.Errorf("the statement was not interrupted: %w", err)
}

// onWriter runs fn on the writer's connection.
func onWriter(t *testing.T, db *DB, fn func(*Tx) error) {
	t.Helper()
	if _, err := Update(context.Background(), db, func(tx *Tx) (struct{}, error) { return struct{}{}, fn(tx) }); err != nil {
		t.Fatal(err)
	}
}

// fault makes one statement of the writer fail.
type fault struct {
	armed bool
	at    int // the statement to fail, counted from the moment it was armed
	seen  int
	make  func() error
	sql   string // of the one that failed
}

func (f *fault) before(sql string) error {
	if !f.armed {
		return nil
	}
	f.seen++
	if f.seen != f.at || sql == `COMMIT` {
		return nil
	}
	f.sql = sql
	return f.make()
}

// work is what the functions of a fault test do: rows, an event and a document each. One of four is refused.
func work(tx *Tx, subject int64) error {
	tx.Append(contactChanged(subject))
	tx.Index(subject, fmt.Sprintf("document w%dw", subject), 1, 1)
	if err := addTimer(tx, subject); err != nil {
		return err
	}
	if _, err := timersOf(tx, subject); err != nil {
		return err
	}
	if subject%4 == 1 {
		return errRefused
	}
	_, err := tx.exec(`UPDATE timers SET due = due + 1 WHERE kind = 'WAKE' AND subject_id = ?`, subject)
	return err
}

func timersOf(tx *Tx, subject int64) ([]int64, error) {
	return query(&tx.Reader, scanValue[int64], `SELECT due FROM timers WHERE subject_id = ?`, subject)
}

// checkExactly fails if anything is stored but what was answered without an error.
func checkExactly(t *testing.T, db *DB, subjects []int64, errs []error) {
	t.Helper()
	var want []int64
	for i, err := range errs {
		if err == nil {
			want = append(want, subjects[i])
		}
	}
	inBatch := func(subject int64) bool { return !slices.Contains(subjects, subject) }
	if got := slices.DeleteFunc(stored(t, db), inBatch); !slices.Equal(got, want) {
		t.Errorf("rows of %v are stored, %v were answered (%v)", got, want, errs)
	}
	if got := slices.DeleteFunc(subjectsOfLog(t, db), inBatch); !slices.Equal(got, want) {
		t.Errorf("events of %v are stored, %v were answered (%v)", got, want, errs)
	}
	for _, subject := range subjects {
		docs := found(t, db, fmt.Sprintf("w%dw", subject))
		if wanted := slices.Contains(want, subject); wanted != (len(docs) == 1) {
			t.Errorf("search finds %v for %d, which was answered: %t", docs, subject, wanted)
		}
	}
	numbers := make(map[int64]bool)
	for _, event := range allEvents(t, db) {
		if numbers[event.Number] || event.Number > db.HeadNumber() {
			t.Errorf("event %d is there twice, or beyond the head", event.Number)
		}
		numbers[event.Number] = true
	}
	checkTail(t, db, 0)
}

func TestAnInterruptAtAnyStatementLosesNothingThatWasAnswered(t *testing.T) {
	f := &fault{}
	db := openTest(t, func(o *Options) { o.fault = f.before })
	i := newInterruptible(t, db)
	f.make = i.interrupt
	first := int64(0)
	batch := func(at int) []error {
		subjects := []int64{first, first + 1, first + 2, first + 3, first + 4}
		first += 8
		f.at, f.seen, f.sql, f.armed = at, 0, "", true
		errs := addAll(t, db, subjects, work)
		f.armed = false
		checkExactly(t, db, subjects, errs)
		return errs
	}
	batch(0)
	for at := 1; ; at++ {
		errs := batch(at)
		if f.sql == "" && f.seen < at {
			break // there are no more statements
		}
		for n, err := range errs { // the interrupt came once, so each function has its own outcome
			if refused := n == 1; errors.Is(err, errRefused) != refused || !refused && err != nil {
				t.Errorf("interrupted at %d (%s): function %d was answered %v", at, f.sql, n, err)
			}
		}
		if t.Failed() {
			t.Fatalf("interrupted at statement %d: %s", at, f.sql)
		}
	}
	if first < 8*30 {
		t.Errorf("only %d batches were tried", first/8)
	}
}

func TestAFunctionThatIsAlwaysInterruptedFailsAlone(t *testing.T) {
	db := openTest(t)
	i := newInterruptible(t, db)
	subjects := []int64{2, 3, 4, 6}
	errs := addAll(t, db, subjects, func(tx *Tx, subject int64) error {
		if err := work(tx, subject); err != nil || subject != 3 {
			return err
		}
		_ = i.interrupt() // even if it hides the error
		return nil
	})
	for n, err := range errs {
		if (n == 1) != (err != nil) {
			t.Errorf("function %d was answered %v", n, err)
		}
	}
	checkExactly(t, db, subjects, errs)
}

func TestAFullDatabaseLosesNothingThatWasAnswered(t *testing.T) {
	db := openTest(t)
	first := int64(0)
	failures := 0
	for spare := int64(0); ; spare++ {
		limitPages(t, db, spare)
		subjects := []int64{first, first + 1, first + 2, first + 3, first + 4}
		first += 8
		errs := addAll(t, db, subjects, func(tx *Tx, subject int64) error {
			text := strings.Repeat("x", int(3000+2000*(subject%8)))
			if _, err := tx.exec(`INSERT INTO idempotency_keys (caller, key, input_hash, result, created_at)
				VALUES ('', ?, '', ?, 0)`, fmt.Sprint(subject), text); err != nil {
				return err
			}
			return work(tx, subject)
		})
		full := 0
		for _, err := range errs {
			if isStorageFailure(err) {
				full++
			} else if err != nil && !errors.Is(err, errRefused) {
				t.Errorf("with %d spare pages: %v", spare, err)
			}
		}
		if ready := db.Ready(); (ready == nil) != (full == 0) && (full != 0 || !isStorageFailure(ready)) {
			t.Errorf("with %d spare pages: %d functions found no room, and the database is ready: %v", spare, full, ready)
		}
		limitPages(t, db, 1e6)
		checkExactly(t, db, subjects, errs)
		onWriter(t, db, func(tx *Tx) error { return addTimer(tx, first-1) })
		if err := db.Ready(); err != nil {
			t.Errorf("with room again the database is not ready: %v", err)
		}
		failures += full
		if full == 0 {
			break
		}
	}
	if failures < 10 {
		t.Errorf("only %d functions found no room", failures)
	}
	integrity, err := View(t.Context(), db, func(r *ReadTx) ([]string, error) {
		return query(&r.Reader, scanValue[string], `PRAGMA integrity_check`)
	})
	if err != nil || !slices.Equal(integrity, []string{"ok"}) {
		t.Errorf("the file: %v, %v", integrity, err)
	}
}

// limitPages lets the database grow by so many pages only.
func limitPages(t *testing.T, db *DB, spare int64) {
	t.Helper()
	onWriter(t, db, func(tx *Tx) error {
		used, err := queryOne(&tx.Reader, scanPointer[int64], `PRAGMA page_count`)
		if err != nil {
			return err
		}
		_, err = queryOne(&tx.Reader, scanPointer[int64], fmt.Sprintf(`PRAGMA max_page_count = %d`, *used+spare))
		return err
	})
}

func TestAFailedCommitEndsTheProcessWithAnUnknownOutcome(t *testing.T) {
	fail := false
	var fatal error
	db := openTest(t, func(o *Options) {
		o.Fatal = func(err error) { fatal = err }
		o.fault = func(sql string) error {
			if fail && sql == `COMMIT` {
				return sqlite3.Error{Code: sqlite3.ErrIoErr}
			}
			return nil
		}
	})
	if err := add(t.Context(), db, 1); err != nil {
		t.Fatal(err)
	}
	errs := addAll(t, db, []int64{2, 3}, func(tx *Tx, subject int64) error {
		fail = true
		tx.AfterCommit(func() { t.Error("called without a commit") })
		return addTimer(tx, subject)
	})
	for _, err := range errs {
		if !errors.Is(err, ErrOutcomeUnknown) {
			t.Errorf("answered %v", err)
		}
	}
	if err := add(t.Context(), db, 4); !errors.Is(err, ErrClosed) {
		t.Errorf("a later function was answered %v", err)
	}
	<-db.writer.ended
	if fatal == nil {
		t.Error("the process would have gone on")
	}
	if db.Ready() == nil {
		t.Error("the database is ready")
	}
}

func TestDamageIsNotForgottenAndAProbeEndsOtherDoubt(t *testing.T) {
	db := openTest(t)
	db.health.fail(sqlite3.Error{Code: sqlite3.ErrFull})
	for db.Ready() != nil { // Ready makes the change that shows that the storage works again
	}
	db.health.fail(sqlite3.Error{Code: sqlite3.ErrCorrupt})
	db.health.fail(sqlite3.Error{Code: sqlite3.ErrFull})
	if err := add(t.Context(), db, 1); err != nil {
		t.Fatal(err)
	}
	if err := db.Ready(); !isDamage(err) {
		t.Errorf("a damaged database is ready: %v", err)
	}
}
