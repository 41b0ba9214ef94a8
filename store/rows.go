package store

import (
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/jmoiron/sqlx/reflectx"

	"foyer/inbox"
)

// rows reads and writes rows of a table as values of T. What is selected, scanned, inserted and updated comes from one list:
// the fields of T. A column is called like its field in snake case, or what the field's db tag says. A field with the option
// inline has the columns of its own fields, one with the option joined is of another table, and only read. An ActorRef has two
// columns, _kind and _id; a list, or any other struct, is JSON.
type rows[T any] struct {
	columns  string // each behind the alias of its table
	optional string // the same for a table that a LEFT JOIN may find no row of: zero then
	inserts  string // the INSERT of a row
	table    string
	names    []string // of the columns that are inserted
	fields   []field
}

// hidden is a column that is not read with the others: a folded name, a hash.
type hidden struct {
	column string
	value  any
}

// field is a column's place in a struct.
type field struct {
	column string
	index  []int
	joined bool // read from another table, and not inserted
	codec
}

// rowsOf returns the rows of a table, given with the alias that statements call it by. It leaves out the columns of except.
func rowsOf[T any](from string, except ...string) rows[T] {
	table, alias, _ := strings.Cut(from, " ")
	t := rows[T]{table: table}
	t.add(reflectx.NewMapperFunc("db", snakeCase).TypeMap(reflect.TypeFor[T]()).Tree, "")
	t.fields = slices.DeleteFunc(t.fields, func(f field) bool { return slices.Contains(except, f.column) })
	var columns, optional []string
	for _, f := range t.fields {
		column := alias + "." + f.column
		columns = append(columns, column)
		if !f.joined {
			t.names = append(t.names, f.column)
		}
		if zero := zeroOf(reflect.TypeFor[T]().FieldByIndex(f.index).Type); zero != "" {
			column = `COALESCE(` + column + `, ` + zero + `)`
		}
		optional = append(optional, column)
	}
	t.columns, t.optional = strings.Join(columns, ", "), strings.Join(optional, ", ")
	t.names = slices.Clip(t.names)
	t.inserts = t.insertSQL(t.names)
	return t
}

// add adds the fields of a struct, whose columns begin with a prefix.
func (t *rows[T]) add(parent *reflectx.FieldInfo, prefix string) {
	for _, info := range parent.Children {
		if info == nil {
			continue // unexported, or not stored
		}
		column := prefix + info.Name
		if _, inline := info.Options["inline"]; inline {
			t.add(info, prefix)
			continue
		}
		_, joined := info.Options["joined"]
		switch kind := info.Field.Type; {
		case kind == reflect.TypeFor[inbox.ActorRef]():
			t.add(info, column+"_")
		case kind == reflect.TypeFor[*inbox.ActorRef]():
			t.fields = append(t.fields, field{column + "_kind", info.Index, joined, actorKindCodec}, field{column + "_id", info.Index, joined, actorIDCodec})
		case kind == reflect.TypeFor[inbox.JSON]():
			t.fields = append(t.fields, field{column, info.Index, joined, rawCodec})
		case isJSON(kind):
			t.fields = append(t.fields, field{column, info.Index, joined, jsonCodec})
		default:
			t.fields = append(t.fields, field{column, info.Index, joined, plainCodec})
		}
	}
}

// isJSON reports whether values of a type are stored as JSON.
func isJSON(kind reflect.Type) bool {
	if kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	return kind.Kind() == reflect.Struct || kind.Kind() == reflect.Slice && kind.Elem().Kind() != reflect.Uint8
}

// zeroOf returns what stands for NULL in a field of a type, in SQL, or nothing if the field itself can be NULL.
func zeroOf(kind reflect.Type) string {
	switch kind.Kind() {
	case reflect.String:
		return `''`
	case reflect.Bool:
		return `FALSE`
	case reflect.Pointer, reflect.Slice, reflect.Struct:
		return ``
	default:
		return `0`
	}
}

// snakeCase returns the column for a field's name: last_message_id for LastMessageID.
func snakeCase(name string) string {
	var column strings.Builder
	lower := false // whether the letter before is one
	for _, r := range name {
		if unicode.IsUpper(r) && lower {
			column.WriteByte('_')
		}
		lower = unicode.IsLower(r)
		column.WriteRune(unicode.ToLower(r))
	}
	return column.String()
}

// all returns the rows of a query. The query is written without its SELECT: it begins with FROM.
func (t *rows[T]) all(r *Reader, from string, args ...any) ([]*T, error) {
	return query(r, t.scanner(), `SELECT `+t.columns+` `+from, args...)
}

// values is all for rows that are returned as values.
func (t *rows[T]) values(r *Reader, from string, args ...any) ([]T, error) {
	scan := t.scanner()
	return query(r, func(r row) (T, error) {
		v, err := scan(r)
		return *v, err
	}, `SELECT `+t.columns+` `+from, args...)
}

