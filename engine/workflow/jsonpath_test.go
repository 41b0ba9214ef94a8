package workflow

import (
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
