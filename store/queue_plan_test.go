package store

import (
	"strings"
	"testing"
)

// TestAQueueIsNeverScannedToFindItsFrontsOrAPlace: what they cost must not grow with the conversations that wait, nor with those
// that do not.
func TestAQueueIsNeverScannedToFindItsFrontsOrAPlace(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	for name, sql := range map[string]struct {
		text string
		args []any
	}{
		"the fronts of a queue":         {queueFrontsSQL, []any{1}},
		"the fronts that an agent sees": {frontsForSQL, []any{1}},
		"a place":                       {queuePositionSQL, []any{1, 2, 3}},
	} {
		lines, err := View(t.Context(), db, func(r *ReadTx) ([]string, error) {
			return query(&r.Reader, func(from row) (string, error) {
				var id, parent, unused int64
				var detail string
				return detail, from.Scan(&id, &parent, &unused, &detail)
			}, `EXPLAIN QUERY PLAN `+sql.text, sql.args...)
		})
		if err != nil {
			t.Fatal(err)
		}
		searches := 0
		for _, line := range lines {
			words := strings.Fields(line)
			if len(words) < 2 || words[0] != "SCAN" && words[0] != "SEARCH" || words[1] != "v" && words[1] != "conversations" {
				continue
			}
			searches++
			known := strings.Contains(line, "INDEX conversations_queue") || strings.Contains(line, "USING INTEGER PRIMARY KEY")
			if words[0] == "SCAN" || !known {
				t.Errorf("%s: %s", name, line)
			}
			if name == "a place" && !strings.Contains(line, "AND queue_key<?)") {
				t.Errorf("%s is not counted in the order of the queue alone: %s", name, line)
			}
		}
		if searches == 0 {
			t.Errorf("%s: nothing is searched: %q", name, lines)
		}
	}
}
