package store

import (
	"slices"
	"testing"
)

// TestEachColumnOfARowIsAFieldOfItsStruct fails if a migration has added a column that no field has.
func TestEachColumnOfARowIsAFieldOfItsStruct(t *testing.T) {
	db := openTest(t)
	columns := func(fields []field) (names []string) {
		for _, f := range fields {
			names = append(names, f.column)
		}
		return names
	}
	for table, fields := range map[string][]field{
		"conversations": conversationRows.fields, "contacts": contactRows.fields, "messages": messageRows.fields,
		"notes": noteRows.fields, "decisions": decisionRows.fields, "workflow_runs": runRows.fields,
	} {
		want, err := View(t.Context(), db, func(r *ReadTx) ([]string, error) {
			return query(&r.Reader, scanValue[string], `SELECT name FROM pragma_table_info(?)`, table)
		})
		if err != nil {
			t.Fatal(err)
		}
		got := columns(fields)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s has the columns %v, its struct %v", table, want, got)
		}
	}
}
