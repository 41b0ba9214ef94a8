package store

import (
	"compress/gzip"
	"database/sql"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// migrationsUpTo returns this program's migrations up to a version, followed by the given texts.
func migrationsUpTo(t *testing.T, version int64, more ...string) fstest.MapFS {
	t.Helper()
	names, err := fs.Glob(embedded(), "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, name := range names {
		var number int64
		if _, err := fmt.Sscanf(name, "%d_", &number); err != nil {
			t.Fatal(err)
		}
		text, err := fs.ReadFile(embedded(), name)
		if err != nil {
			t.Fatal(err)
		}
		if number <= version {
			files[name] = &fstest.MapFile{Data: text}
		}
	}
	for i, text := range more {
		files[fmt.Sprintf("%04d_more.sql", 9001+i)] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + text)}
	}
	return files
}

// unpack writes the database that a release wrote into a new folder.
func unpack(t *testing.T, release string) (path string) {
	t.Helper()
	file, err := os.Open(release)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "foyer.db")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// contents returns the schema and every row of a database, and the version of its schema.
func contents(t *testing.T, path string) (tables map[string][]string, version int64) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	read := func(query string) (list []string) {
		found, err := db.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = found.Close() }()
		columns, err := found.Columns()
		if err != nil {
			t.Fatal(err)
		}
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		for found.Next() {
			if err := found.Scan(values...); err != nil {
				t.Fatal(err)
			}
			var row strings.Builder
			for _, v := range values {
				fmt.Fprintf(&row, "%v|", *v.(*any))
			}
			list = append(list, row.String())
		}
		if err := found.Err(); err != nil {
			t.Fatal(err)
		}
		return list
	}
	tables = map[string][]string{"schema": read(`SELECT type, name, sql FROM sqlite_master ORDER BY type, name`)}
	for _, table := range read(`SELECT name FROM sqlite_master WHERE type = 'table'`) {
		name := strings.TrimSuffix(table, "|")
		tables[name] = read(`SELECT * FROM "` + name + `"`)
	}
	if err := db.QueryRowContext(t.Context(), `SELECT max(version_id) FROM goose_db_version`).Scan(&version); err != nil {
		t.Fatal(err)
	}
	return tables, version
}

func TestAnUpgradeThatFailsHalfWayLeavesTheReleaseItsDatabase(t *testing.T) {
	releases, err := filepath.Glob("testdata/released/*.db.gz")
	if err != nil || len(releases) == 0 {
		t.Fatalf("there are no released databases: %v", err)
	}
	for _, release := range releases {
		t.Run(filepath.Base(release), func(t *testing.T) {
			path := unpack(t, release)
			before, version := contents(t, path)
			open := func(path string, migrations fs.FS) error {
				o := testOptions(path)
				o.migrations = migrations
				db, err := Open(t.Context(), o)
				if err != nil {
					return err
				}
				return db.Close()
			}
			// The first two migrations succeed, and change rows. The third changes rows too, and then fails.
			broken := migrationsUpTo(t, 9000,
				`ALTER TABLE contacts ADD COLUMN mood TEXT; UPDATE contacts SET mood = 'glad', tags = '[]';`,
				`DROP TABLE decisions; UPDATE messages SET text = 'gone';`,
				`CREATE TABLE moods (id INTEGER PRIMARY KEY); INSERT INTO moods VALUES (1), (1);`)
			for range 2 {
				if err := open(path, broken); err == nil || !strings.Contains(err.Error(), "moods") {
					t.Fatalf("the upgrade ended with %v", err)
				}
				after, left := contents(t, path)
				if left != version {
					t.Errorf("the schema had version %d and has %d", version, left)
				}
				if diff := cmp.Diff(before, after); diff != "" {
					t.Errorf("the database changed (-before +after)\n%s", diff)
				}
			}
			backup := fmt.Sprintf("%s.backup-%d", path, version)
			kept, left := contents(t, backup)
			if left != version || !maps.EqualFunc(before, kept, func(a, b []string) bool { return cmp.Equal(a, b) }) {
				t.Errorf("the backup differs, with version %d", left)
			}
			for _, path := range []string{path, backup} {
				if err := open(path, migrationsUpTo(t, version)); err != nil {
					t.Errorf("the program that made the database opens %s with %v", filepath.Base(path), err)
				}
			}
			if err := open(path, embedded()); err != nil {
				t.Errorf("this program then upgrades it with %v", err)
			}
		})
	}
}
