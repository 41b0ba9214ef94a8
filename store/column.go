package store

import (
	"encoding/json"
	"fmt"
	"strings"

	"foyer/inbox"
)

// jsonColumn scans a column that holds JSON into what To points to.
type jsonColumn struct{ to any }

// Scan reads JSON text; NULL leaves the target as it is.
func (c jsonColumn) Scan(value any) error {
	switch text := value.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(text), c.to)
	case []byte:
		return json.Unmarshal(text, c.to)
	default:
		return fmt.Errorf("a JSON column holds %T", value)
	}
}

// rawColumn scans a column that holds JSON as it is; NULL leaves the target as it is.
type rawColumn struct{ to *inbox.JSON }

// Scan keeps a copy of the text.
func (c rawColumn) Scan(value any) error {
	switch text := value.(type) {
	case nil:
	case string:
		*c.to = inbox.JSON(text)
	case []byte:
		*c.to = append(inbox.JSON(nil), text...)
	default:
		return fmt.Errorf("a JSON column holds %T", value)
	}
	return nil
}

// jsonText returns v as a JSON column keeps it; an empty list is [].
func jsonText[T any](v []T) string {
	if len(v) == 0 {
		return "[]"
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode %T: %v", v, err)) // lists of plain structs and strings always encode
	}
	return string(text)
}

// nullJSON returns v as a nullable column keeps it: NULL where it is nil.
func nullJSON[T any](v *T) *string {
	if v == nil {
		return nil
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode %T: %v", v, err)) // plain structs always encode
	}
	return new(string(text))
}

// nullText returns text as a nullable column keeps it: NULL where it is empty.
func nullText[T ~[]byte](text T) *string {
	if len(text) == 0 {
		return nil
	}
	s := string(text)
	return &s
}

// condition collects what a WHERE holds.
type condition struct {
	parts []string
	args  []any
}

func newCondition(sql string, args ...any) condition { return condition{[]string{sql}, args} }

func (c *condition) and(sql string, args ...any) {
	c.parts = append(c.parts, sql)
	c.args = append(c.args, args...)
}

// sql returns the WHERE clause, or nothing where there is nothing to hold.
func (c *condition) sql() string {
	if len(c.parts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.parts, " AND ")
}

// insert runs an INSERT and returns the row's id. RETURNING would make SQLite gather the row first: a quarter slower.
func insert[ID ~int64](tx *Tx, sql string, args ...any) (ID, error) {
	result, err := tx.run(sql, args...)
	if err != nil {
		return 0, err
	}
	id, err := result.LastInsertId()
	return ID(id), err
}

func queryCount(r *Reader, sql string, args ...any) (int, error) {
	return queryValue[int](r, sql, args...)
}

// scanValue scans a row of one column.
func scanValue[T any](r row) (T, error) {
	var v T
	err := r.Scan(&v)
	return v, err
}
