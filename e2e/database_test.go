package e2e_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3" // the driver
)

// database opens the file of a server, which may be running.
func database(t testing.TB, path, options string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?_busy_timeout=10000&"+options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// unpromised returns the columns that may change although nothing else does: the time of a token's last use, to about a
// minute.
func unpromised() []string {
	return []string{"sessions.expires_at", "api_keys.last_used_at"}
}

// dump returns all rows of all tables, a line each, at one moment.
func dump(t testing.TB, db *sql.DB) []string {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	var lines []string
	for _, table := range column(t, tx, `SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`) {
		lines = append(lines, rowsOf(t, tx, table)...)
	}
	slices.Sort(lines)
	return lines
}

// rowsOf returns the rows of a table.
func rowsOf(t testing.TB, tx *sql.Tx, table string) []string {
	t.Helper()
	rows, err := tx.Query(`SELECT * FROM "` + table + `"`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for rows.Next() {
		lines = append(lines, line(t, rows, table, names))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

// column returns the first column of a query's rows.
func column(t testing.TB, tx *sql.Tx, query string) []string {
	t.Helper()
	rows, err := tx.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var values []string
	for rows.Next() {
		var value string
		if err := rows.Scan(&value); err != nil {
			t.Fatal(err)
		}
		values = append(values, value)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return values
}

// line formats a row with its table and columns.
func line(t testing.TB, rows *sql.Rows, table string, names []string) string {
	t.Helper()
	values, into := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	if err := rows.Scan(into...); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString(table)
	for i, name := range names {
		if !slices.Contains(unpromised(), table+"."+name) {
			_, _ = fmt.Fprintf(&b, " %s=%v", name, values[i])
		}
	}
	return b.String()
}

// unchanged expects that two dumps are the same.
func unchanged(t testing.TB, before, after []string) {
	t.Helper()
	if slices.Equal(before, after) {
		return
	}
	had, has := map[string]bool{}, map[string]bool{}
	for _, row := range before {
		had[row] = true
	}
	for _, row := range after {
		has[row] = true
		if !had[row] {
			t.Errorf("it left the row\n+ %s", row)
		}
	}
	for _, row := range before {
		if !has[row] {
			t.Errorf("it took the row\n- %s", row)
		}
	}
}
