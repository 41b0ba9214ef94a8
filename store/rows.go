package store

import (
	"reflect"
	"strings"
	"unicode"

	"github.com/jmoiron/sqlx/reflectx"

	"foyer/inbox"
)

// rows reads rows of a query into values of T. The columns it selects and the fields it fills come from one list: the fields
// of T. A column is called like its field in snake case, or what the field's db tag says. A field with the option inline has
// the columns of its own fields; an ActorRef has two, _kind and _id; a list, or any other struct, is stored as JSON.
type rows[T any] struct {
	columns  string // each behind the alias of its table
	optional string // the columns of a table that a LEFT JOIN may find no row of: zero then
	fields   []field
}

// field is a column's place in a struct.
type field struct {
	column string
	index  []int
	target func(reflect.Value) any // returns what Scan fills
}

// rowsOf returns the rows of a table that statements call by an alias.
func rowsOf[T any](alias string) rows[T] {
	var t rows[T]
	t.add(reflectx.NewMapperFunc("db", snakeCase).TypeMap(reflect.TypeFor[T]()).Tree, "")
	names, optional := make([]string, len(t.fields)), make([]string, len(t.fields))
	for i, f := range t.fields {
		names[i] = alias + "." + f.column
		optional[i] = names[i]
		if zero := zeroOf(reflect.TypeFor[T]().FieldByIndex(f.index).Type); zero != "" {
			optional[i] = `COALESCE(` + names[i] + `, ` + zero + `)`
		}
	}
	t.columns, t.optional = strings.Join(names, ", "), strings.Join(optional, ", ")
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
		switch kind := info.Field.Type; {
		case kind == reflect.TypeFor[inbox.ActorRef]():
			t.add(info, column+"_")
		case kind == reflect.TypeFor[*inbox.ActorRef]():
			t.fields = append(t.fields,
				field{column + "_kind", info.Index, func(v reflect.Value) any { return actorKindColumn{v.Addr().Interface().(**inbox.ActorRef)} }},
				field{column + "_id", info.Index, func(v reflect.Value) any { return actorIDColumn{v.Addr().Interface().(**inbox.ActorRef)} }})
		case kind == reflect.TypeFor[inbox.JSON]():
			t.fields = append(t.fields, field{column, info.Index, func(v reflect.Value) any { return rawColumn{v.Addr().Interface().(*inbox.JSON)} }})
		case isJSON(kind):
			t.fields = append(t.fields, field{column, info.Index, func(v reflect.Value) any { return jsonColumn{v.Addr().Interface()} }})
		default:
			t.fields = append(t.fields, field{column, info.Index, func(v reflect.Value) any { return v.Addr().Interface() }})
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

// zeroOf returns what stands for NULL in a field of a type, in SQL, or nothing if the field itself can.
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

// all returns the rows of a query. The query is written without its SELECT: it begins with FROM.
func (t *rows[T]) all(r *Reader, from string, args ...any) ([]*T, error) {
	return query(r, t.scan, `SELECT `+t.columns+` `+from, args...)
}

// values is all for rows that are returned as values.
func (t *rows[T]) values(r *Reader, from string, args ...any) ([]T, error) {
	return query(r, func(r row) (T, error) {
		var v T
		err := r.Scan(t.targets(&v)...)
		return v, err
	}, `SELECT `+t.columns+` `+from, args...)
}

// one returns the first row of a query that begins with FROM, or nil if there is none.
func (t *rows[T]) one(r *Reader, from string, args ...any) (*T, error) {
	return queryOne(r, t.scan, `SELECT `+t.columns+` `+from, args...)
}

func (t *rows[T]) scan(r row) (*T, error) {
	v := new(T)
	return v, r.Scan(t.targets(v)...)
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
