package engine_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"foyer/inbox"
	"foyer/store"
)

// Whoever needs the writer while a job runs waits for the changes that are under way, which are a chunk of the job at most, and for
// as many that come in between.
func TestPeopleAndContactsWaitForAFewChangesOfAJobAtMost(t *testing.T) {
	d := newDesk(t)
	ids := d.many(1500)
	id := d.start(d.owner, closing(), ids...)
	ctx, end := context.WithCancel(t.Context())
	var working sync.WaitGroup
	working.Go(func() { _ = d.RunJobs(ctx) })
	defer working.Wait()
	defer end()
	asked, during := 0, 0
	for ; d.job(id).FinishedAt == nil; asked++ {
		before := d.db.HeadNumber()
		received := d.say(fmt.Sprint("late", asked), "Hello")
		// The message itself has three events, and a close has one.
		waited := cursorNumber(d, received.Cursor) - before - 3
		if waited > 0 {
			during++
		}
		if waited > 128 {
			t.Errorf("message %d waited for %d changes", asked, waited)
		}
	}
	if during == 0 {
		t.Error("no message arrived while the job ran, so that the test proves nothing")
	}
	d.assertCounts(id, "1500 done, 0 failed, 0 left")
	t.Logf("%d messages while the job ran", asked)
}

func cursorNumber(d *desk, c *inbox.Cursor) int64 {
	d.Helper()
	return view(d, func(r *store.ReadTx) (int64, error) { return r.ParseCursor(*c) })
}
