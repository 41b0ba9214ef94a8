package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

const firstMigration = `-- +goose Up
CREATE TABLE parents (id INTEGER PRIMARY KEY);
CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES parents (id) ON DELETE CASCADE);
CREATE TABLE events (number INTEGER PRIMARY KEY);
CREATE TABLE log_epochs (epoch TEXT NOT NULL PRIMARY KEY, first INTEGER NOT NULL);
CREATE TABLE log_floor (number INTEGER NOT NULL);
INSERT INTO parents VALUES (1), (2);
INSERT INTO children VALUES (10, 1), (20, 2);
`

// rebuild is how SQLite changes a table. With foreign keys on it would delete the children.
const rebuild = `-- +goose Up
CREATE TABLE new_parents (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO new_parents (id) SELECT id FROM parents;
DROP TABLE parents;
ALTER TABLE new_parents RENAME TO parents;
`

func migrationFiles(texts ...string) fstest.MapFS {
	files := fstest.MapFS{}
	for i, text := range texts {
		files[fmt.Sprintf("%04d_step.sql", i+1)] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

// openWith opens the database with other migrations, closes it and returns how many children it has.
func openWith(t *testing.T, path string, migrations ...string) (children int, err error) {
	t.Helper()
	o := testOptions(path)
	o.migrations = migrationFiles(migrations...)
	db, err := Open(t.Context(), o)
	if err != nil {
		return 0, err
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	n, err := View(t.Context(), db, func(r *ReadTx) (*int, error) {
		return queryOne(&r.Reader, scanPointer[int], `SELECT COUNT(*) FROM children`)
	})
	if err != nil {
		return 0, err
	}
	return *n, nil
}

func TestAMigrationRebuildsATableAndKeepsItsChildren(t *testing.T) {
	path := filepath.Join(t.TempDir(), "foyer.db")
	for _, migrations := range [][]string{{firstMigration}, {firstMigration, rebuild}, {firstMigration, rebuild}} {
		if children, err := openWith(t, path, migrations...); err != nil || children != 2 {
			t.Fatalf("%d migrations: %d children, %v", len(migrations), children, err)
		}
	}
	if children, err := openWith(t, path+".backup-1", firstMigration); err != nil || children != 2 {
		t.Errorf("the backup made before the migration: %d children, %v", children, err)
	}
	if _, err := os.Stat(path + ".backup-2"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a start without migrations made a backup: %v", err)
	}
	if _, err := os.Stat(path + ".backup-0"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the first start made a backup: %v", err)
	}
}

func TestAMigrationThatBreaksReferencesIsUndone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "foyer.db")
	if _, err := openWith(t, path, firstMigration); err != nil {
		t.Fatal(err)
	}
	breaks := "-- +goose Up\nDELETE FROM parents WHERE id = 2;\n"
	for range 2 {
		if _, err := openWith(t, path, firstMigration, breaks); err == nil || !strings.Contains(err.Error(), "row 20 of children") {
			t.Fatalf("the migration was answered %v", err)
		}
	}
	if children, err := openWith(t, path, firstMigration, rebuild); err != nil || children != 2 {
		t.Errorf("after it: %d children, %v", children, err)
	}
}

func TestASchemaNewerThanTheProgramIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "foyer.db")
	if _, err := openWith(t, path, firstMigration, rebuild); err != nil {
		t.Fatal(err)
	}
	if _, err := openWith(t, path, firstMigration); err == nil || !strings.Contains(err.Error(), "version 2") {
		t.Errorf("answered %v", err)
	}
	if _, err := openWith(t, path, firstMigration, rebuild); err != nil {
		t.Errorf("the program that made it: %v", err)
	}
}

func TestTwoDoNotOpenOneFile(t *testing.T) {
	db := openTest(t)
	if err := add(t.Context(), db, 1); err != nil {
		t.Fatal(err)
	}
	second, err := Open(t.Context(), testOptions(db.options.Path))
	if err == nil {
		_ = second.Close()
		t.Fatal("the file was opened twice")
	}
	if holder := fmt.Sprintf("process %d", os.Getpid()); !strings.Contains(err.Error(), holder) {
		t.Errorf("the error does not name %s: %v", holder, err)
	}
	if err := add(t.Context(), db, 2); err != nil {
		t.Errorf("the first goes on: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := stored(t, openTest(t, func(o *Options) { o.Path = db.options.Path })); !slices.Equal(got, []int64{1, 2}) {
		t.Errorf("stored are %v", got)
	}
}

func TestOnlyTheOwnerMayReadTheFiles(t *testing.T) {
	db := openTest(t)
	if err := add(t.Context(), db, 1); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
		info, err := os.Stat(db.options.Path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the permissions %v", info.Name(), info.Mode().Perm())
		}
	}
}

func TestAFailedOpenGivesEverythingBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "foyer.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("this is no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the lock of the first attempt must not refuse the second
		if _, err := Open(t.Context(), testOptions(path)); err == nil || strings.Contains(err.Error(), "process") {
			t.Errorf("answered %v", err)
		}
	}
}

func TestTheWriteAheadLogStaysNearItsLimit(t *testing.T) {
	const limit = 1 << 20
	checkpoints := 0
	db := openTest(t, func(o *Options) {
		o.walLimit, o.viewLimit = limit, time.Hour
		o.OnCheckpoint = func(time.Duration) { checkpoints++ }
	})
	fill := func(from, to int64) {
		for subject := from; subject < to; subject++ {
			onWriter(t, db, func(tx *Tx) error {
				tx.Index(subject, strings.Repeat(fmt.Sprintf("word%d ", subject), 500), 1, 1)
				return addTimer(tx, subject)
			})
		}
	}
	size := func() int64 {
		info, err := os.Stat(db.options.Path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	fill(0, 300)
	if got := size(); got > 2*limit {
		t.Errorf("the log has %d bytes", got)
	}

	view := beginView(t.Context(), t, db)
	if _, err := timers(view); err != nil {
		t.Fatal(err)
	}
	fill(300, 600) // a reader keeps the log from starting over: the log grows, and the writer goes on
	if got := size(); got <= limit {
		t.Errorf("the log has %d bytes", got)
	}
	view.Close()
	fill(600, 900)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(db.options.Path + "-wal"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the log is there after Close: %v", err)
	}
	if checkpoints < 2 || checkpoints > 40 {
		t.Errorf("%d checkpoints", checkpoints)
	}
	if db.writer.wal.extra != 0 {
		t.Errorf("after a checkpoint that finished the log may still grow by %d bytes more", db.writer.wal.extra)
	}
	if got := len(stored(t, openTest(t, func(o *Options) { o.Path = db.options.Path }))); got != 900 {
		t.Errorf("%d rows of 900", got)
	}
}
