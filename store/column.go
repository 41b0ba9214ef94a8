package store

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"foyer/inbox"
)

// codec is how a column is read and written.
type codec struct {
	target func(reflect.Value) any // returns what Scan fills
	value  func(reflect.Value) any // returns what is stored; nil is NULL
}

var (
	plainCodec = codec{
		target: func(v reflect.Value) any { return v.Addr().Interface() },
		value:  plainValue,
	}
	// jsonCodec is for what package encoding/json reads and writes: a nil pointer is NULL, an empty list is [].
	jsonCodec = codec{
		target: func(v reflect.Value) any { return jsonColumn{v.Addr().Interface()} },
		value: func(v reflect.Value) any {
			if v.Kind() == reflect.Pointer && v.IsNil() {
				return nil
			}
			return encodeJSON(v.Interface(), v.Kind() == reflect.Slice && v.Len() == 0)
		},
	}
	// rawCodec is for inbox.JSON, which is read and written unchanged: nil is NULL.
	rawCodec = codec{
		target: func(v reflect.Value) any { return rawColumn{v.Addr().Interface().(*inbox.JSON)} },
		value: func(v reflect.Value) any {
			if v.Len() == 0 {
				return nil
			}
			return string(v.Bytes())
		},
	}
	// actorKindCodec and actorIDCodec are for the two columns of an optional actor.
	actorKindCodec = codec{
		target: func(v reflect.Value) any { return actorKindColumn{v.Addr().Interface().(**inbox.ActorRef)} },
		value: func(v reflect.Value) any {
			if v.IsNil() {
				return nil
			}
			return v.Interface().(*inbox.ActorRef).Kind
		},
	}
	actorIDCodec = codec{
		target: func(v reflect.Value) any { return actorIDColumn{v.Addr().Interface().(**inbox.ActorRef)} },
		value: func(v reflect.Value) any {
			if v.IsNil() {
				return nil
			}
			return v.Interface().(*inbox.ActorRef).ID
		},
	}
)

// plainValue returns what a field holds as the driver takes it, which saves database/sql from converting it again.
func plainValue(v reflect.Value) any {
	switch {
	case v.Kind() == reflect.Pointer && v.IsNil():
		return nil
	case v.Kind() == reflect.Pointer:
		return plainValue(v.Elem())
	case v.CanInt():
		return v.Int()
	case v.Kind() == reflect.String:
		return v.String()
	default:
		return v.Interface()
	}
}

// jsonColumn scans a JSON column into what to points to.
type jsonColumn struct{ to any }

// Scan reads JSON text; NULL leaves the target as it is.
func (c jsonColumn) Scan(value any) error {
	var text inbox.JSON
	if err := (rawColumn{&text}).Scan(value); err != nil || text == nil {
		return err
	}
	if list := reflect.ValueOf(c.to).Elem(); list.Kind() == reflect.Slice && string(text) == "[]" { // as in most rows
		list.Set(reflect.MakeSlice(list.Type(), 0, 0))
		return nil
	}
	return json.Unmarshal(text, c.to)
}

// rawColumn scans a JSON column as text; NULL leaves the target as it is.
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

// actorKindColumn and actorIDColumn scan the two columns of an optional actor; NULL leaves it nil.
type (
	actorKindColumn struct{ to **inbox.ActorRef }
	actorIDColumn   struct{ to **inbox.ActorRef }
)

// Scan sets the actor's kind.
func (c actorKindColumn) Scan(value any) error {
	if kind, ok := value.(string); ok {
		*c.to = &inbox.ActorRef{Kind: inbox.ActorKind(kind)}
	}
	return nil
}

// Scan sets the actor's id.
func (c actorIDColumn) Scan(value any) error {
	if id, ok := value.(int64); ok && *c.to != nil {
		(*c.to).ID = id
	}
	return nil
}

// jsonText returns v as a JSON column has it; an empty list is [].
func jsonText[T any](v []T) string { return encodeJSON(v, len(v) == 0) }

func encodeJSON(v any, emptyList bool) string {
	if emptyList {
		return "[]"
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode %T: %v", v, err)) // lists and structs of plain fields always encode
	}
	return string(text)
}

// condition is the parts of a WHERE, joined by AND.
type condition struct {
	parts []string
	args  []any
}

func newCondition(sql string, args ...any) condition { return condition{[]string{sql}, args} }

func (c *condition) and(sql string, args ...any) {
	c.parts = append(c.parts, sql)
	c.args = append(c.args, args...)
}

// sql returns the WHERE clause, or nothing if there is no part.
func (c *condition) sql() string {
	if len(c.parts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.parts, " AND ")
}

// insert runs an INSERT and returns the row's id. RETURNING would take a quarter longer: SQLite would gather the row first.
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
