package verify

import (
	"slices"
	"strings"
	"testing"

	"foyer/inbox"
	"foyer/store"
)

func TestWhatIsWrongWithAJobIsFound(t *testing.T) {
	t.Parallel()
	done := inbox.Time(5)
	for name, test := range map[string]struct {
		change func(*store.JobTally)
		want   string
	}{
		"nothing":   {func(*store.JobTally) {}, ""},
		"cancelled": {func(j *store.JobTally) { j.Job.FinishedAt, j.Job.CancelledAt = &done, &done }, ""},
		"finished": {func(j *store.JobTally) {
			j.Job.FinishedAt, j.Job.Position, j.Waiting = &done, 4, 0
			j.Job.Done, j.Finished = 3, 3
		}, ""},
		"an item less":          {func(j *store.JobTally) { j.Items = 3 }, "job_1 has 3 conversations, and counts 4"},
		"another count":         {func(j *store.JobTally) { j.Job.Done = 2 }, "has done 1 and failed with 1 conversations, and counts 2 and 1"},
		"another failure":       {func(j *store.JobTally) { j.Refused = 0 }, "failed with 0 conversations"},
		"one left out":          {func(j *store.JobTally) { j.Passed = 1 }, "is at 2, and has left out 1"},
		"nothing left to do":    {func(j *store.JobTally) { j.Job.Position = 4 }, "has nothing left to do"},
		"finished before":       {func(j *store.JobTally) { j.Job.FinishedAt = &done }, "and 2 conversations have no outcome"},
		"changed without a log": {func(j *store.JobTally) { j.Unlogged = 1 }, "the log does not have that"},
	} {
		j := &store.JobTally{Job: inbox.Job{ID: 1, Total: 4, Position: 2, Done: 1, FailedCount: 1}, Items: 4, Waiting: 2, Finished: 1, Refused: 1}
		test.change(j)
		m := newModel()
		m.compareJobs(tables{jobs: []*store.JobTally{j}})
		if found := slices.ContainsFunc(m.findings, func(f string) bool { return strings.Contains(f, test.want) }); len(m.findings) > 0 != (test.want != "") || test.want != "" && !found {
			t.Errorf("%s: found %q, want %q", name, m.findings, test.want)
		}
	}
}
