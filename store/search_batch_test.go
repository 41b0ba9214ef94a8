package store

import (
	"strings"
	"testing"
	"time"
)

func TestABatchEndsWhereItHasMuchToIndex(t *testing.T) {
	var batches []BatchReport
	db := openTest(t, func(o *Options) {
		o.batchTime = time.Hour // a busy machine is no reason for another commit
		o.OnBatch = func(r BatchReport) { batches = append(batches, r) }
	})
	const functions, text = 40, maxBatchText / 10
	subjects := make([]int64, functions)
	for i := range subjects {
		subjects[i] = int64(i + 1)
	}
	for _, err := range addAll(t, db, subjects, func(tx *Tx, subject int64) error {
		tx.Index(subject, strings.Repeat("word ", text/5), 1, 1)
		return nil
	}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, batch := range batches {
		if batch.Functions > 12 { // the eleventh is too much, and the function that had the writer may be the first
			t.Errorf("a batch had %d functions", batch.Functions)
		}
	}
	if len(batches) < 4 {
		t.Errorf("%d batches", len(batches))
	}
}

func TestWhatIsIndexedForAFunctionIsItsOwnTime(t *testing.T) {
	db := openTest(t)
	w := newWriter(db, db.writer.conn)
	one, other := &job{origin: &Origin{}, account: &accountQueue[*job]{}}, &job{origin: &Origin{}, account: &accountQueue[*job]{}}
	if _, err := db.writer.conn.exec(`BEGIN`); err != nil {
		t.Fatal(err)
	}
	w.search = []searchRow{{by: one, doc: 1, text: "once"}, {by: other, doc: 2, text: "upon"}, {by: other, doc: 3, text: "a time"}}
	if err := w.storeSearch(); err != nil {
		t.Fatal(err)
	}
	if _, err := db.writer.conn.exec(`ROLLBACK`); err != nil {
		t.Fatal(err)
	}
	for i, j := range []*job{one, other} {
		if j.took <= 0 || j.account.used != j.took {
			t.Errorf("job %d is charged %s, its account %s", i, j.took, j.account.used)
		}
	}
	if w.longest < other.took/2 {
		t.Errorf("the longest is %s", w.longest)
	}
}
