package engine_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// start starts a job and does nothing of it.
func (d *desk) start(by inbox.Caller, action engine.JobAction, ids ...inbox.ConversationID) inbox.JobID {
	d.Helper()
	return must(d.ConversationsChange(d.ctx(), by, engine.ConversationsChange{IDs: ids, Action: action})).ID
}

// finish does all jobs and returns one of them.
func (d *desk) finish(id inbox.JobID) *inbox.Job {
	d.Helper()
	d.DoJobs(d.ctx())
	j := d.job(id)
	if j.FinishedAt == nil {
		d.Fatalf("%s has not finished: %+v", id, j)
	}
	return j
}

func (d *desk) job(id inbox.JobID) *inbox.Job {
	d.Helper()
	return view(d, func(r *store.ReadTx) (*inbox.Job, error) { return r.Job(id) })
}

// failures returns what a job has left as it was, each with the code of its error.
func (d *desk) failures(id inbox.JobID) map[inbox.ConversationID]inbox.Code {
	d.Helper()
	found := make(map[inbox.ConversationID]inbox.Code)
	for _, f := range view(d, func(r *store.ReadTx) ([]*inbox.JobFailure, error) { return r.JobFailures(id, 10_000) }) {
		found[f.ConversationID] = f.Error.Code
	}
	return found
}

// counts returns how many conversations of a job were done, have failed, and have no outcome.
func (d *desk) counts(id inbox.JobID) string {
	d.Helper()
	j := d.job(id)
	return fmt.Sprintf("%d done, %d failed, %d left", j.Done, j.FailedCount, j.Total-j.Done-j.FailedCount)
}

func (d *desk) assertCounts(id inbox.JobID, want string) {
	d.Helper()
	if got := d.counts(id); got != want {
		d.Errorf("%s has %s, want %s", id, got, want)
	}
}

// many opens conversations.
func (d *desk) many(n int) []inbox.ConversationID {
	d.Helper()
	ids := make([]inbox.ConversationID, n)
	for i := range ids {
		ids[i] = d.opened(fmt.Sprint("contact", i))
	}
	return ids
}

// outsideJobs are the tables that differ between a desk where a job did something and one where single mutations did, and those
// that have random values, or depend on how many functions share a commit.
var outsideJobs = []string{"jobs", "job_items", "idempotency_keys", "settings", "log_epochs", "api_keys", "goose_db_version", "search_segdir", "search_segments", "sqlite_sequence"}

// sameTables compares everything that two desks have stored but for jobs.
func sameTables(t testing.TB, got, want *desk) {
	t.Helper()
	a, b := got.dump(), want.dump()
	for _, table := range outsideJobs {
		delete(a, table)
		delete(b, table)
	}
	for table, rows := range a {
		slices.Sort(rows)
		slices.Sort(b[table])
	}
	if diff := cmp.Diff(b, a); diff != "" {
		t.Errorf("(-single mutations +job)\n%s", diff)
	}
}

// singly does an action of a job with one conversation by the mutation for one conversation.
func (d *desk) singly(by inbox.Caller, a engine.JobAction, id inbox.ConversationID) error {
	d.Helper()
	var err error
	switch {
	case a.Assign != nil:
		in := *a.Assign
		in.ConversationID = id
		var change *engine.ConversationChange
		if change, err = d.ConversationAssign(d.ctx(), by, in); err == nil && change.Refused != nil {
			err = change.Refused
		}
	case a.Unassign:
		_, err = d.ConversationUnassign(d.ctx(), by, id)
	case a.Route != nil:
		in := *a.Route
		in.ConversationID = id
		_, err = d.ConversationRoute(d.ctx(), by, in)
	case a.Snooze != nil:
		in := *a.Snooze
		in.ConversationID = id
		_, err = d.ConversationSnooze(d.ctx(), by, in)
	case a.Wake:
		_, err = d.ConversationWake(d.ctx(), by, id)
	case a.Close != nil:
		in := *a.Close
		in.ConversationID = id
		_, err = d.ConversationClose(d.ctx(), by, in)
	case a.Seen:
		_, err = d.ConversationSeen(d.ctx(), by, engine.ConversationSeenInput{ConversationID: id, MessageID: d.conversation(id).LastMessageID})
	case a.Tags != nil:
		c := d.conversation(id)
		_, err = d.ContactUpdate(d.ctx(), by, engine.ContactPatch{ID: c.ContactID, AddTags: a.Tags.AddTags, RemoveTags: a.Tags.RemoveTags})
	}
	return err
}
