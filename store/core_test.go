package store

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"

	"foyer/inbox"
)

// openTest opens a database in a directory of its own and closes it at the end of the test.
func openTest(t testing.TB, change ...func(*Options)) *DB {
	t.Helper()
	o := testOptions(filepath.Join(t.TempDir(), "foyer.db"))
	for _, f := range change {
		f(&o)
	}
	db, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return db
}

func testOptions(path string) Options {
	return Options{Path: path, Logger: slog.New(slog.DiscardHandler), Fatal: func(err error) { panic(err) }}
}

var errRefused = errors.New("refused")

// addTimer stores a row by which a test recognises a function.
func addTimer(tx *Tx, subject int64) error {
	_, err := tx.exec(`INSERT INTO timers (kind, subject_id, due) VALUES ('WAKE', ?, 0)`, subject)
	return err
}

// add is an Update that stores a row and an event.
func add(ctx context.Context, db *DB, subject int64) error {
	_, err := Update(ctx, db, func(tx *Tx) (struct{}, error) {
		tx.Append(contactChanged(subject))
		return struct{}{}, addTimer(tx, subject)
	})
	return err
}

func contactChanged(contact int64) *inbox.ContactChanged {
	return &inbox.ContactChanged{
		EventMeta: inbox.EventMeta{At: 1, Actor: inbox.BySystem()},
		ContactID: inbox.ContactID(contact),
		Created:   true,
	}
}

// stored returns the subjects of the rows that addTimer stored, in order.
func stored(t testing.TB, db *DB) []int64 {
	t.Helper()
	found, err := View(context.Background(), db, func(r *ReadTx) ([]int64, error) {
		return query(&r.Reader, scanValue[int64], `SELECT subject_id FROM timers ORDER BY subject_id`)
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