// one returns the first row of a query that begins with FROM, or nil if there is none.
func (t *rows[T]) one(r *Reader, from string, args ...any) (*T, error) {
	return queryOne(r, t.scanner(), `SELECT `+t.columns+` `+from, args...)
}

// scanner returns the function that scans the rows of one query. What to scan into is looked up once, not for each row: rows
// are scanned into one value, which is then copied.
func (t *rows[T]) scanner() func(row) (*T, error) {
	var scanned T
	targets := t.targets(&scanned)
	return func(r row) (*T, error) {
		var v T
		scanned = v // NULL leaves some fields as they are
		err := r.Scan(targets...)
		v = scanned
		return &v, err
	}
}

// targets returns what Scan fills to fill v, in the order of the columns.
func (t *rows[T]) targets(v *T) []any {
	at := reflect.ValueOf(v).Elem()
	targets := make([]any, len(t.fields))
	for i := range t.fields {
		targets[i] = t.fields[i].target(at.FieldByIndex(t.fields[i].index))
	}
	return targets
}

// insert stores a new row. If its id is zero it gets one, which insert sets.
func (t *rows[T]) insert(tx *Tx, v *T, others ...hidden) error {
	at := reflect.ValueOf(v).Elem()
	args := make([]any, 0, len(t.fields)+len(others))
	var id reflect.Value // to be set
	for i := range t.fields {
		f := &t.fields[i]
		value := at.FieldByIndex(f.index)
		switch {
		case f.joined:
		case f.column == "id" && value.IsZero():
			id = value
			args = append(args, nil)
		default:
			args = append(args, f.value(value))
		}
	}
	text := t.inserts
	if len(others) > 0 {
		names := t.names
		for _, other := range others {
			names, args = append(names, other.column), append(args, other.value)
		}
		text = t.insertSQL(names)
	}
	result, err := tx.run(text, args...)
	if err != nil || !id.IsValid() {
		return err
	}
	last, err := result.LastInsertId() // RETURNING would take a quarter longer: SQLite would gather the row first
	id.SetInt(last)
	return err
}

func (t *rows[T]) insertSQL(names []string) string {
	return `INSERT INTO ` + t.table + ` (` + strings.Join(names, ", ") + `) VALUES (?` + strings.Repeat(", ?", len(names)-1) + `)`
}

// set stores some columns of a row, given as in SQL: "name, role".
func (t *rows[T]) set(tx *Tx, v *T, columns string, others ...hidden) error {
	at := reflect.ValueOf(v).Elem()
	var args []any
	names := strings.Split(columns, ", ")
	for _, name := range names {
		f := t.fields[slices.IndexFunc(t.fields, func(f field) bool { return f.column == name })]
		args = append(args, f.value(at.FieldByIndex(f.index)))
	}
	for _, other := range others {
		names, args = append(names, other.column), append(args, other.value)
	}
	return tx.change(`UPDATE `+t.table+` SET `+strings.Join(names, " = ?, ")+` = ? WHERE id = ?`, append(args, at.FieldByName("ID").Interface())...)
}

// update stores the columns of a row that differ from what they were. It names no other column: SQLite would write the entries of
// every index that has one anew.
func (t *rows[T]) update(tx *Tx, before, after *T) error {
	was, is := reflect.ValueOf(before).Elem(), reflect.ValueOf(after).Elem()
	var set strings.Builder
	set.Grow(256)
	set.WriteString(`UPDATE ` + t.table + ` SET `)
	args := make([]any, 0, 8)
	for i := range t.fields {
		f := &t.fields[i]
		if now := is.FieldByIndex(f.index); !same(was.FieldByIndex(f.index), now) {
			if len(args) > 0 {
				set.WriteString(`, `)
			}
			set.WriteString(f.column)
			set.WriteString(` = ?`)
			args = append(args, f.value(now))
		}
	}
	if len(args) == 0 {
		return nil
	}
	set.WriteString(` WHERE id = ?`)
	return tx.change(set.String(), append(args, is.FieldByName("ID").Interface())...)
}

// same reports whether two fields of a type store the same. It allocates nothing for most.
func same(a, b reflect.Value) bool {
	switch {
	case a.Kind() == reflect.Pointer && (a.IsNil() || b.IsNil()):
		return a.IsNil() == b.IsNil()
	case a.Kind() == reflect.Pointer:
		return same(a.Elem(), b.Elem())
	case a.Kind() == reflect.Slice && a.Len() == 0:
		return b.Len() == 0
	case a.Comparable():
		return a.Equal(b)
	default:
		return reflect.DeepEqual(a.Interface(), b.Interface())
	}
}
