package store

import (
	"context"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// found returns the documents that a search finds, in order.
func found(t testing.TB, db *DB, text string) []int64 {
	t.Helper()
	match := MatchExpression(text)
	if match == "" {
		return nil
	}
	docs, err := View(context.Background(), db, func(r *ReadTx) ([]int64, error) {
		return query(&r.Reader, scanValue[int64], `SELECT docid FROM search WHERE search MATCH ? ORDER BY docid`, match)
	})
	if err != nil {
		t.Fatalf("search for %q as %q: %v", text, match, err)
	}
	return docs
}

func index(t testing.TB, db *DB, change func(*Tx)) {
	t.Helper()
	if _, err := Update(context.Background(), db, func(tx *Tx) (struct{}, error) {
		change(tx)
		return struct{}{}, nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestSearchFindsDocumentsWithEveryWordAndTheLastAsABeginning(t *testing.T) {
	db := openTest(t)
	index(t, db, func(tx *Tx) {
		tx.Index(4, "Where is my Überweisung? Order #1234", 1, 1)
		tx.Index(8, "My order has not arrived", 2, 1)
		tx.Index(12, `say "NEAR" OR (not) -text:x* ^y`, 2, 1)
	})
	for text, want := range map[string][]int64{
		"order":              {4, 8},
		"ord":                {4, 8},
		"my ord":             {4, 8},
		"ord my":             nil,
		"uberweisung":        {4},
		"order 12":           {4},
		"#1234":              {4},
		`"near" OR`:          {12},
		"NOT arrived":        {8},
		"text:x":             {12},
		"* \" ' () - ^ \x00": nil,
		"":                   nil,
	} {
		if got := found(t, db, text); !slices.Equal(got, want) {
			t.Errorf("%q as %s finds %v, not %v", text, MatchExpression(text), got, want)
		}
	}
}

func TestTheLastChangeOfADocumentCounts(t *testing.T) {
	db := openTest(t)
	index(t, db, func(tx *Tx) {
		tx.Index(1, "old", 1, 1)
		tx.Index(2, "old", 1, 1)
		tx.Index(3, "old", 1, 1)
	})
	index(t, db, func(tx *Tx) {
		tx.Index(1, "old", 1, 1)
		tx.Index(1, "new", 1, 1)
		tx.Index(2, "new", 1, 1)
		tx.Index(2, "newest", 1, 1)
		tx.Index(4, "new", 1, 1)
	})
	if got := found(t, db, "old"); !slices.Equal(got, []int64{3}) {
		t.Errorf("old: %v", got)
	}
	if got := found(t, db, "new"); !slices.Equal(got, []int64{1, 2, 4}) { // the last word may be a beginning
		t.Errorf("new: %v", got)
	}
	if got := found(t, db, "newest"); !slices.Equal(got, []int64{2}) {
		t.Errorf("newest: %v", got)
	}
	docs, err := View(t.Context(), db, func(r *ReadTx) ([]int64, error) {
		return query(&r.Reader, scanValue[int64], `SELECT docid FROM search ORDER BY docid`)
	})
	if err != nil || !slices.Equal(docs, []int64{1, 2, 3, 4}) {
		t.Errorf("the index holds %v, %v", docs, err)
	}
}

func FuzzWhateverIsTypedCanBeSearchedFor(f *testing.F) {
	for _, text := range []string{
		"order 12", `"`, `a" OR "b`, "NEAR/2", "a* b*", "-x", "text:a", "^a", "(((", "é́", "日本語", "\x00a\x00", "’s", "ǅ",
		strings.Repeat("a ", 100), "\xff\xfe", "𐐀 𞤀", "²³", "\u0301",
	} {
		f.Add(text)
	}
	db := openTest(f)
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip("JSON has no such text")
		}
		index(t, db, func(tx *Tx) { tx.Index(1, text, 1, 1) })
		if MatchExpression(text) != "" {
			found(t, db, text)
		}
	})
}
