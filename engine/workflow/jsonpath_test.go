package workflow

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPathsLeadToValues(t *testing.T) {
	value, err := decodeJSON(`{"a": {"b.c": [1, {"id": "x"}, {"id": "y"}], "#": 3, "": 4}, "n": null, "t": true}`)
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]any{
		`t`: true, `n`: nil, `a.b\.c.0`: 1.0, `a.b\.c.1.id`: "x", `a.b\.c.#`: 3.0, `a.b\.c.#.id`: []any{"x", "y"},
		`a.b\.c.3`: nil, `a.b\.c.-1`: nil, `a.b\.c.x`: nil, `x.y`: nil, `t.y`: nil, `a.#`: 3.0, `a.b`: nil,
	}
	for written, want := range tests {
		found, err := parseJSONPath(written)
		if err != nil {
			t.Errorf("%s: %v", written, err)
		}
		if diff := cmp.Diff(want, found.find(value)); diff != "" {
			t.Errorf("%s: %s", written, diff)
		}
	}
	for _, written := range []string{"", "a.", ".a", "a.*", "a|b", "@this", "#(x=1)", "#.#", "!x", "a\\", strings.Repeat("a.", 40) + "a"} {
		if _, err := parseJSONPath(written); err == nil {
			t.Errorf("%q is taken for a path", written)
		}
	}
}

func TestIdsThatAreNumbersKeepTheirDigits(t *testing.T) {
	t.Parallel()
	value, err := decodeJSON(`{"id": 1234567890123456789, "last": 9007199254740993, "small": 42, "part": 0.1, "large": 1e300, "huge": 1e400}`)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"id": "1234567890123456789", "last": "9007199254740993", "small": 42.0, "part": 0.1, "large": 1e300, "huge": "1e400"}
	if !reflect.DeepEqual(value, want) {
		t.Errorf("got %v", value)
	}
	for _, body := range []string{"", "{", "{} {}", "[1]]", "01"} {
		if value, err := decodeJSON(body); err == nil {
			t.Errorf("%q is read as %v", body, value)
		}
	}
	if n, ok := Coerce(value.(map[string]any)["id"], TypeNumber); !ok || n != 1234567890123456789.0 {
		t.Errorf("where a number is wanted it is %v", n)
	}
}
