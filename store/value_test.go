package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/inbox"
)

type allKinds struct {
	ID       inbox.ContactID
	At       inbox.Time
	Int      int
	Int32    int32
	Float    float64
	Text     string
	Kind     inbox.Direction
	Flag     bool
	Bytes    []byte
	JSON     inbox.JSON
	ID0, ID1 *inbox.ContactID
	At0, At1 *inbox.Time
	T0, T1   *string
	K0, K1   *inbox.Direction
	N0, N1   *int32
}

func (a *allKinds) columns() []any {
	return []any{&a.ID, &a.At, &a.Int, &a.Int32, &a.Float, &a.Text, &a.Kind, &a.Flag, &a.Bytes, &a.JSON,
		&a.ID0, &a.ID1, &a.At0, &a.At1, &a.T0, &a.T1, &a.K0, &a.K1, &a.N0, &a.N1}
}

func TestValuesComeBackAsTheyWereBound(t *testing.T) {
	db := openTest(t)
	want := allKinds{ID: 1 << 40, At: 2, Int: -3, Int32: 4, Float: 0.5, Text: "é\x00'", Kind: inbox.Inbound, Flag: true,
		Bytes: []byte{0, 1}, JSON: inbox.JSON(`{}`), ID1: new(inbox.ContactID(9)), At1: new(inbox.Time(8)),
		T1: new(""), K1: new(inbox.Outbound), N1: new(int32(7))}
	view := beginView(t.Context(), t, db)
	got, err := queryOne(&view.Reader, func(r row) (*allKinds, error) {
		var a allKinds
		return &a, r.Scan(a.columns()...)
	}, `SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?`, want.columns()...)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&want, got); diff != "" {
		t.Errorf("(-bound +read):\n%s", diff)
	}
}

func TestWhatDoesNotFitIsAnError(t *testing.T) {
	db := openTest(t)
	view := beginView(t.Context(), t, db)
	for sql, scan := range map[string]func(row) error{
		`SELECT NULL`:       func(r row) error { return r.Scan(new(int64)) },
		`SELECT NULL AS a`:  func(r row) error { return r.Scan(new(string)) },
		`SELECT 'text'`:     func(r row) error { return r.Scan(new(inbox.Time)) },
		`SELECT 3000000000`: func(r row) error { return r.Scan(new(int32)) },
		`SELECT 1, 2`:       func(r row) error { return r.Scan(new(int)) },
		`SELECT 2`:          func(r row) error { return r.Scan(int64(0)) },
	} {
		_, err := query(&view.Reader, func(r row) (struct{}, error) { return struct{}{}, scan(r) }, sql)
		if err == nil {
			t.Errorf("%s was read", sql)
		}
	}
	if _, err := query(&view.Reader, scanValue[int], `SELECT ?`, struct{}{}); err == nil {
		t.Error("a struct was bound")
	}
	for _, args := range [][]any{{}, {1}, {1, 2, 3}} {
		if _, err := query(&view.Reader, scanValue[int], `SELECT ? + ?`, args...); err == nil {
			t.Errorf("%d arguments were bound to two places", len(args))
		}
	}
	if got, err := queryOne(&view.Reader, scanPointer[int], `SELECT 1 WHERE FALSE`); got != nil || err != nil {
		t.Errorf("no row is read as %v, %v", got, err)
	}
}

func TestListsOfAnyLengthAreOneStatement(t *testing.T) {
	db := openTest(t)
	view := beginView(t.Context(), t, db)
	for list, want := range map[string]int{
		list([]inbox.ContactID{}):                           0,
		list([]inbox.ContactID{1, 1 << 60, -3}):             3,
		list([]inbox.Direction{inbox.Inbound}):              1,
		list([]string{`"`, "é\x00", "</script>", "\u2028"}): 4,
	} {
		got, err := query(&view.Reader, scanValue[int], `SELECT COUNT(*) FROM json_each(?)`, list)
		if err != nil || got[0] != want {
			t.Errorf("%s: %v, %v", list, got, err)
		}
	}
	got, err := queryOne(&view.Reader, scanPointer[bool], `SELECT ? IN `+inList, "é</b>", list([]string{"a", "é</b>"}))
	if err != nil || !*got {
		t.Errorf("a text is not in its list: %v", err)
	}
}
